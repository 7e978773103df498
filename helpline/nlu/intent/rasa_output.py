"""Writes what was decided on a message's intent in Rasa's own form, and reads it.

Rasa's policies, retrieval actions and tests expect the intent, its ranking and the response selector's output in a
fixed form (rasa/nlu/selectors/response_selector.py); this module is the one place that knows it.
"""

from collections.abc import Mapping
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
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from helpline.nlu.follow_ups import FollowUps
from helpline.nlu.intent.context import topic_of_leaf
from helpline.nlu.intent.prediction import Prediction
from helpline.nlu.intents import FALLBACK_INTENT, LIKELY, TOPIC_GROUP, group_of, is_outside

TOPIC_ENTITY = "topic"
NO_TOPIC = "none"
# Names of the message's own properties, read by helpline/rasa/generator.py.
QUESTIONS = "questions"
ALSO_FEELS = "also_feels"
# The leaf intent of a training message that a message is word for word, read by the danger detector.
KNOWN_AS = "known_as"

Responses = dict[str, list[dict[str, Any]]]


def leaf_of(parsed: Mapping[str, Any]) -> str:
    """Return the leaf intent of parse data or of a message's data: the selected one of a group, or the intent."""
    name: str = (parsed.get(INTENT) or {}).get(INTENT_NAME_KEY) or FALLBACK_INTENT
    selected = (parsed.get(RESPONSE_SELECTOR) or {}).get(name) or {}
    return (selected.get("response") or {}).get(INTENT_RESPONSE_KEY) or name


def topic_of(prediction: Prediction) -> str | None:
    """Return the topic the conversation turns to, "none" when it leaves topics, None when it stays."""
    topics = [leaf for leaf in (*prediction.questions, prediction.intent) if group_of(leaf) == TOPIC_GROUP]
    if topics:
        return topics[-1].partition(RESPONSE_IDENTIFIER_DELIMITER)[2]
    if prediction.about is not None:
        return prediction.about
    return NO_TOPIC if is_outside(prediction.intent) else None


def topic_entity(message: Message, topic: str, confidence: float, source: str) -> dict[str, Any]:
    """Return the entity that turns the conversation to a topic; it spans the whole message."""
    return {
        "entity": TOPIC_ENTITY,
        "value": topic,
        "start": 0,
        "end": len(message.get(TEXT) or ""),
        "confidence_entity": confidence,
        "extractor": source,
    }


def write_prediction(message: Message, prediction: Prediction, responses: Responses, length: int, source: str) -> None:
    """Set a message's intent, ranking, response selection and topic.

    Args:
        message: The message.
        prediction: What was decided on it.
        responses: All responses, by name, for the response selection.
        length: How many intents a ranking shows.
        source: The component's name, as the extractor of the topic.
    """
    ranking = _intent_ranking(prediction)[:length]
    message.set(INTENT, ranking[0], add_to_output=True)
    message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
    message.set(RESPONSE_SELECTOR, _response_selection(prediction, responses, length), add_to_output=True)
    if prediction.questions:
        message.set(QUESTIONS, list(prediction.questions), add_to_output=True)
    if prediction.also_feels is not None:
        message.set(ALSO_FEELS, prediction.also_feels, add_to_output=True)
    if prediction.likely and not FollowUps(responses).is_only_when_sure(topic_of_leaf(prediction.likely)):
        message.set(LIKELY, prediction.likely, add_to_output=True)
    topic = topic_of(prediction)
    if topic is not None:
        entity = topic_entity(message, topic, prediction.confidence, source)
        message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)


def _intent_ranking(prediction: Prediction) -> list[dict[str, Any]]:
    """Return the groups, the decided one first: it need not be that of the likeliest leaf ("bonjour")."""
    best: dict[str, float] = {}
    decided = group_of(prediction.intent)
    if decided != group_of(prediction.ranking[0][0]):
        best[decided] = prediction.confidence
    for leaf, confidence in prediction.ranking:
        best.setdefault(group_of(leaf), confidence)
    return [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence} for name, confidence in best.items()]


def _response_selection(prediction: Prediction, responses: Responses, length: int) -> dict[str, Any]:
    groups: dict[str, list[tuple[str, float]]] = {}
    for leaf, confidence in prediction.ranking:
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
