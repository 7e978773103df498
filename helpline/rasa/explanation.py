"""Why a turn was answered as it was, for staff who try the assistant out: what each part of it saw and chose."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, ActiveLoop, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from helpline.nlu.danger.danger_detector import WEIGHED
from helpline.nlu.thread import THREAD
from helpline.rasa.played_turn import PlayedTurn
from helpline.rasa.processor import ChosenAction
from helpline.rasa.state import RESPONSES_SAID
from helpline.rasa.understood import alternatives, leaf_of, understood

_ALTERNATIVES = 6
# What the engine keeps for itself: long, and told by the conversation anyway.
_INNER_SLOTS = frozenset((THREAD, RESPONSES_SAID))
# What would have happened outside of the conversation, by the response that says it.
_WOULD = {
    "utter_callback_saved": "save",
    "utter_volunteer_saved": "save",
    "utter_request_changed": "change",
    "utter_withdrawn": "withdraw",
    "utter_withdrawn_late": "withdraw",
    "utter_deleted": "delete",
}
# What Rasa does by itself, in each turn or at the beginning of a conversation.
_BY_ITSELF = frozenset((ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME))
# What `explain` returns of a message that the assistant was not asked about.
NOT_EXPLAINED: Mapping[str, Any] = {
    "intent": None, "confidence": None, "alternatives": [], "entities": [], "understood": {}, "danger": None,
    "weighed": [], "slots": [], "actions": [], "form": None, "would": [], "story": [],
}  # fmt: skip
_KEEPS_FEEDBACK = "action_save_feedback"


def explain(
    played: PlayedTurn, before: Mapping[str, Any], actions: Sequence[ChosenAction], domain: Domain
) -> dict[str, Any]:
    """Return why a turn was answered so, as JSON can hold it.

    Args:
        played: The turn.
        before: All slots before it.
        actions: What was chosen in it.
        domain: Knows the slots.

    Returns:
        ``intent``, ``confidence``, ``alternatives``, ``entities``; ``understood``, as transcripts keep it;
        ``danger`` and ``weighed``, how each kind of danger was weighed; ``slots`` that hold something or no more,
        each with ``name``, ``value`` and ``changed``; ``actions``; ``form``; ``would``, what it would have done;
        ``story``, the steps of a story from the message on.
    """
    parsed, tracker = played.parsed, played.tracker
    return {
        "intent": leaf_of(parsed),
        "confidence": (parsed.get("intent") or {}).get("confidence"),
        "alternatives": alternatives(parsed, _ALTERNATIVES),
        "entities": [_entity(entity) for entity in parsed.get("entities") or []],
        "understood": understood(parsed, played.entry.replies),
        "danger": played.danger,
        "weighed": parsed.get(WEIGHED) or [],
        "slots": _slots(before, tracker),
        "actions": [asdict(action) for action in actions if action.name not in _BY_ITSELF],
        "form": tracker.active_loop_name,
        "would": _would(played, actions),
        "story": _story(tracker, domain),
    }


def _entity(entity: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entity.get(name) for name in ("entity", "value", "role", "start", "end")}


def _slots(before: Mapping[str, Any], tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    """Return the slots that hold something, and those that held something before; the changed ones first."""
    told = []
    for name, value in sorted(tracker.current_slot_values().items()):
        changed = value != before.get(name)
        if name not in _INNER_SLOTS and (changed or value not in (None, [], False)):
            told.append({"name": name, "value": value, "changed": changed})
    return sorted(told, key=lambda slot: not slot["changed"])


def _would(played: PlayedTurn, actions: Sequence[ChosenAction]) -> list[str]:
    done = [_WOULD[reply["response"]] for reply in played.entry.replies if reply["response"] in _WOULD]
    done += ["feedback" for action in actions if action.name == _KEEPS_FEEDBACK]
    done += ["flag"] * (played.danger is not None)
    return list(dict.fromkeys(done))


def _story(tracker: DialogueStateTracker, domain: Domain) -> list[dict[str, Any]]:
    """Return what followed the last message, in the words of Rasa's stories: actions, forms, slots that rules see."""
    seen_by_rules = {slot.name for slot in domain.slots if slot.influence_conversation}
    steps: list[dict[str, Any]] = []
    for event in _since_message(tracker):
        if isinstance(event, ActionExecuted) and event.action_name != ACTION_LISTEN_NAME:
            steps.append({"action": event.action_name})
        elif isinstance(event, ActionExecutionRejected):
            steps.append({"refused": event.action_name})
        elif isinstance(event, ActiveLoop):
            steps.append({"active_loop": event.name})
        elif isinstance(event, SlotSet) and event.key in seen_by_rules:
            if not steps or "slot_was_set" not in steps[-1]:
                steps.append({"slot_was_set": {}})
            steps[-1]["slot_was_set"][event.key] = event.value
    return steps


def _since_message(tracker: DialogueStateTracker) -> list[Any]:
    events = list(tracker.events)
    last = max((place for place, event in enumerate(events) if isinstance(event, UserUttered)), default=-1)
    return events[last + 1 :]
