"""Reads a tracker into the plain values that the domain takes."""

from typing import Any

from rasa_sdk import Tracker

from helpline.forms.definition import Form
from helpline.forms.message import Message
from helpline.forms.prefill import Heard

_OWN_ACTIONS = {"action_listen", "action_extract_slots", "action_session_start"}


def latest_message(tracker: Tracker) -> Message:
    """Return the visitor's last message."""
    return _as_message(tracker.latest_message)


def is_return_to(tracker: Tracker, form: Form) -> bool:
    """Tell whether the form comes back after something else answered the last message.

    Rasa then asks for the next question only; the message is not for the form.
    """
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "action" and event["name"] not in _OWN_ACTIONS | {form.name}:
            return True
    return False


def heard(tracker: Tracker) -> Heard:
    """Return what was said: all of it, and what belongs to the request that is being made.

    A request begins with the message that started a form, and goes on while it is parked. It ends where
    ``form_in_progress`` was emptied.
    """
    earlier: list[Message] = []
    current: list[Message] = []
    for event in tracker.events:
        if event["event"] == "user":
            current.append(_as_message(event.get("parse_data") or {}))
        elif event["event"] == "slot" and event["name"] == "form_in_progress" and event["value"] is None:
            earlier, current = earlier + current, []
        elif event["event"] in {"restart", "session_started"}:
            earlier, current = [], []
    return Heard(tuple(earlier), tuple(current))


def _as_message(parsed: dict[str, Any]) -> Message:
    intent = parsed.get("intent") or {}
    entities: dict[str, list[str]] = {}
    for entity in parsed.get("entities") or []:
        entities.setdefault(entity["entity"], []).append(str(entity["value"]))
    return Message(
        text=parsed.get("text") or "",
        intent=intent.get("name") or "nlu_fallback",
        confidence=intent.get("confidence") or 0.0,
        entities=entities,
    )
