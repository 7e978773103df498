"""Where a decision turns: sure, unsure, sure of a group, outside the page, two questions."""

from collections import defaultdict

import pytest

from helpline.nlu.intent.context import Context
from helpline.nlu.intent.decision import NO_CONTEXT, decide_intent
from helpline.nlu.intent.prediction import Thresholds
from helpline.nlu.intents import FALLBACK_INTENT, OTHER_LANGUAGE_INTENT, TWO_QUESTIONS_INTENT
from helpline.nlu.message_text import MessageText

THRESHOLDS = Thresholds(fallback=0.6, likely=0.5, outside=0.3, part=0.7, half=0.5, two=0.5, whole=0.95)


def predicted(*ranking, parts=None, text="a message", context=NO_CONTEXT):
    return decide_intent(
        MessageText(text), list(ranking), lambda texts: [(parts or {})[text] for text in texts], THRESHOLDS, context
    )


def test_the_likeliest_intent_is_taken_when_it_is_likely_enough():
    assert predicted(("faq/ned", 0.7), ("faq/curable", 0.3)).intent == "faq/ned"


def test_what_is_not_understood_and_hardly_english_is_another_language():
    unsure = (("faq/ned", 0.3), (OTHER_LANGUAGE_INTENT, 0.1))
    assert predicted(*unsure, text="artik yasamak istemiyorum").intent == OTHER_LANGUAGE_INTENT
    assert predicted(*unsure, text="i am fed up").intent == FALLBACK_INTENT
    assert (
        predicted(("faq/ned", 0.9), (OTHER_LANGUAGE_INTENT, 0.1), text="artik yasamak istemiyorum").intent == "faq/ned"
    )
    # Within a form names are answers.
    in_form = Context(in_form=True)
    assert predicted(*unsure, text="Nkechi Okonkwo Adichie", context=in_form).intent == FALLBACK_INTENT


@pytest.mark.parametrize(
    ("ranking", "likely"),
    [
        ([("faq/ned", 0.5), ("faq/curable", 0.4)], "faq/ned"),
        ([("faq/ned", 0.49), ("faq/curable", 0.4)], None),
        ([("talk_to_person", 0.55), ("faq/curable", 0.4)], None),
        ([("faq/ned", 0.55), ("not_on_page", 0.31)], None),
    ],
)
def test_what_is_not_sure_asks_back_beside_a_likely_topic(ranking, likely):
    prediction = predicted(*ranking)
    assert (prediction.intent, prediction.likely) == (FALLBACK_INTENT, likely)


def test_a_topic_is_not_answered_where_much_speaks_for_outside_the_page():
    assert predicted(("faq/ned", 0.62), ("not_on_page", 0.2), ("out_of_scope", 0.18)).intent == FALLBACK_INTENT


@pytest.mark.parametrize("group", ["advice", "distress"])
def test_kinds_that_are_answered_alike_decide_together(group):
    prediction = predicted((f"{group}/a", 0.4), (f"{group}/b", 0.35), ("faq/ned", 0.25))
    assert prediction.intent == f"{group}/a"
    assert prediction.confidence == pytest.approx(0.75)


def test_a_judgement_asked_for_is_not_lost_behind_a_topic_that_is_no_more_than_likely():
    prediction = predicted(
        ("faq/treatment_options", 0.38), ("advice/which_treatment", 0.34), ("advice/stop_or_start", 0.28)
    )
    assert prediction.intent == "advice/which_treatment"


def test_a_sure_topic_is_not_outvoted_by_a_group():
    assert predicted(("faq/ned", 0.65), ("advice/a", 0.2), ("advice/b", 0.15)).intent == "faq/ned"


def test_two_sure_questions_are_two():
    text = "what is ned? can i talk to someone?"
    parts = {
        "what is ned?": [("faq/ned", 0.9), ("talk_to_person", 0.1)],
        "can i talk to someone?": [("talk_to_person", 0.9), ("faq/ned", 0.1)],
    }
    prediction = predicted(("faq/ned", 0.6), ("talk_to_person", 0.4), parts=parts, text=text)
    assert prediction.intent == TWO_QUESTIONS_INTENT
    assert prediction.questions == ("faq/ned", "talk_to_person")


