"""Writes what the danger detector predicts on a message in the form that Rasa's policies and the channels expect."""

from typing import Any

from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    INTENT_RESPONSE_KEY,
    PREDICTED_CONFIDENCE_KEY,
    RESPONSE_SELECTOR,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from helpline.nlu.intent.rasa_output import topic_entity
from helpline.nlu.intents import (
    ADVICE_GROUP,
    DELIMITER,
    FALLBACK_INTENT,
    FEELING_GROUP,
    TOPIC_GROUP,
    TWO_QUESTIONS_INTENT,
    group_of,
)
from helpline.safety.dangers import DANGERS
from helpline.text.lexicon import Patterns

SAFETY = "safety"
ALSO_ASKED = "also_asked"
CHECK_IN = "check_in"
# Under this confidence an intent that moves up would be a guess, whatever else is left.
_LEAST_MOVED_UP = 0.25

# What was understood in words of despair, and is answered rather than the despair, which gets its sentence as well.
_ANSWERED_IN_DESPAIR = frozenset(
    (TOPIC_GROUP, ADVICE_GROUP, TWO_QUESTIONS_INTENT, "talk_to_person", "request_callback", "request_volunteer")
)

Responses = dict[str, list[dict[str, Any]]]


def write_check_in(message: Message, code: str) -> None:
    """Have the reply end with whom to call; helpline/core/nlg.py reads the property."""
    message.set(CHECK_IN, code, add_to_output=True)


def write_danger(
    message: Message,
    leaf: str,
    code: str,
    responses: Responses,
    *,
    source: str,
    also_asked_threshold: float,
    length: int,
) -> None:
    """Make a danger the message's intent, and keep what else was asked.

    Args:
        message: The message, as the classifier before left it.
        leaf: The leaf intent of what it is.
        code: What raised it.
        responses: All responses, by name, for the response selection.
        source: The component's name, as the extractor of the entity.
        also_asked_threshold: Confidence from which on a topic counts as asked.
        length: How many intents a ranking shows.
    """
    asked = _topic_asked(message, also_asked_threshold)
    danger = group_of(leaf)
    intent = {INTENT_NAME_KEY: danger, PREDICTED_CONFIDENCE_KEY: 1.0}
    others = [entry for entry in message.get(INTENT_RANKING_KEY) or [] if entry[INTENT_NAME_KEY] != danger]
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [intent, *others][:length], add_to_output=True)
    if danger != leaf:
        selection = dict(message.get(RESPONSE_SELECTOR) or {})
        name = f"utter_{leaf}"
        chosen = {PREDICTED_CONFIDENCE_KEY: 1.0, INTENT_RESPONSE_KEY: leaf}
        selection["all_retrieval_intents"] = sorted({*selection.get("all_retrieval_intents", []), danger})
        selection[danger] = {
            "response": {**chosen, "responses": responses.get(name, []), "utter_action": name},
            "ranking": [chosen],
        }
        message.set(RESPONSE_SELECTOR, selection, add_to_output=True)
    span = {"start": 0, "end": len(message.get(TEXT) or "")}
    entity = {"entity": SAFETY, "value": danger, **span, "extractor": source}
    message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
    message.set(SAFETY, {"code": code}, add_to_output=True)
    if asked is not None:
        message.set(ALSO_ASKED, asked, add_to_output=True)


def write_next_intent(message: Message, source: str) -> None:
    """Let the next intent move up where the classifier saw danger and nothing bears it out.

    It must hold a part of the whole and at least half of what is left, or nothing is answered on that guess.

    Args:
        message: The message, as the classifier left it.
        source: The component's name, as the extractor of the topic.
    """
    ranking = message.get(INTENT_RANKING_KEY) or []
    if (message.get(INTENT) or {}).get(INTENT_NAME_KEY) not in DANGERS:
        return
    left = [entry for entry in ranking if entry[INTENT_NAME_KEY] not in DANGERS]
    together = sum(entry[PREDICTED_CONFIDENCE_KEY] for entry in left)
    if not left or left[0][PREDICTED_CONFIDENCE_KEY] < max(together / 2, _LEAST_MOVED_UP):
        left = [{INTENT_NAME_KEY: FALLBACK_INTENT, PREDICTED_CONFIDENCE_KEY: 1.0}, *left]
    elif left[0][INTENT_NAME_KEY] == TOPIC_GROUP:
        chosen = message.get(RESPONSE_SELECTOR)[TOPIC_GROUP]["ranking"][0]
        topic = topic_entity(
            message, chosen[INTENT_RESPONSE_KEY].partition(DELIMITER)[2], chosen[PREDICTED_CONFIDENCE_KEY], source
        )
        message.set(ENTITIES, [*message.get(ENTITIES, []), topic], add_to_output=True)
    message.set(INTENT, left[0], add_to_output=True)
    message.set(INTENT_RANKING_KEY, left, add_to_output=True)


