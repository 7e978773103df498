"""The component in Rasa's hands: what it sets, what it keeps, what it logs, and that it is never empty."""

import logging

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

from helpline.nlu.danger.danger_classifier import _told_beside
from helpline.nlu.danger.danger_detector import BUTTON, EXPLAINED, WEIGHED, DangerDetector, _as_typed
from helpline.nlu.danger.danger_weighing import DangerWeighing
from helpline.nlu.featurizer import sentence_vectors
from helpline.nlu.follow_ups import FollowUps
from helpline.nlu.intent.rasa_output import KNOWN_AS
from helpline.nlu.message_text import MessageText
from helpline.nlu.sentence_encoder import shared_encoder
from helpline.safety.matching import PatternMatches
from tests.nlu.danger.conftest import trained_detector


def classified(text: str, leaf: str, confidence: float, topic: tuple[str, float] = ("faq/ned", 0.1)) -> Message:
    """A message as the classifier leaves it."""
    group, _, _ = leaf.partition("/")
    ranking = [{"name": group, "confidence": confidence}, {"name": "faq", "confidence": topic[1]}]
    faq = {"ranking": [{"intent_response_key": topic[0], "confidence": topic[1]}]}
    selection = {"all_retrieval_intents": ["faq"], "faq": faq}
    if group != leaf:
        selection[group] = {**selection.get(group, {}), "response": {"intent_response_key": leaf}}
    data = {"intent": ranking[0], "intent_ranking": ranking, "response_selector": selection}
    return Message({"text": text, "entities": [], **data}, output_properties={"text"})


@pytest.fixture
def detected(small_detector, featurized):
    return lambda message: small_detector.process(featurized([message]))[0]


def test_a_crisis_overrides_whatever_was_asked(detected):
    message = detected(classified("What does NED mean? I want to kill myself", "faq/ned", 0.9, ("faq/ned", 0.9)))
    data = message.as_dict(only_output_properties=True)
    assert data["intent"] == {"name": "crisis", "confidence": 1.0}
    assert data["intent_ranking"][0] == data["intent"]
    chosen = data["response_selector"]["crisis"]["response"]
    assert chosen["intent_response_key"] == "crisis/self"
    assert chosen["utter_action"] == "utter_crisis/self"
    assert data["safety"] == {"code": "crisis.kill_self.pattern"}
    assert data["also_asked"] == "faq/ned"
    assert [(entity["entity"], entity["value"]) for entity in data["entities"]] == [("safety", "crisis")]


def test_violence_is_no_retrieval_intent(detected):
    data = detected(classified("my husband hit me", "distress/fear", 0.6)).as_dict(only_output_properties=True)
    assert data["intent"]["name"] == "violence"
    assert "violence" not in data.get("response_selector", {})
    assert "also_asked" not in data


def test_an_ordinary_message_is_left_alone(detected):
    message = detected(classified("what does NED mean", "faq/ned", 0.9, ("faq/ned", 0.9)))
    assert message.get("intent") == {"name": "faq", "confidence": 0.9}
    assert message.get("safety") is None


def test_danger_that_nothing_bears_out_gives_way_to_the_next_intent(detected):
    message = detected(classified("thanks, see you at the clinic", "crisis/self", 0.4, ("faq/ned", 0.3)))
    assert message.get("intent") == {"name": "faq", "confidence": 0.3}
    assert all(entry["name"] != "crisis" for entry in message.get("intent_ranking"))


def test_what_may_be_a_crisis_is_answered_as_before_and_asks_for_whom_to_call(detected, monkeypatch, caplog):
    monkeypatch.setattr(DangerWeighing, "raises", lambda *_: False)
    monkeypatch.setattr(DangerWeighing, "calls_for_check_in", lambda *_: True)
    with caplog.at_level(logging.INFO):
        message = detected(classified("the garden gate squeaks", "faq/ned", 0.7, ("faq/ned", 0.7)))
    assert message.get("intent")["name"] == "faq"
    assert message.as_dict(only_output_properties=True)["check_in"] == "crisis.check_in"
    assert message.get("safety") is None
    assert "crisis.check_in" in caplog.text


