"""Reads the conversation before a message from Rasa's tracker, for the classifier."""

from rasa.shared.core.trackers import DialogueStateTracker

from helpline.nlu.follow_ups import FollowUps
from helpline.nlu.intent.context import Context
from helpline.nlu.intent.rasa_output import NO_TOPIC, TOPIC_ENTITY
from helpline.nlu.thread import THREAD, Thread


def context_of(tracker: DialogueStateTracker | None, follow_ups: FollowUps) -> Context:
    """Return what a message is read with; outside of a conversation, only what stands with the topics."""
    if tracker is None or TOPIC_ENTITY not in tracker.slots:
        return Context(follow_ups=follow_ups)
    slot = tracker.get_slot(TOPIC_ENTITY)
    kept = None if slot == NO_TOPIC else slot
    # Rasa's own commands keep no thread.
    thread = Thread.of(tracker.get_slot(THREAD) if THREAD in tracker.slots else None)
    return Context(thread.topic or kept, kept, thread, follow_ups, tracker.active_loop_name is not None)
