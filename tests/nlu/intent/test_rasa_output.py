"""What was decided is what Rasa is told, also where it is not what is likeliest."""

import pytest
from rasa.shared.nlu.training_data.message import Message

from helpline.nlu.intent.prediction import Prediction
from helpline.nlu.intent.rasa_output import leaf_of, write_prediction

LIKELIEST_ELSEWHERE = [("out_of_scope", 0.4), ("other_language", 0.2), ("distress/fear", 0.2), ("distress/anger", 0.1)]


@pytest.mark.parametrize(
    "decided", ["other_language", "distress/fear", "out_of_scope", "nlu_fallback", "two_questions"]
)
def test_the_intent_is_the_decided_one(decided):
    message = Message.build("Bonjour !")
    write_prediction(message, Prediction(LIKELIEST_ELSEWHERE, decided, 1.0), {}, 10, "classifier")
    ranking = message.get("intent_ranking")
    assert leaf_of(message.data) == decided
    assert message.get("intent") == ranking[0]
    assert len({entry["name"] for entry in ranking}) == len(ranking)


@pytest.mark.parametrize("only_when_sure", [True, False])
def test_an_answer_that_is_hard_to_hear_unasked_is_not_given_on_a_guess(only_when_sure):
    message = Message.build("how much time")
    ranking = [("faq/life_expectancy", 0.6), ("faq/ned", 0.2)]
    responses = {"utter_faq/life_expectancy": [{"text": "…", "metadata": {"only_when_sure": only_when_sure}}]}
    prediction = Prediction(ranking, "nlu_fallback", 0.4, likely="faq/life_expectancy")
    write_prediction(message, prediction, responses, 10, "classifier")
    assert message.get("likely") == (None if only_when_sure else "faq/life_expectancy")
