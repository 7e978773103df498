"""The compact state of a conversation: what Rasa must know to go on, and no more.

Rasa's own stores keep every event for ever, and a turn costs more the longer the conversation. Here the last turns are
kept as events; what lies before is folded into slot values. Rules look back a few turns only, so that the same actions
are chosen as with the whole history (a test plays every conversation both ways). Code that looks further
reads slots instead: ``known_facts``, ``responses_said`` and ``turns_since_crisis``.

What a form holds is kept while it is active or parked. When it ends nothing of it is left: no slot value, no text
of a message, no summary.
"""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa.shared.constants import ASSISTANT_ID_KEY
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import METADATA_MODEL_ID

from helpline.forms.written_from import WRITTEN_FROM
from helpline.rasa.tracker import ConversationTracker

# Turns kept as events; no rule looks back further than two, and no story further than this.
KEPT_TURNS = 6
# Within a form all its turns are kept, since its messages may hold answers to later questions; within reason.
KEPT_FORM_TURNS = 40
# Names of responses said, for "tell me more".
KEPT_RESPONSES = 80

RESPONSES_SAID = "responses_said"
TURNS_SINCE_CRISIS = "turns_since_crisis"
# For how many of the visitor's turns after a crisis the emergency numbers stay in sight.
REMINDER_TURNS = 8
# Key of a bot message's metadata: the response that a dynamic one, such as utter_topic, stood for.
ANSWERED_WITH = "answered_with"
# Key of a bot message's metadata: its text without what a form held.
WITHOUT_PERSONAL = "without_personal"
LEFT_OUT = "[\u2026]"
_METADATA_NOT_KEPT = {METADATA_MODEL_ID, ASSISTANT_ID_KEY, WRITTEN_FROM}
# Entities that hold how somebody is reached, or who they are.
_PERSONAL_ENTITIES = frozenset({"person_name", "phone_number", "email"})
_ENTITY_FIELDS = ("entity", "value", "role", "group")


@dataclass
class TrackerState:
    """A tracker without its past.

    Attributes:
        slots: Values at the beginning of the events, of slots that differ from their initial value.
        loop: Name of the form that is active at the beginning of the events.
        events: The last turns.
    """

    slots: dict[str, Any] = field(default_factory=dict)
    loop: str | None = None
    events: list[Event] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the state as JSON can hold it."""
        return {"slots": self.slots, "loop": self.loop, "events": [_event_as_dict(event) for event in self.events]}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "TrackerState":
        """Return what `as_dict` wrote."""
        events = [_class_of(event["event"])._from_parameters(dict(event)) for event in kept["events"]]
        return cls(kept["slots"], kept["loop"], events)


@functools.cache
def _class_of(event: str) -> type[Event]:
    """Return the class of an event's name, for which Rasa looks through all classes each time."""
    found: type[Event] = Event.resolve_by_type(event)
    return found


def tracker_of(state: TrackerState, sender_id: str, domain: Domain) -> ConversationTracker:
    """Return a tracker that stands where the state was taken."""
    start: list[Event] = [SlotSet(name, value) for name, value in state.slots.items()]
    if state.loop is not None:
        start.append(ActiveLoop(state.loop))
    if start and state.events:
        for event in start:
            event.timestamp = state.events[0].timestamp
    tracker = ConversationTracker(sender_id, domain.slots)
    for event in (*start, *state.events):
        tracker.update(event)
    return tracker


def parse_data_of(tracker: DialogueStateTracker) -> dict[str, Any]:
    """Return Rasa's parse data of the last message; nothing before the first."""
    message = tracker.latest_message
    return dict(message.parse_data) if message else {}


def response_of(event: Event) -> str | None:
    """Return the name of the response that a bot message is, the one that a dynamic response stood for; else None."""
    if not isinstance(event, BotUttered):
        return None
    name: str | None = event.metadata.get(ANSWERED_WITH) or event.metadata.get("utter_action")
    return name


