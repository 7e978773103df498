"""Counts what became of a turn, and how much waits for people: what operators see of the assistant's work."""

from helpline.observability.figures import figures
from helpline.rasa.turn_request import TurnAnswer, TurnRequest
from helpline.rasa.understood import ASKING_BACK
from helpline.store.ages import Ages

ANSWERED, ASKED_BACK, NOT_UNDERSTOOD, SILENT, FAILED = "answered", "asked_back", "not_understood", "silent", "failed"
_NOT_UNDERSTOOD = "nlu_fallback"
# Responses that lead to people, by what they lead to.
_HANDS_OVER = {
    "utter_helpline": "number",
    "utter_callback_saved": "callback",
    "utter_volunteer_saved": "volunteer",
}


def note_turn(request: TurnRequest, answer: TurnAnswer, seconds: float) -> None:
    """Count a turn."""
    if not figures.is_open:
        return
    said = {reply.get("response") for reply in answer.replies}
    outcome = ANSWERED
    if not answer.replies:
        outcome = SILENT
    elif said & ASKING_BACK:
        outcome = ASKED_BACK
    elif answer.intent == _NOT_UNDERSTOOD:
        # An answer from the page to what was not understood is the likeliest one, beside a question back.
        guessed = any(str(name).startswith("utter_faq/") for name in said)
        outcome = ASKED_BACK if guessed else NOT_UNDERSTOOD
    figures.count("helpline_turns_total", channel=request.channel, outcome=outcome)
    figures.observe("helpline_turn_seconds", seconds)
    if answer.danger is not None:
        figures.count("helpline_danger_total", kind=answer.danger, by="engine")
    for response, kind in _HANDS_OVER.items():
        if response in said:
            figures.count("helpline_handoffs_total", kind=kind)


def note_failed_turn(request: TurnRequest) -> None:
    """Count a turn that came to no answer."""
    figures.count("helpline_turns_total", channel=request.channel, outcome=FAILED)


def note_ages(ages: Ages) -> None:
    """Set how much waits, and for how long."""
    for kind, number in ages.open.items():
        figures.set("helpline_queue_open", number, kind=kind)
        figures.set("helpline_queue_oldest_seconds", ages.untouched[kind], kind=kind)
    figures.set("helpline_outbox_waiting", ages.outbox_waiting)
    figures.set("helpline_outbox_oldest_seconds", ages.outbox)
    figures.set("helpline_inbox_oldest_seconds", ages.inbox)
    figures.set("helpline_mails_oldest_seconds", ages.mails)
