"""A decision on a message, written in Rasa's own form.

Rasa's policies, retrieval actions and tests expect the intent, its ranking and the response selector's output in a
fixed form (rasa/nlu/selectors/response_selector.py); this module is the one place that knows it.
"""

from typing import Any

from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    INTENT_RESPONSE_KEY,
    PREDICTED_CONFIDENCE_KEY,
    RESPONSE_IDENTIFIER_DELIMITER,
    RESPONSE_SELECTOR,
)
from rasa.shared.nlu.training_data.message import Message

from helpline.nlu.decision import FALLBACK_INTENT, OUTSIDE, TOPIC_GROUP, TWO_QUESTIONS_INTENT, Reading, group_of

TOPIC_ENTITY = "topic"
NO_TOPIC = "none"
# Names of the message's own properties, read by helpline/core/nlg.py.
QUESTIONS = "questions"
ALSO_FEELS = "also_feels"

Responses = dict[str, list[dict[str, Any]]]


def topic_of(reading: Reading) -> str | None:
    """Return the topic the conversation turns to, "none" when it leaves topics, None when it stays."""
    topics = [leaf for leaf in (*reading.questions, reading.intent) if group_of(leaf) == TOPIC_GROUP]
    if topics:
        return topics[-1].partition(RESPONSE_IDENTIFIER_DELIMITER)[2]
    return NO_TOPIC if reading.intent in OUTSIDE else None


def topic_entity(topic: str, confidence: float, source: str) -> dict[str, Any]:
    """Return the entity that turns the conversation to a topic; it stands for the whole message, marking no part."""
    return {
        "entity": TOPIC_ENTITY,
        "value": topic,
        "start": 0,
        "end": 0,
        "confidence_entity": confidence,
        "extractor": source,
    }


def write_reading(message: Message, reading: Reading, responses: Responses, length: int, source: str) -> None:
    """Set a message's intent, ranking, response selection and topic.

    Args:
        message: The message read.
        reading: What was made of it.
        responses: All responses, by name, for the response selection.
        length: How many intents a ranking shows.
        source: The component's name, as the extractor of the topic.
    """
    ranking = _intent_ranking(reading)[:length]
    message.set(INTENT, ranking[0], add_to_output=True)
    message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
    message.set(RESPONSE_SELECTOR, _response_selection(reading, responses, length), add_to_output=True)
    if reading.questions:
        message.set(QUESTIONS, list(reading.questions), add_to_output=True)
    if reading.also_feels is not None:
        message.set(ALSO_FEELS, reading.also_feels, add_to_output=True)
    topic = topic_of(reading)
    if topic is not None:
        entity = topic_entity(topic, reading.confidence, source)
        message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)


def _intent_ranking(reading: Reading) -> list[dict[str, Any]]:
    best: dict[str, float] = {}
    if reading.intent in (FALLBACK_INTENT, TWO_QUESTIONS_INTENT):
        best[reading.intent] = reading.confidence
    for leaf, confidence in reading.ranking:
        best.setdefault(group_of(leaf), confidence)
    return [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence} for name, confidence in best.items()]


def _response_selection(reading: Reading, responses: Responses, length: int) -> dict[str, Any]:
    groups: dict[str, list[tuple[str, float]]] = {}
    for leaf, confidence in reading.ranking:
        if RESPONSE_IDENTIFIER_DELIMITER in leaf:
            groups.setdefault(group_of(leaf), []).append((leaf, confidence))
    selection: dict[str, Any] = {"all_retrieval_intents": sorted(groups)}
    for group, leaves in groups.items():
        chosen, confidence = leaves[0]
        name = f"utter_{chosen}"
        selection[group] = {
            "response": {
                "responses": responses.get(name, []),
                PREDICTED_CONFIDENCE_KEY: confidence,
                INTENT_RESPONSE_KEY: chosen,
                "utter_action": name,
            },
            "ranking": [
                {PREDICTED_CONFIDENCE_KEY: confidence, INTENT_RESPONSE_KEY: leaf}
                for leaf, confidence in leaves[:length]
            ],
        }
    return selection
