"""What was understood of a message, read from Rasa's parse data, and what was asked back. Holds no visitor's words."""

from collections.abc import Sequence
from typing import Any

from helpline.nlu.follow_ups import topic_of_payload
from helpline.nlu.intents import LIKELY, TOPIC_GROUP, likely_leaf
from helpline.rasa.output import Reply
from helpline.safety.dangers import DANGERS

# What a transcript keeps of the alternatives.
SHOWN_ALTERNATIVES = 4
# Responses that ask which of several things was meant.
ASKING_BACK = frozenset(("utter_did_you_mean", "utter_did_you_mean_again", "utter_which_one"))
_KEPT = ("safety", "check_in", "also_asked", "also_feels", "questions")


def leaf_of(parsed: dict[str, Any]) -> str | None:
    """Return the leaf intent, such as ``faq/ned`` or ``greet``."""
    intent = parsed.get("intent") or {}
    leaf: str | None = intent.get("full_retrieval_intent_name") or intent.get("name")
    return leaf


def likely_answer(parsed: dict[str, Any]) -> str | None:
    """Return the response that is given beside a question back, by a message's parse data, or None."""
    leaf = likely_leaf(parsed)
    return f"utter_{leaf}" if leaf else None


def asks_back(parsed: dict[str, Any], response: str | None) -> bool:
    """Whether a reply asks which of several things was meant, beside the likeliest answer or alone."""
    return response is not None and (response in ASKING_BACK or response == likely_answer(parsed))


def danger_of(parsed: dict[str, Any]) -> str | None:
    """Return the kind of danger that was raised, such as ``crisis/self``, or None."""
    leaf = leaf_of(parsed)
    return leaf if leaf and leaf.partition("/")[0] in DANGERS else None


def understood(parsed: dict[str, Any], replies: Sequence[Reply] = ()) -> dict[str, Any]:
    """Return what staff can look at later: alternatives, what raised a danger or a check-in, two questions.

    Args:
        parsed: Rasa's parse data of the message.
        replies: What was said to it. Of a question back, the intents that it offered are kept.
    """
    kept: dict[str, Any] = {name: parsed[name] for name in _KEPT if parsed.get(name)}
    asking = [reply for reply in replies if asks_back(parsed, reply.get("response"))]
    if asking:
        kept["asked_back"] = [leaf for reply in asking for leaf in map(_offered, reply.get("buttons") or []) if leaf]
    if any(reply["response"] == likely_answer(parsed) for reply in asking):
        kept[LIKELY] = parsed[LIKELY]
    return {**kept, "alternatives": alternatives(parsed, SHOWN_ALTERNATIVES)}


def alternatives(parsed: dict[str, Any], count: int) -> list[list[Any]]:
    """Return the likeliest leaf intents of a message with their confidences, the likeliest first."""
    leaves = sorted(_leaves(parsed), key=lambda leaf: leaf[1], reverse=True)
    return [[name, round(confidence, 3)] for name, confidence in leaves[:count]]


def _leaves(parsed: dict[str, Any]) -> list[tuple[str, float]]:
    """Return the leaf intents that the classifier weighed: those of a group in the group's place."""
    selected = parsed.get("response_selector") or {}
    leaves: list[tuple[str, float]] = []
    for entry in parsed.get("intent_ranking") or []:
        of_group = (selected.get(entry["name"]) or {}).get("ranking") or []
        leaves += [(leaf["intent_response_key"], float(leaf["confidence"])) for leaf in of_group]
        if not of_group:
            leaves.append((entry["name"], float(entry["confidence"])))
    return leaves


def _offered(button: dict[str, str]) -> str | None:
    """Return the intent that a button stands for; None for an answer in words, which may be a visitor's."""
    payload = button.get("payload") or ""
    topic = topic_of_payload(payload)
    if topic:
        return f"{TOPIC_GROUP}/{topic}"
    return payload[1:].partition("{")[0] if payload.startswith("/") else None
