"""Rasa's tracker, with less to do for the same states.

Before each action both policies ask how the conversation stood before every action so far. Rasa plays all events again
for each answer, on copies of all slots. Here what was played is remembered, and a slot is copied only when it changes.
"""

import copy
import operator
from collections.abc import Generator, Iterable
from typing import Any

from rasa.shared.core.events import ActionExecuted, Event, SlotSet
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker


class ConversationTracker(DialogueStateTracker):
    """A `DialogueStateTracker` whose slots are shared with its copies until they change.

    Args:
        sender_id: Id of the conversation.
        slots: The domain's slots, which hold their initial values.
        kept: The rest as in Rasa's tracker.
    """

    def __init__(self, sender_id: str, slots: Iterable[Slot], *kept: Any, **further: Any) -> None:
        self._initial = {slot.name: slot for slot in slots}
        super().__init__(sender_id, (), *kept, **further)  # which resets the slots
        self._played: _Played | None = None

    def init_copy(self) -> "ConversationTracker":
        """Return a new tracker of the same conversation, at its beginning."""
        return ConversationTracker(
            self.sender_id, self._initial.values(), self._max_event_history, is_rule_tracker=self.is_rule_tracker
        )

    def copy(self) -> "ConversationTracker":
        """Return a tracker that stands where this one stands, and goes on by itself."""
        copied = self.as_it_stands()
        copied.events = copy.copy(self.events)
        copied._played = None
        return copied

    def as_it_stands(self) -> "ConversationTracker":
        """Return a copy to look at: it keeps its slots, form and latest action when this tracker goes on."""
        copied = copy.copy(self)
        copied.slots = dict(self.slots)
        copied.active_loop = copy.copy(self.active_loop)
        # Neither is in the events, from which Rasa makes a copy.
        copied.model_id = copied.assistant_id = None
        return copied

    def generate_all_prior_trackers(self) -> Generator[tuple[DialogueStateTracker, bool], None, None]:
        """Yield how the conversation stood before each action, and whether that action is hidden; at last, now.

        What is yielded is to look at, and holds those slots alone that policies look at.
        """
        events = self.applied_events()
        if self._played is None or not self._played.begins(events):
            self._played = _Played(self.init_copy())
        self._played.go_on(events)
        yield from self._played.before_actions
        yield self._played.tracker, False

    def _set_slot(self, key: str, value: Any) -> None:
        if key in self.slots:
            self.slots[key] = copy.copy(self.slots[key])
        super()._set_slot(key, value)

    def _reset_slots(self) -> None:
        self.slots = dict(self._initial)


class _Played:
    """Events that were played, and how the conversation stood before each action among them."""

    def __init__(self, tracker: ConversationTracker) -> None:
        tracker.slots = {name: slot for name, slot in tracker.slots.items() if slot.influence_conversation}
        self.tracker = tracker
        self.before_actions: list[tuple[DialogueStateTracker, bool]] = []
        self._events: list[Event] = []

    def begins(self, events: list[Event]) -> bool:
        """Whether the events begin with those that were played."""
        return len(self._events) <= len(events) and all(map(operator.is_, self._events, events))

    def go_on(self, events: list[Event]) -> None:
        """Play the events after those that were played."""
        for event in events[len(self._events) :]:
            if isinstance(event, ActionExecuted):
                self.before_actions.append((self.tracker.as_it_stands(), event.hide_rule_turn))
            if not isinstance(event, SlotSet) or event.key in self.tracker.slots:
                self.tracker.update(event)
        self._events = events