@pytest.mark.parametrize(("hint", "intent"), [(0.4, TWO_QUESTIONS_INTENT), (0.6, "faq/ned")])
def test_two_questions_are_given_up_only_where_a_part_is_likely_danger(hint, intent):
    parts = {
        "is that it?": [("crisis/self", hint), ("faq/curable", 0.3)],
        "what is ned?": [("faq/ned", 0.9), ("thanks", 0.1)],
        "what is lmd?": [("faq/lmd", 0.9), ("thanks", 0.1)],
    }
    ranking = [("faq/ned", 0.7), ("faq/lmd", 0.2), ("crisis/self", 0.1)]
    known = defaultdict(lambda: [("thanks", 1.0)], parts)
    assert predicted(*ranking, parts=known, text="is that it? what is ned? what is lmd?").intent == intent


@pytest.mark.parametrize(("in_whole", "intent"), [(0.05, "faq/daily_living"), (0.3, TWO_QUESTIONS_INTENT)])
def test_a_part_is_about_another_subject_only_where_the_whole_knows_of_it(in_whole, intent):
    text = "can I walk my dog? is exercise ok"
    prediction = predicted(
        ("faq/daily_living", 0.95 - in_whole),
        ("other_subject/animal", in_whole),
        parts={
            "can I walk my dog?": [("other_subject/animal", 0.8), ("faq/daily_living", 0.2)],
            "is exercise ok": [("faq/daily_living", 0.9), ("other_subject/animal", 0.01)],
        },
        text=text,
    )
    assert prediction.intent == intent


def test_danger_is_never_one_of_two_questions():
    text = "what is ned? should i end it?"
    parts = {
        "what is ned?": [("faq/ned", 0.9), ("crisis/self", 0.1)],
        "should i end it?": [("crisis/self", 0.9), ("faq/ned", 0.1)],
    }
    prediction = predicted(("faq/ned", 0.7), ("crisis/self", 0.3), parts=parts, text=text)
    assert prediction.intent != TWO_QUESTIONS_INTENT


@pytest.mark.parametrize(
    ("joined", "questions"),
    [
        (("faq/ned", 0.8), ("faq/ned", "talk_to_person")),
        (("faq/ned", 0.4), ()),
        (("distress/fear", 0.9), ()),
    ],
)
def test_a_question_that_asks_nothing_alone_is_read_with_what_was_told_before_it(joined, questions):
    text = "the scan shows nothing any more. how can that be? can i talk to someone?"
    parts = defaultdict(lambda: [("thanks", 0.9)])
    parts |= {
        "how can that be?": [("ask_why", 0.9), ("faq/curable", 0.05), ("thanks", 0.05)],
        "the scan shows nothing any more, how can that be?": [joined],
        "can i talk to someone?": [("talk_to_person", 0.9), ("faq/curable", 0.1)],
    }
    ranking = [("faq/ned", 0.3), ("faq/curable", 0.1), ("talk_to_person", 0.1), ("ask_why", 0.0)]
    prediction = predicted(*ranking, parts=parts, text=text)
    assert prediction.questions == questions


@pytest.mark.parametrize(
    ("second", "questions"),
    [("what is it good for?", ()), ("what are you good for?", ("faq/ned", "ask_capabilities"))],
)
def test_what_points_to_the_first_question_does_not_ask_about_the_assistant(second, questions):
    parts = defaultdict(lambda: [("thanks", 0.9)])
    parts |= {"what is ned?": [("faq/ned", 0.9)], second: [("ask_capabilities", 0.8)]}
    prediction = predicted(("faq/ned", 0.9), ("ask_capabilities", 0.05), parts=parts, text=f"what is ned? {second}")
    assert prediction.questions == questions