def compact(tracker: DialogueStateTracker, domain: Domain) -> TrackerState:
    """Return the state to keep of a tracker after a turn.

    Args:
        tracker: A tracker made by `tracker_of`, or a new one, and what happened in the turn.
        domain: Says which slots rules may look at.
    """
    events = _since_restart(tracker.events)
    initial = {slot.name: slot.initial_value for slot in domain.slots}
    remembered = {slot.name for slot in domain.slots if slot.influence_conversation}
    cut = _cut(events, within_form=tracker.active_loop_name is not None)
    slots: dict[str, Any] = {}
    loop = None
    for event in events[:cut]:
        if isinstance(event, SlotSet):
            slots[event.key] = event.value
        elif isinstance(event, ActiveLoop):
            loop = event.name
    # What no rule looks at has no history: only its value now counts.
    slots = {name: value for name, value in slots.items() if name in remembered}
    slots |= {name: slot.value for name, slot in tracker.slots.items() if name not in remembered}
    slots[RESPONSES_SAID] = _responses_said(tracker, events)
    kept = _kept(events[cut:], remembered, in_form=tracker.active_loop_name is not None)
    return TrackerState(
        {name: value for name, value in slots.items() if name in initial and value != initial[name]}, loop, kept
    )


def _since_restart(events: Iterable[Event]) -> list[Event]:
    """Return the events of this session that count: without what was taken back, or lies before a restart."""
    since: list[Event] = []
    for event in events:
        if isinstance(event, Restarted | SessionStarted):
            since = []
        elif isinstance(event, UserUtteranceReverted):
            since = _before_last_message(since)
        else:
            since.append(event)
    return since


def _before_last_message(events: list[Event]) -> list[Event]:
    """Return the events before the last user message and the ``action_listen`` that waited for it, as Rasa does."""
    for kind in (UserUttered, ActionExecuted):
        while events and not isinstance(events.pop(), kind):
            pass
    return events


def _cut(events: Sequence[Event], within_form: bool) -> int:
    """Return where the kept events begin: at an ``action_listen`` before a user message, or at the very beginning."""
    listens = [
        place
        for place, event in enumerate(events)
        if isinstance(event, ActionExecuted)
        and event.action_name == ACTION_LISTEN_NAME
        and isinstance(
            next((later for later in events[place + 1 :] if not isinstance(later, SlotSet)), None), UserUttered
        )
    ]
    turns = KEPT_TURNS
    if within_form:
        begun = max((place for place, event in enumerate(events) if _begins_form(event)), default=0)
        in_form = sum(1 for place in listens if place >= begun) + 1
        turns = max(turns, min(in_form, KEPT_FORM_TURNS))
    return listens[-turns] if len(listens) > turns else 0


def _begins_form(event: Event) -> bool:
    return isinstance(event, ActiveLoop) and event.name is not None


def _responses_said(tracker: DialogueStateTracker, events: Iterable[Event]) -> list[str]:
    names = list(tracker.get_slot(RESPONSES_SAID) or []) if RESPONSES_SAID in tracker.slots else []
    for name in filter(None, map(response_of, events)):
        if name not in names:
            names.append(name)
    return names[-KEPT_RESPONSES:]


def _kept(events: Sequence[Event], remembered: set[str], in_form: bool) -> list[Event]:
    """Return events without what nobody looks at any more."""
    last_user = max((place for place, event in enumerate(events) if isinstance(event, UserUttered)), default=-1)
    kept: list[Event] = []
    for place, event in enumerate(events):
        if isinstance(event, SlotSet) and event.key not in remembered:
            continue
        if isinstance(event, BotUttered) and place < last_user:
            continue
        if isinstance(event, UserUttered):
            event = _slim_message(event, keep_words=in_form)
        elif isinstance(event, BotUttered) and not in_form and _tells_what_was_given(event):
            continue
        kept.append(event)
    return kept


def _tells_what_was_given(event: BotUttered) -> bool:
    return bool((event.metadata.get("metadata") or {}).get("personal"))


def _slim_message(event: UserUttered, keep_words: bool) -> UserUttered:
    """Return the message with its intent and entities; the classifier's rankings were for its own turn."""
    text = event.text if keep_words else ""
    entities = [
        {name: entity[name] for name in _ENTITY_FIELDS if entity.get(name) is not None}
        for entity in event.entities
        if keep_words or entity["entity"] not in _PERSONAL_ENTITIES
    ]
    parsed = {"text": text, "intent": event.intent, "entities": entities}
    metadata = {name: value for name, value in event.metadata.items() if name not in _METADATA_NOT_KEPT}
    return UserUttered(
        text, event.intent, entities, parsed, event.timestamp, event.input_channel, event.message_id, metadata
    )


def _event_as_dict(event: Event) -> dict[str, Any]:
    content: dict[str, Any] = event.as_dict()
    content["metadata"] = {
        name: value for name, value in (content.get("metadata") or {}).items() if name not in _METADATA_NOT_KEPT
    }
    if not content["metadata"]:
        del content["metadata"]
    return content
