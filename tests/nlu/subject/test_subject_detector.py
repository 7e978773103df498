"""The component in Rasa's hands: what gives way to it, what never does, and what it writes."""

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import SlotSet
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from helpline.nlu.intent.rasa_output import leaf_of
from helpline.nlu.subject.subject_detector import SubjectDetector
from helpline.nlu.thread import THREAD, ThreadTurn
from tests.nlu.danger.test_danger_detector import classified

ABOUT_LEUKEMIA = "how do people live with leukemia"


@pytest.fixture(scope="module")
def detector(tmp_path_factory) -> SubjectDetector:
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("model"))
    resource, context = Resource("subject"), ExecutionContext(GraphSchema({}), node_name="subject")
    made = SubjectDetector.create({}, storage, resource, context)
    responses = {"utter_other_subject/cancer": [{"text": "another cancer"}]}
    made.train(TrainingData(responses=responses))
    return SubjectDetector.load({}, storage, resource, context)


@pytest.fixture
def detected(detector):
    return lambda message: detector.process([message])[0]


def leaf(message: Message) -> str:
    return leaf_of(message.data)


@pytest.mark.parametrize("intent", ["faq/living_well", "nlu_fallback", "not_on_page", "ask_symptoms", "two_questions"])
def test_topics_and_doubt_give_way(detected, intent):
    assert leaf(detected(classified(ABOUT_LEUKEMIA, intent, 0.9))) == "other_subject/cancer"


@pytest.mark.parametrize(
    "intent",
    ["crisis/self", "emergency/urgent", "advice/dose", "distress/fear", "talk_to_person", "request_callback", "inform"],
)
def test_danger_advice_feelings_requests_and_forms_never_do(detected, intent):
    assert leaf(detected(classified(ABOUT_LEUKEMIA, intent, 0.9))) == intent


def test_an_unsure_message_that_asks_for_advice_stays_so(detected):
    message = classified(ABOUT_LEUKEMIA, "nlu_fallback", 0.7, ("faq/ned", 0.1))
    advice = {"response": {"intent_response_key": "advice/dose"}, "ranking": [{"confidence": 0.4}]}
    message.set("response_selector", {**message.get("response_selector"), "advice": advice})
    assert leaf(detected(message)) == "nlu_fallback"


@pytest.mark.parametrize("topic", ["faq/recurrence_risk", "faq/locally_advanced", "faq/helpline"])
def test_what_the_page_says_on_early_breast_cancer_is_answered(detected, topic):
    assert leaf(detected(classified("stage 1, how often is it back", topic, 0.7, (topic, 0.7)))) == topic


def test_what_it_does_not_say_on_early_breast_cancer_gives_way(detected):
    message = classified("stage 1, what is treatment for", "faq/treatment_goal", 0.95, ("faq/treatment_goal", 0.95))
    assert leaf(detected(message)) == "other_subject/early_breast"


def test_it_is_written_as_rasa_expects(detected):
    message = classified(ABOUT_LEUKEMIA, "faq/ned", 0.9, ("faq/ned", 0.9))
    message.set("entities", [{"entity": "topic", "value": "ned"}, {"entity": "age", "value": "40"}])
    message.set("questions", ["faq/ned", "faq/curable"], add_to_output=True)
    data = detected(message).as_dict(only_output_properties=True)
    assert data["intent"] == {"name": "other_subject", "confidence": 1.0}
    assert data["intent_ranking"][0] == data["intent"]
    chosen = data["response_selector"]["other_subject"]["response"]
    assert (chosen["intent_response_key"], chosen["utter_action"]) == (
        "other_subject/cancer",
        "utter_other_subject/cancer",
    )
    assert chosen["responses"] == [{"text": "another cancer"}]
    assert [(entity["entity"], entity["value"]) for entity in data["entities"]] == [("age", "40"), ("topic", "none")]
    assert not data.get("questions")


