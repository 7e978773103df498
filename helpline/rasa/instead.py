"""What is said in place of a response, because of what the conversation holds: said already, asked, begun.

The rules know the message; what was said a moment ago, that a request waits unfinished, or that a phone number came
unasked they do not. Names of responses only, no wording.
"""

from collections.abc import Collection

from rasa.shared.core.trackers import DialogueStateTracker

from helpline.forms.email_addresses import read_email
from helpline.forms.phone_numbers import read_phone_number
from helpline.nlu.follow_ups import FollowUps, Responses
from helpline.rasa.opening import asks_opening
from helpline.rasa.threads import thread_of
from helpline.settings import load_settings

HOURS = "utter_helpline_hours"
WAITS = "utter_request_waits"
# The kind of the form that was begun: outside of it, one that waits.
BEGUN = "form_in_progress"
# What a question whether the helpline is open may be answered with, where it is taken for something near it. Then that
# question is answered instead.
NEAR_HOURS = {
    "utter_helpline",
    "utter_helpline_simply",
    "utter_faq/helpline",
    "utter_callback_offer",
    "utter_ask_capabilities",
    "utter_default",
    "utter_did_you_mean",
    "utter_out_of_scope",
    "utter_not_on_page",
}
_NOT_UNDERSTOOD = ("utter_did_you_mean", "utter_did_you_mean_again", "utter_default")
# Said to a yes or a no that answers nothing.
NOTHING_ASKED = "utter_anything_else"
_FOLLOW_UP = "utter_follow_up"
# For so many turns it is not said again that a request waits.
_TURNS = 2


def said_instead(name: str, tracker: DialogueStateTracker, said: Collection[str]) -> str:
    """Return the response that is said first in a turn in place of another, or that one.

    Args:
        name: The response that the rules chose.
        tracker: The conversation, with the message.
        said: The responses of the conversation so far.
    """
    text = str(tracker.latest_message.text or "") if tracker.latest_message else ""
    if name in NEAR_HOURS and asks_opening(text):
        return HOURS
    if name == "utter_greet" and name in said:
        return "utter_greet_again"
    if name == "utter_goodbye" and is_begun(tracker):
        return "utter_goodbye_unsaved"
    if request_waits(tracker) and name in {*_NOT_UNDERSTOOD, NOTHING_ASKED}:
        denied = _intent(tracker) == "deny"
        return name if denied or WAITS in thread_of(tracker).said_lately(_TURNS) else WAITS
    if name in _NOT_UNDERSTOOD and tells_contact(text):
        return "utter_callback_offer"
    return name


def is_begun(tracker: DialogueStateTracker) -> bool:
    """Tell whether a request was begun and is not saved."""
    return BEGUN in tracker.slots and tracker.get_slot(BEGUN) is not None


def request_waits(tracker: DialogueStateTracker) -> bool:
    """Tell whether a request was begun and left."""
    return is_begun(tracker) and tracker.active_loop_name is None


def answers_nothing(tracker: DialogueStateTracker, responses: Responses) -> bool:
    """Tell whether a yes or a no comes after something else than an answer from the page, so that it goes on with none.

    Args:
        tracker: The conversation, with the message.
        responses: All responses by name, each with its variations.
    """
    turns = thread_of(tracker).turns
    if _intent(tracker) not in {"affirm", "deny"} or not turns:
        return False
    variations = responses.get(_FOLLOW_UP) or [{}]
    on_any_topic = {_FOLLOW_UP, *(variations[0].get("metadata") or {}).get("follow_ups", {}).values()}
    topic_of = FollowUps(responses).topic_of
    return not any(name in on_any_topic or topic_of(name) for name in turns[-1].said)


def _intent(tracker: DialogueStateTracker) -> str | None:
    return tracker.latest_message.intent.get("name") if tracker.latest_message else None


def tells_contact(text: str) -> bool:
    """Tell whether a message holds a phone number or an email address, which nobody asked for."""
    return read_phone_number(text, load_settings().default_phone_region) is not None or read_email(text) is not None