@pytest.mark.parametrize(
    ("text", "known_as", "raised"),
    [
        ("the garden gate squeaks", None, True),
        ("the garden gate squeaks", "out_of_scope", False),
        ("the garden gate squeaks", "distress/grief", False),
        ("the garden gate squeaks", "distress/despair", True),
        ("the garden gate squeaks", "crisis/self", True),
        ("I want to kill myself", "out_of_scope", True),
    ],
)
def test_a_harmless_training_message_word_for_word_is_raised_by_a_pattern_alone(
    detected, monkeypatch, text, known_as, raised
):
    monkeypatch.setattr(DangerWeighing, "raises", lambda *_: True)
    message = classified(text, "faq/ned", 0.7, ("faq/ned", 0.7))
    message.set(KNOWN_AS, known_as)
    assert (detected(message).get("safety") is not None) == raised


def feeling(text: str, intent: str, share: float) -> Message:
    """A message as the classifier leaves it, with some confidence that it is fear."""
    message = classified(text, intent, 0.7, ("faq/ned", 0.1))
    ranking = [{"intent_response_key": "distress/fear", "confidence": share}]
    message.get("response_selector")["distress"] = {"response": ranking[0], "ranking": ranking}
    return message


@pytest.mark.parametrize(("share", "intent"), [(0.4, "distress"), (0.1, "nlu_fallback")])
def test_an_unsure_message_with_much_feeling_is_met_as_a_feeling(detected, share, intent):
    assert detected(feeling("the garden gate squeaks", "nlu_fallback", share)).get("intent")["name"] == intent


def test_an_unsure_message_with_a_face_in_tears_is_met_as_a_feeling(detected):
    assert detected(feeling("\U0001f62d", "nlu_fallback", 0.01)).get("intent")["name"] == "distress"


@pytest.mark.parametrize(
    ("understood", "intent"), [("cancel", "distress"), ("out_of_scope", "distress"), ("faq", "faq")]
)
def test_despair_is_met_as_a_feeling_and_never_as_cancel(detected, monkeypatch, understood, intent):
    monkeypatch.setattr(PatternMatches, "despair", True)
    message = detected(feeling("the garden gate squeaks", understood, 0.1))
    assert message.get("intent")["name"] == intent
    assert message.get("check_in") == "crisis.check_in"


def test_a_topic_that_moves_up_is_what_the_conversation_turns_to(detected):
    message = detected(classified("thanks, see you at the clinic", "crisis/self", 0.4, ("faq/ned", 0.3)))
    assert [(entity["entity"], entity["value"]) for entity in message.get("entities")] == [("topic", "ned")]


@pytest.mark.parametrize("text", [".", "...", "\u2026", "\u200b", " ?! "])
def test_what_says_nothing_is_no_danger(detected, text):
    message = classified(text, "crisis/self", 0.9)
    assert detected(message).get("safety") is None
    assert message.get("check_in") is None


def test_where_what_is_left_is_a_guess_nothing_is_answered(detected):
    message = classified("thanks, see you at the clinic", "crisis/self", 0.4, ("faq/ned", 0.1))
    message.get("intent_ranking").append({"name": "thanks", "confidence": 0.08})
    message.get("intent_ranking").append({"name": "goodbye", "confidence": 0.07})
    assert detected(message).get("intent")["name"] == "nlu_fallback"


@pytest.mark.parametrize(("second", "intent"), [(0.2, "advice"), (0.01, "nlu_fallback")])
def test_doubt_between_kinds_of_advice_is_advice(detected, second, intent):
    message = classified("shall I skip or halve the pills", "nlu_fallback", 0.7, ("faq/ned", 0.1))
    kinds = [("advice/dose", 0.02), ("advice/stop_or_start", second)]
    ranking = [{"intent_response_key": leaf, "confidence": confidence} for leaf, confidence in kinds]
    message.get("response_selector")["advice"] = {"response": ranking[0], "ranking": ranking}
    assert detected(message).get("intent")["name"] == intent


def test_a_follow_up_is_learned_as_it_is_typed(featurized):
    typed = ["NED: can anyone reach that", "NED is what", "can anyone reach that"]
    messages = featurized([Message({"text": text}) for text in typed])
    follow_ups = FollowUps({"utter_faq/ned": [{"metadata": {"subject": "NED"}}]})
    examples = [("faq/ned", message.get("text"), message) for message in messages]
    texts, vectors = _as_typed(examples, follow_ups)
    assert texts == ["can anyone reach that", "NED is what", "can anyone reach that"]
    np.testing.assert_array_equal(vectors[0], vectors[2])
    np.testing.assert_array_equal(vectors[1:], sentence_vectors(messages[1:]))


