"""What is said of a request that was saved, and who asks for the number: known by words, whatever the classifier says.

"When will you call", "change my number", "I don't want it any more" and a bare reference code look like anything to the
classifier. Their words, and whether a request of this conversation was saved, say what they mean; the message then has
the intent that a rule answers (data/rules/requests.yml). A danger wins.
"""

from typing import Any

from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, TEXT

from helpline.forms.answers import read_choice
from helpline.forms.definition import CALLBACK, FORMS
from helpline.forms.message import CONVERSATION_INTENTS, Message, read_decision
from helpline.nlu.danger.danger_output import CHECK_IN
from helpline.nlu.intents import FEELING_GROUP
from helpline.rasa.instead import BEGUN, is_begun
from helpline.rasa.threads import offered_in, thread_of
from helpline.requests.additions import goes_on_about_oneself, may_be_addition, prefers_time, says_addition
from helpline.requests.reference import code_in_form, meant_reference, without_reference
from helpline.text.lexicon import Lexicon

CHECK, CHANGE, WITHDRAW, DIAL = "check_request", "correct_value", "cancel", "talk_to_person"
RESUME = "resume_form"
# The request that the conversation is about: saved in it, or looked up by its code.
AT_HAND = "request_at_hand"
_OF_REQUEST = (
    "utter_check_", "utter_callback_saved", "utter_volunteer_saved", "utter_withdraw_", "utter_change_",
    "utter_request_changed", "utter_not_added_", "utter_already_added",
)  # fmt: skip
_STOPPED = "utter_request_cancelled"
_ON_YEARS = {"utter_faq/life_expectancy", "utter_life_expectancy_simply"}
# After one of these "it" may be more than a request.
_SPEAKS_OF_DANGER = ("utter_distress", "utter_crisis", "utter_violence", "utter_emergency")
_WISHES = ("request_callback", "request_volunteer")
# A way to be reached is named in no more words: "text me please".
_WORDS_OF_WAY = 4
# For so many turns after a code was asked for, six letters alone are one.
_TURNS = 3


def wished(parsed: dict[str, Any], tracker: DialogueStateTracker) -> dict[str, Any]:
    """Return a message's parse data with the intent that its words tell, or as they are.

    Args:
        parsed: Rasa's parse data of what was typed.
        tracker: The conversation before.
    """
    text: str = parsed[TEXT].strip()
    if _takes_up(parsed, tracker):
        intent: str | None = RESUME
    else:
        intent = _intent_in_form(text) if tracker.active_loop_name else _intent_outside(text, tracker)
    if intent is None and tracker.active_loop_name is None and _adds(parsed, tracker):
        intent = CHANGE
    if not intent:
        return parsed
    meant = {**parsed, INTENT: {"name": intent, "confidence": 1.0}}
    if intent == WITHDRAW and _says_no_more_than_withdrawal(text, tracker):
        meant.pop(CHECK_IN, None)
    return meant


def _takes_up(parsed: dict[str, Any], tracker: DialogueStateTracker) -> bool:
    """Tell whether a message goes on with a request that waits: a yes to that, or the way that it waits for."""
    form = FORMS.get(f"{tracker.get_slot(BEGUN)}_form") if BEGUN in tracker.slots else None
    # A call was refused, "he listens": the danger was answered, and now the way is named.
    waits_for_way = form is not None and tracker.active_loop_name is None and tracker.get_slot(form.method) is None
    if waits_for_way and len(parsed[TEXT].split()) <= _WORDS_OF_WAY and read_choice("contact_method", parsed[TEXT]):
        return True
    return offered_in(tracker) == "resume" and read_decision(Message.from_parse_data(parsed)) is True


