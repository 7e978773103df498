"""Keeps the thread of a conversation in its slots: what each turn was about, and what it offered.

Written by the engine after a turn, read by the classifier, the generator and, as ``offered``, by the stories.
"""

from typing import Any

from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from helpline.nlu.intents import (
    DELIMITER,
    FALLBACK_INTENT,
    FOLLOW_UPS,
    REMARK_GROUP,
    TOPIC_GROUP,
    group_of,
    is_outside,
)
from helpline.nlu.thread import THREAD, Thread, ThreadTurn
from helpline.rasa.state import parse_data_of, response_of
from helpline.rasa.understood import likely_answer

OFFERED = "offered"
NO_TOPIC = "none"
_ANSWER = "utter_faq/"
# From this confidence on a topic is what a message that was not understood is about.
_LIKELY = 0.3
# The same where the conversation has no topic yet.
_LIKELY_WITHOUT_TOPIC = 0.12


def thread_of(tracker: DialogueStateTracker) -> Thread:
    """Return the thread so far, without the turn that is under way."""
    return Thread.of(tracker.get_slot(THREAD) if THREAD in tracker.slots else None)


def offered_in(tracker: DialogueStateTracker) -> str | None:
    """Return what the last answer offered, by ``offers`` in its metadata, or None."""
    offered: str | None = tracker.get_slot(OFFERED) if OFFERED in tracker.slots else None
    return offered


def events_of_thread(tracker: DialogueStateTracker) -> list[Event]:
    """Return the events that take a turn into the thread, after its answers."""
    if THREAD not in tracker.slots:
        return []
    said = _said_in_turn(tracker)
    choices = tuple(
        (button["title"], button["payload"]) for event in said for button in event.data.get("buttons") or []
    )
    names = tuple(filter(None, map(response_of, said)))
    likely = likely_answer(parse_data_of(tracker))
    guessed = likely.removeprefix(_ANSWER) if likely in names else None
    intent = (tracker.latest_message.intent.get("name") if tracker.latest_message else None) or FALLBACK_INTENT
    topic, answered = tracker.get_slot("topic"), True
    if intent == FALLBACK_INTENT or is_outside(intent):
        topic, answered = _likely_topic(tracker) if intent == FALLBACK_INTENT else None, guessed is not None
    if topic is None and intent in FOLLOW_UPS:  # "what are the signs of it" said first: what comes next is on that
        guessed = topic = next((name.removeprefix(_ANSWER) for name in names if name.startswith(_ANSWER)), None)
    topic = topic if topic != NO_TOPIC else None
    if group_of(intent) == REMARK_GROUP and (told := _likely_topic(tracker)) is not None:
        topic, answered = told, False  # "now they say LMD": what comes next may ask about that
    if topic is None and (turned_to := next(filter(None, map(_turns_to, said)), None)) is not None:
        topic, answered = turned_to, False
    turn = ThreadTurn(topic, answered, names, choices)
    offers = next((_offers(event) for event in reversed(said) if _offers(event)), None)
    turned = [SlotSet("topic", guessed), SlotSet("answered", True)] if guessed is not None else []
    return [SlotSet(THREAD, thread_of(tracker).with_turn(turn)), SlotSet(OFFERED, offers), *turned]


def _said_in_turn(tracker: DialogueStateTracker) -> list[BotUttered]:
    said: list[BotUttered] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered):
            said.append(event)
    return said[::-1]


def _likely_topic(tracker: DialogueStateTracker) -> str | None:
    """Return the topic that a message which was not understood is most likely about, or None for a mere guess."""
    parsed = parse_data_of(tracker)
    ranking = (parsed.get("response_selector") or {}).get(TOPIC_GROUP, {}).get("ranking") or []
    least = _LIKELY if thread_of(tracker).topic else _LIKELY_WITHOUT_TOPIC
    if not ranking or ranking[0]["confidence"] < least:
        return None
    leaf: str = ranking[0]["intent_response_key"]
    return leaf.partition(DELIMITER)[2]


def _offers(event: BotUttered) -> str | None:
    return _metadata(event).get("offers")


def _turns_to(event: BotUttered) -> str | None:
    """Return the topic that a response leads to where a conversation has none: after a feeling was met, feelings."""
    return _metadata(event).get("turns_to")


def _metadata(event: BotUttered) -> dict[str, Any]:
    return event.metadata.get("metadata") or {}