def test_a_crisis_deep_in_a_long_message_is_found(detected):
    story = "I was diagnosed in spring and had surgery and then the pills. My sister drives me to every visit. " * 4
    buried = f"{story} At night I plan how to end my life. {story} What does stable mean?"
    assert detected(classified(buried, "faq/stable_disease", 0.9)).get("intent")["name"] == "crisis"


def test_a_button_is_not_classified(small_detector):
    pressed = Message({"text": "/ask_topic", "intent": {"name": "ask_topic", "confidence": 1.0}})
    assert small_detector.process([pressed])[0].get("intent")["name"] == "ask_topic"


@pytest.mark.parametrize("metadata", [{"button": "I want to die"}, {"data_alone": True}])
def test_a_pressed_button_and_data_alone_are_no_danger(detected, metadata):
    message = classified("I want to die", "crisis/self", 0.9, ("faq/ned", 0.3))
    message.set("metadata", metadata)
    assert detected(message).get("safety") is None
    assert message.get("check_in") is None
    assert message.get("intent")["name"] not in ("crisis", "violence", "threat", "emergency")


def test_what_raised_is_logged_by_code_and_without_words(detected, caplog):
    with caplog.at_level(logging.DEBUG):
        detected(classified("I will kill myself at Lake Minnetonka", "nlu_fallback", 0.5))
    assert "crisis.kill_self.pattern" in caplog.text
    assert "Minnetonka" not in caplog.text


def test_training_twice_gives_the_same_detector(examples, small_detector, tmp_path):
    again = trained_detector(examples, tmp_path)
    for message in examples[::7]:
        vector = np.array([message.get_dense_features("text")[1].features[0]])
        text = MessageText(message.get("text"))
        assert again.classifier.predict(text, vector) == small_detector.classifier.predict(text, vector)


def test_without_what_was_learned_it_does_not_load(tmp_path):
    context = ExecutionContext(GraphSchema({}), node_name="detector")
    with pytest.raises(ValueError, match="detector"):
        DangerDetector.load({}, LocalModelStorage(tmp_path), Resource("detector"), context)


def test_other_patterns_make_another_fingerprint(tmp_path, monkeypatch):
    before = DangerDetector.fingerprint_addon({})
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "shared.yml").write_text("words: {}", encoding="utf-8")
    monkeypatch.setattr("helpline.nlu.danger.danger_detector.ROOT", tmp_path)
    assert DangerDetector.fingerprint_addon({"patterns": "other"}) != before


def test_how_danger_was_weighed_is_told_where_somebody_asks_and_nowhere_else(detected):
    text = "I have been thinking about ending it all"
    asked = classified(text, "faq/ned", 0.3)
    asked.set("metadata", {EXPLAINED: True})
    told = detected(asked).as_dict(only_output_properties=True)
    assert told[WEIGHED][0]["kind"] in {"crisis", "despair"}
    assert {each["kind"] for each in told[WEIGHED]} == {"crisis", "violence", "threat", "emergency", "despair"}
    assert all(0 <= each["probability"] <= 1 and each["threshold"] > 0 for each in told[WEIGHED])
    ordinary = detected(classified(text, "faq/ned", 0.3)).as_dict(only_output_properties=True)
    assert ordinary == {name: value for name, value in told.items() if name != WEIGHED} | {"text": text}


def test_of_a_pressed_button_nothing_is_weighed(detected):
    message = classified("yes", "affirm", 0.9)
    message.set("metadata", {EXPLAINED: True, BUTTON: "yes"})
    assert WEIGHED not in detected(message).as_dict(only_output_properties=True)


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("i cannot breathe at all right now. what does NED mean", "emergency"),
        ("what does NED mean? i cannot breathe at all right now", "emergency"),
        ("what does NED mean? my scan is on friday", None),
    ],
)
def test_what_is_told_beside_a_question_is_read_for_an_emergency_by_itself(small_detector, text, danger, monkeypatch):
    classifier = small_detector.classifier
    decided = classifier._decided
    # As a whole it means a question.
    monkeypatch.setattr(classifier, "_decided", lambda part, *rest: None if part.text == text else decided(part, *rest))
    message, vector = MessageText(text), shared_encoder().encode([text])
    found = classifier.predict(message, vector)
    assert (found.leaf.partition("/")[0] if found else None) == danger


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("my legs went numb. what is NED", ["my legs went numb"]),
        ("my legs went numb. is that normal", []),
        ("my legs went numb", []),
    ],
)
def test_what_a_question_points_back_to_is_no_message_of_its_own(text, told):
    assert _told_beside(MessageText(text)) == told