def _says_no_more_than_withdrawal(text: str, tracker: DialogueStateTracker) -> bool:
    """Tell whether "I don't want it any more" is about the request just spoken of, and nothing else is in it.

    Anywhere else such words may be about a life, and the reply ends with whom to call.
    """
    said = thread_of(tracker).said_lately(_TURNS)
    spoken_of = any(name.startswith(_OF_REQUEST) for name in said)
    felt = any(name.startswith(_SPEAKS_OF_DANGER) for name in said)
    return spoken_of and not felt and Lexicon.load().requests.withdraw_alone.fullmatch(text.strip(" .!")) is not None


def _intent_in_form(text: str) -> str | None:
    """Within a form its own answers, corrections and "cancel" count: only questions, and a code, are told."""
    words = Lexicon.load().requests
    if code_in_form(text) is not None:
        return CHECK
    if words.number_to_dial.within(text):
        return DIAL
    return CHECK if words.status.within(text) else None


def _intent_outside(text: str, tracker: DialogueStateTracker) -> str | None:
    words = Lexicon.load().requests
    if is_begun(tracker) and words.go_on.fullmatch(text.strip(" .!")):
        return RESUME
    if words.after_all.fullmatch(text.strip(" .!")) and (stopped := _stopped_just_now(tracker)) is not None:
        return stopped
    said = thread_of(tracker).said_lately(_TURNS)
    code = meant_reference(text, expected=any(name.startswith(_OF_REQUEST) for name in said))
    ways = [(words.withdraw, WITHDRAW), (words.change, CHANGE), (words.status, CHECK)]
    if code is not None or (AT_HAND in tracker.slots and tracker.get_slot(AT_HAND)):
        once_saved = [
            (words.withdraw_once_saved, WITHDRAW), (words.change_once_saved, CHANGE), (words.status_once_saved, CHECK)
        ]  # fmt: skip
        ways += once_saved
        said_of_it = text if code is None else without_reference(text)
        if Lexicon.load().commands.cancel.matches(said_of_it):
            return WITHDRAW
    for pattern, intent in ways:
        if pattern.within(text):
            return intent
    years = _ON_YEARS & thread_of(tracker).said_lately(1) and words.number_of_years.within(text)
    if words.number_to_dial.within(text) and not years:
        return DIAL
    return CHECK if code is not None else None


def _stopped_just_now(tracker: DialogueStateTracker) -> str | None:
    """Return the intent that asks for the request which was stopped just now, or None. Its answers are gone."""
    thread = thread_of(tracker)
    if not any(name.startswith(_STOPPED) for name in thread.said_lately(1)):
        return None
    of_form = {f"utter_ask_{slot}": form.kind for form in FORMS.values() for slot in form.order if slot != "first_name"}
    asked = (of_form.get(name) for turn in reversed(thread.turns) for name in reversed(turn.said))
    return f"request_{next(filter(None, asked), CALLBACK.kind)}"


def _adds(parsed: dict[str, Any], tracker: DialogueStateTracker) -> bool:
    """Tell whether a message adds something to the saved request, instead of going on with the conversation.

    In few words only where it was spoken of just now. A feeling is no addition then; nor is the wish for a call after a
    sign-up for a volunteer, unless it says only when.
    """
    if AT_HAND not in tracker.slots or not tracker.get_slot(AT_HAND):
        return False
    text, message = parsed[TEXT].strip(), Message.from_parse_data(parsed)
    if says_addition(text):
        return True
    said = thread_of(tracker).said_lately(_TURNS)
    if not any(name.startswith(_OF_REQUEST) for name in said):
        return False
    just_now = any(name.startswith(_OF_REQUEST) for name in thread_of(tracker).said_lately(1))
    goes_on = just_now and goes_on_about_oneself(text) and not message.means(*CONVERSATION_INTENTS)
    if not may_be_addition(text) and not goes_on:
        return False
    if message.intent == FEELING_GROUP or message.means(*_WISHES):
        of_kind = f"_{message.intent.removeprefix('request_')}_"
        return prefers_time(text) and any(of_kind in f"{name}_" for name in said)
    return True
