"""Reads a tracker into the plain values that the domain takes."""

from typing import Any

from rasa_sdk import Tracker

from helpline.forms.definition import Form
from helpline.forms.engine import Background
from helpline.forms.message import Message
from helpline.forms.prefill import facts_in, merge_facts
from helpline.forms.written_from import OFFER, WRITTEN_FROM

_OWN_ACTIONS = {"action_listen", "action_extract_slots", "action_session_start"}


def latest_message(tracker: Tracker) -> Message:
    """Return the visitor's last message."""
    return Message.from_parse_data(tracker.latest_message)


def written_from(tracker: Tracker) -> str | None:
    """Return the number that the last message was written from, where its channel knows it."""
    return (tracker.latest_message.get("metadata") or {}).get(WRITTEN_FROM)


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


def background_of(tracker: Tracker, form: Form) -> Background:
    """Return what was said already and may answer a question of the form."""
    known = tracker.get_slot("known_facts") or {}
    return Background(
        merge_facts(known, _facts_from_events(tracker)),
        _messages_of_form(tracker, form),
        in_doubt=tracker.get_slot("in_doubt") is not None,
        written_from=written_from(tracker),
        offers_it=(tracker.get_slot("in_doubt") or {}).get("response") == OFFER,
    )


def _facts_from_events(tracker: Tracker) -> dict[str, Any]:
    """Return the facts that the visitor stated since the session began, as far as the tracker has events."""
    facts: dict[str, Any] = {}
    for event in tracker.events:
        if event["event"] == "user":
            facts = merge_facts(facts, facts_in(Message.from_parse_data(event.get("parse_data") or {})))
        elif event["event"] in {"restart", "session_started"}:
            facts = {}
    return facts


def _messages_of_form(tracker: Tracker, form: Form) -> list[Message]:
    """Return the message that started the form, for the first time or again, and all since then."""
    messages: list[Message] = []
    started = False
    for event in tracker.events:
        if event["event"] == "user":
            messages.append(Message.from_parse_data(event.get("parse_data") or {}))
        elif event["event"] == "active_loop":
            messages, started = messages[-1:], event["name"] == form.name
    return messages if started else messages[-1:]
