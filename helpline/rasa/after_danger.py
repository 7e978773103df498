"""What is said after danger was answered, for as long as it may go on.

Who was told to call 911 says "it went away", "who do i call", "all of them": read alone such a message is not
understood, or taken for a topic. So what asks nothing of its own is answered with the way to help once more, and below
any other answer that stands in short. Names of responses only, no wording.
"""

from collections.abc import Mapping

from rasa.shared.core.trackers import DialogueStateTracker

from helpline.nlu.intents import (
    ADVICE_GROUP,
    FALLBACK_INTENT,
    FEELING_GROUP,
    FOLLOW_UPS,
    FORM_INTENTS,
    OUTSIDE_GROUPS,
    REACTION_LEAF,
    REMARK_GROUP,
)
from helpline.rasa.instead import WAITS
from helpline.rasa.threads import offered_in, thread_of

# To "I'm not suicidal, I meant the movie": what was taken for danger is none.
MISREAD = "utter_remark/misread"
# To "the ambulance is here": it is over for the assistant, and told as such.
HELPED = "utter_remark/helped"
_OVER = frozenset((MISREAD, HELPED))
_REACTION = f"utter_{REACTION_LEAF}"
# For so many turns after danger was answered, or answered again.
TURNS = 2
_CRISIS_AGAIN = "utter_crisis_again"
# By the response to danger: what is said again, and what stands below another answer. After a crisis that is
# `utter_crisis_reminder`, for longer (helpline/rasa/generator.py).
_AGAIN: Mapping[str, tuple[str, str | None]] = {
    "utter_crisis/self": (_CRISIS_AGAIN, None),
    "utter_crisis/other": (_CRISIS_AGAIN, None),
    "utter_threat": ("utter_threat_again", "utter_crisis_reminder"),
    "utter_violence": ("utter_violence_again", "utter_violence_reminder"),
    "utter_emergency/life_threat": ("utter_emergency_life_threat_again", "utter_emergency_reminder"),
    "utter_emergency/poisoning": ("utter_emergency_poisoning_again", "utter_poisoning_reminder"),
    "utter_emergency/urgent": ("utter_emergency_urgent_again", "utter_emergency_reminder"),
}
_FOLLOWING = {**_AGAIN, **{again: (again, reminder) for again, reminder in _AGAIN.values()}}
# What says something of its own, and yet belongs to the danger right after it: "should I go now" is advice, and what an
# ambulance costs is not on the page.
_UNDERSTOOD = frozenset((*OUTSIDE_GROUPS, ADVICE_GROUP, REMARK_GROUP))
# These ask nothing of their own.
_LEANING = _UNDERSTOOD | {
    *FOLLOW_UPS,
    *FORM_INTENTS,
    FALLBACK_INTENT,
    "affirm",
    "deny",
    "ask_capabilities",
    "feedback_not_helpful",
}
# "I don't want to call" is no request that somebody takes back.
_NOTHING_TO_CANCEL = "utter_nothing_to_cancel"
# Right after these "I feel so sleepy" is more of the same, and no mere feeling.
_OF_THE_BODY = frozenset(("utter_emergency_life_threat_again", "utter_emergency_poisoning_again"))
_ANSWERS_OFFER = frozenset(("affirm", "deny"))
_TOPIC = "utter_faq/"


def said_after_danger(name: str, tracker: DialogueStateTracker) -> str:
    """Return the way to help once more where a message after danger asks nothing of its own, or the response chosen.

    Args:
        name: The response that is first in its turn.
        tracker: The conversation, with the message.
    """
    answered = _answered(tracker, until_topic=True)
    intent = tracker.latest_message.intent.get("name") if tracker.latest_message else None
    takes_offer = intent in _ANSWERS_OFFER and offered_in(tracker) is not None
    # Data is for the request that danger interrupted.
    takes_up = takes_offer or (name == WAITS and intent == "inform")
    if answered is None or name in _OVER or tracker.active_loop_name is not None or takes_up:
        return name
    leans = (
        intent in _LEANING or name == _NOTHING_TO_CANCEL or (intent == FEELING_GROUP and answered[0] in _OF_THE_BODY)
    )
    goes_on = leans and not (intent in _UNDERSTOOD and _is_crisis_a_while_ago(tracker))
    answers_other = (intent in _ANSWERS_OFFER or name == _REACTION) and not _said_right_before(tracker)
    return answered[0] if goes_on and not answers_other else name


def says_again(name: str) -> bool:
    """Whether a response says the way to help once more."""
    return name in _FOLLOWING and name not in _AGAIN


def reminder_after_danger(name: str, tracker: DialogueStateTracker) -> str | None:
    """Return what stands below an answer after danger other than a crisis, or None.

    Args:
        name: The response that is first in its turn.
        tracker: The conversation, with the message.
    """
    answered = _answered(tracker)
    return None if answered is None or name in _FOLLOWING or name in _OVER else answered[1]


def is_after_danger(tracker: DialogueStateTracker) -> bool:
    """Whether a message may go on about danger that was answered: "all of them" chooses nothing then."""
    return _answered(tracker, until_topic=True) is not None


def is_over(name: str) -> bool:
    """Whether a response is to who says that danger is none, or that help has come."""
    return name in _OVER


def was_misread(tracker: DialogueStateTracker) -> bool:
    """Whether what was last taken for danger was said to be none. Where help has come, the numbers stay in sight."""
    said = [name for turn in thread_of(tracker).turns for name in turn.said if name == MISREAD or name in _FOLLOWING]
    return said[-1:] == [MISREAD]


def _answered(tracker: DialogueStateTracker, *, until_topic: bool = False) -> tuple[str, str | None] | None:
    """Return what follows the danger that was answered in the last turns, or None.

    Args:
        tracker: The conversation, with the message.
        until_topic: Whether a topic that was answered since is what the message may lean on.
    """
    for turn in reversed(thread_of(tracker).turns[-TURNS:]):
        following = next((_FOLLOWING[name] for name in turn.said if name in _FOLLOWING), None)
        # That help has come ends what is said again; the numbers still stand below other answers.
        ends = until_topic and (HELPED in turn.said or any(name.startswith(_TOPIC) for name in turn.said))
        over = MISREAD in turn.said or ends
        if following is not None or over:
            return following
    return None


def _said_right_before(tracker: DialogueStateTracker) -> bool:
    """Whether the way to help was said right before the message: an "ok" after something else answers that."""
    return not _FOLLOWING.keys().isdisjoint(thread_of(tracker).said_lately(1))


def _is_crisis_a_while_ago(tracker: DialogueStateTracker) -> bool:
    """Whether a crisis was only spoken of once more in the last turns, and none told: people talk on, of a wig or work.

    The reminder below each answer stays, for longer.
    """
    said = thread_of(tracker).said_lately(TURNS)
    return _CRISIS_AGAIN in said and not said & _AGAIN.keys()