def write_feeling(message: Message) -> None:
    """Meet despair as a feeling, unless a question or a wish for a person was understood: never as "cancel".

    Args:
        message: The message, as the classifier left it.
    """
    intent = (message.get(INTENT) or {}).get(INTENT_NAME_KEY)
    if intent in _ANSWERED_IN_DESPAIR or intent == FEELING_GROUP or not _feelings(message):
        return
    feeling = {INTENT_NAME_KEY: FEELING_GROUP, PREDICTED_CONFIDENCE_KEY: 1.0}
    others = [entry for entry in message.get(INTENT_RANKING_KEY) or [] if entry[INTENT_NAME_KEY] != FEELING_GROUP]
    message.set(INTENT, feeling, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [feeling, *others], add_to_output=True)


def write_feeling_if_unsure(message: Message, threshold: float, pictures: Patterns) -> None:
    """Call it a feeling where the classifier is unsure, and much of it, or a picture, is feeling: warmth first.

    Args:
        message: The message, as the classifier left it.
        threshold: Confidence that all feelings must have together.
        pictures: What shows a feeling, such as a face in tears.
    """
    if (message.get(INTENT) or {}).get(INTENT_NAME_KEY) != FALLBACK_INTENT:
        return
    together = sum(kind[PREDICTED_CONFIDENCE_KEY] for kind in _feelings(message))
    if together >= threshold or pictures.within(message.get(TEXT) or ""):
        write_feeling(message)


def _feelings(message: Message) -> list[dict[str, Any]]:
    selected = (message.get(RESPONSE_SELECTOR) or {}).get(FEELING_GROUP) or {}
    ranking: list[dict[str, Any]] = selected.get("ranking") or []
    return ranking


def write_advice(message: Message, threshold: float) -> None:
    """Call it a request for advice where the classifier is unsure, but hardly of that.

    Doubt between the kinds of advice splits its confidence; topics offered instead would be beside the point,
    and advice is to be declined every time.

    Args:
        message: The message, as the classifier left it.
        threshold: Part that all kinds of advice must have in what the classifier gives to any intent.
    """
    ranking = message.get(INTENT_RANKING_KEY) or []
    if (message.get(INTENT) or {}).get(INTENT_NAME_KEY) != FALLBACK_INTENT:
        return
    sums = {entry[INTENT_NAME_KEY]: entry[PREDICTED_CONFIDENCE_KEY] for entry in ranking}
    sums.pop(FALLBACK_INTENT, None)
    for group, selected in (message.get(RESPONSE_SELECTOR) or {}).items():
        if isinstance(selected, dict) and group not in DANGERS:
            sums[group] = sum(kind[PREDICTED_CONFIDENCE_KEY] for kind in selected["ranking"])
    together, all_of_them = float(sums.get(ADVICE_GROUP, 0.0)), float(sum(sums.values()))
    if not all_of_them or together / all_of_them < threshold:
        return
    intent = {INTENT_NAME_KEY: ADVICE_GROUP, PREDICTED_CONFIDENCE_KEY: together / all_of_them}
    others = [entry for entry in ranking if entry[INTENT_NAME_KEY] != ADVICE_GROUP]
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [intent, *others], add_to_output=True)


def _topic_asked(message: Message, confidence: float) -> str | None:
    ranking = (message.get(RESPONSE_SELECTOR) or {}).get(TOPIC_GROUP, {}).get("ranking") or []
    if not ranking or ranking[0][PREDICTED_CONFIDENCE_KEY] < confidence:
        return None
    leaf: str = ranking[0][INTENT_RESPONSE_KEY]
    return leaf