def test_a_pressed_button_is_left_alone(detected):
    message = Message({"intent": {"name": "faq", "confidence": 1.0}})
    assert detected(message).get("intent")["name"] == "faq"


ON_SPREAD = "breast cancer that went to the pancreas, is that curable"


def taken_for(subject: str, confidence: float = 0.5, text: str = ON_SPREAD) -> Message:
    """Return a message that the classifier took for another subject."""
    message = classified(text, f"other_subject/{subject}", confidence, ("faq/curable", 0.4))
    message.set("entities", [{"entity": "topic", "value": "none"}, {"entity": "age", "value": "40"}])
    return message


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("cancer", ON_SPREAD),
        ("illness", ON_SPREAD),
        ("cancer", "my breast cancer is in my ovary, is it ovarian cancer"),
    ],
)
def test_what_is_said_of_breast_cancers_spread_is_asked_back_where_the_classifier_alone_refuses_it(
    detected, subject, text
):
    message = detected(taken_for(subject, text=text))
    assert leaf(message) == "nlu_fallback"
    assert message.get("intent_ranking")[1]["name"] == "other_subject"
    assert [entity["value"] for entity in message.get("entities")] == ["40"]


@pytest.mark.parametrize(
    ("subject", "confidence", "text"),
    [
        ("illness", 0.95, ON_SPREAD),
        ("drug", 0.5, ON_SPREAD),
        ("early_breast", 0.5, ON_SPREAD),
        ("illness", 0.5, "is it curable in the pancreas"),
        ("cancer", 0.5, "breast cancer, is it curable"),
        ("cancer", 0.5, "breast cancer in my left breast, it is in the ducts and hasn't spread. is it curable"),
        ("cancer", 0.5, "my sister had breast cancer. his is in the pancreas and spread to the liver. is it curable"),
    ],
)
def test_else_the_classifier_is_believed(detected, subject, confidence, text):
    assert leaf(detected(taken_for(subject, confidence, text))) == f"other_subject/{subject}"


def after(said: str, *later: str) -> DialogueStateTracker:
    """Return a conversation in which these responses were given, one a turn."""
    slots = [AnySlot(name, [], influence_conversation=False) for name in (THREAD, "topic")]
    turns = [ThreadTurn(said=(name,)).as_dict() for name in (said, *later)]
    return DialogueStateTracker.from_events("visitor", [SlotSet(THREAD, turns)], slots)


ABOUT_IT = ("is it curable", "faq/curable")


@pytest.mark.parametrize(("text", "leaf_before"), [ABOUT_IT, ("what are the signs", "ask_symptoms")])
def test_what_is_asked_of_another_subject_right_after_it_is_about_that(detector, text, leaf_before):
    message = classified(text, leaf_before, 0.9, ("faq/curable", 0.9))
    (message,) = detector.process([message], after("utter_other_subject/illness"))
    assert leaf(message) == "other_subject/illness"


@pytest.mark.parametrize(
    ("text", "leaf_before", "said"),
    [
        (*ABOUT_IT, ("utter_faq/ned",)),
        (*ABOUT_IT, ("utter_other_subject/illness", "utter_greet")),
        ("and breast cancer, is it curable", "faq/curable", ("utter_other_subject/illness",)),
        ("can it be cured in men", "not_on_page", ("utter_other_subject/illness",)),
        ("what is NED", "faq/curable", ("utter_other_subject/illness",)),
        ("what is that number", "faq/helpline", ("utter_other_subject/illness",)),
        ("i want it to be over", "distress/despair", ("utter_other_subject/illness",)),
    ],
)
def test_what_is_asked_of_nothing_before_is_the_pages(detector, text, leaf_before, said):
    (message,) = detector.process([classified(text, leaf_before, 0.9, ("faq/curable", 0.9))], after(*said))
    assert leaf(message).partition("/")[0] == leaf_before.partition("/")[0]
