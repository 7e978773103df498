"""What the console calls things: kinds, statuses, outcomes, dangers, and what it says after a change.

For staff alone; visitors read nothing of it.
"""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from helpline.console.permissions import Permission

KINDS = {"callback": "Call back", "volunteer": "Peer volunteer", "conversation": "Flagged conversation"}
STATUSES = {
    "new": "New",
    "in_progress": "In progress",
    "waiting_for_volunteer": "Waiting for a volunteer",
    "done": "Done",
    "could_not_reach": "Could not reach",
    "withdrawn": "Withdrawn",
}
OUTCOMES = {
    "reached": "Reached the person",
    "no_answer": "No answer",
    "left_message": "Left a message",
    "wrong_number": "Wrong number or address",
    "asked_to_call_later": "Asked to be called later",
}
# What was asked, and the keys of closed answers, as staff read them.
QUESTIONS = {
    "best_time": "Best time",
    "callback_topic": "Wants to talk about",
    "for_whom": "Help is for",
    "diagnosis_type": "Diagnosis",
    "cancer_subtype": "Subtype",
    "spread_sites": "Spread to",
    "age_range": "Age",
    "main_concern": "Wants to talk about",
    "preferred_times": "Best times",
}
# Of these, where the request is for somebody whom the one who wrote cares for.
ABOUT_PATIENT = ("diagnosis_type", "cancer_subtype", "spread_sites", "age_range")
OF_OTHER = "{} (of the person with MBC)"
# What is told of an illness, by a visitor and by a volunteer.
DIAGNOSES = {"de_novo": "Metastatic from the start", "recurrence": "Came back later"}
SUBTYPES = {
    "hormone_receptor_positive": "Hormone receptor-positive",
    "her2_positive": "HER2-positive",
    "her2_low": "HER2-low",
    "triple_negative": "Triple-negative",
    "inflammatory": "Inflammatory",
    "lobular": "Lobular",
}
SITES = {
    "bones": "Bones",
    "liver": "Liver",
    "lungs": "Lungs",
    "brain": "Brain",
    "leptomeninges": "Leptomeninges (around brain and spinal cord)",
    "lymph_nodes": "Lymph nodes",
    "skin": "Skin",
    "abdomen": "Abdomen",
}
ANSWERS = {
    "self": "The person who wrote",
    "other": "Somebody they care for",
    **DIAGNOSES,
    **SUBTYPES,
    **SITES,
    "unknown": "Not sure",
}
METHODS = {
    "phone": "By phone",
    "text": "By text message",
    "email": "By email",
    # Where somebody writes to us, in a conversation without a request.
    "sms": "By text message, or a call to that number",
    "whatsapp": "On WhatsApp, or by a call to that number",
    "messenger": "On Messenger, from the page's inbox",
    "telegram": "On Telegram",
    "slack": "On Slack",
}
DANGERS = {
    "undelivered/danger": "may be in danger, and the answer did not arrive",
    "undelivered": "asked something, and the answer did not arrive",
    "undelivered/mail": "was sent a mail about their request, and it may not have arrived",
    "crisis/self": "said something that may be a crisis",
    "crisis/other": "worries that somebody else may be in a crisis",
    "threat": "may hurt somebody",
    "violence": "said something about violence",
    "emergency/life_threat": "may have described a medical emergency",
    "emergency/poisoning": "may have taken or given too much of a medicine",
    "emergency/urgent": "described something that needs a doctor soon",
}
MAILS = {
    "ask_volunteer": "Asks a volunteer",
    "choose_volunteer": "Lets a visitor choose a volunteer",
    "match_made": "Tells a visitor of a match",
    "match_final": "Tells a volunteer of a match",
    "outcome_visitor": "Asks a visitor how it went",
    "outcome_volunteer": "Asks a volunteer how it went",
    "staff_urgent": "Tells staff that something is urgent",
}
# What conversations are found by, and what staff may think of one.
SIGNS = {
    "not_understood": "Not understood",
    "asked_back": "Asked back",
    "danger": "Danger",
    "not_helpful": "Found not helpful",
}
REVIEW_STATES = {
    "unread": "Not reviewed by me",
    "second": "Waits for a second review",
    "differ": "People differ",
}
LANGUAGES = {"english": "English", "other": "Another language"}
VERDICTS = {"right": "Right", "wrong": "Wrong", "unsure": "Unsure"}
PROPOSAL_KINDS = {"training": "An example to train with", "development": "A case to test with"}
PROPOSAL_STATUSES = {"proposed": "To decide", "accepted": "Accepted", "refused": "Refused"}
# What a transcript keeps beside the intent, as staff read it.
UNDERSTOOD = {
    "alternatives": "Also possible",
    "questions": "Two questions",
    "also_asked": "Asked beside it",
    "also_feels": "Felt beside it",
    "likely": "Not sure; answered first",
    "asked_back": "Asked back, offering",
    "safety": "Danger raised by",
    "check_in": "Crisis numbers added because of",
}
PERSONAL = {
    "email": "an email address",
    "profile": "a profile",
    "record_number": "a record number",
    "birth_date": "a birth date",
    "address": "an address",
    "phone": "a phone number",
    "name": "a name",
}
# The pages of the console in the order of its menu: address, name, key after a "g", and the right that each needs.
PAGES = (
    ("/queue", "Queue", "q", Permission.VIEW_QUEUE),
    ("/conversations", "Conversations", "v", Permission.VIEW_CONVERSATIONS),
    ("/proposals", "Examples", "x", Permission.REVIEW_CONVERSATIONS),
    ("/try", "Try it", "t", Permission.TRY_ASSISTANT),
    ("/answers", "Answers", "a", Permission.VIEW_ANSWERS),
    ("/volunteers", "Volunteers", "p", Permission.VIEW_VOLUNTEERS),
    ("/matching", "Matching", "m", Permission.MATCH_VOLUNTEERS),
    ("/mails", "Mails", "e", Permission.WORK_QUEUE),
    ("/overview", "Overview", "o", Permission.VIEW_OVERVIEW),
    ("/replies", "Replies", "r", Permission.WORK_QUEUE),
    ("/access", "Access requests", "h", Permission.ANSWER_ACCESS),
    ("/audit", "Audit log", "l", Permission.VIEW_AUDIT),
    ("/staff", "Accounts", "s", Permission.MANAGE_STAFF),
)
SHORTCUTS = (
    ("/", "Search"),
    ("j", "Next in the list"),
    ("k", "The one before"),
    ("Enter", "Open it"),
    ("a", "Assign it to me"),
    ("n", "Write a note"),
    ("c", "Write down a call"),
    ("?", "This list"),
)
ROLES = {"staff": "Staff", "coordinator": "Coordinator", "administrator": "Administrator"}
NOTICES = {
    "taken": "It is assigned to you.",
    "handed-over": "It is handed over.",
    "returned": "It is back in the queue.",
    "status": "The status is changed.",
    "attempt": "The attempt is written down.",
    "attempt-again": "The attempt is written down. When to try again stands under “How it stands”.",
    **{f"attempt-{key}": f"The attempt is written down. The request is now: {name}." for key, name in STATUSES.items()},
    "note": "The note is saved.",
    "labels": "The labels are saved.",
    "merged": "The two are one now.",
    "reply": "The reply is saved.",
    "reply-gone": "The reply is deleted.",
    "mail-again": "The mail is sent again.",
    "mail-over": "The mail was not sent: what it was about is over, or somebody else has seen to it.",
    "mail-left": "The mail is left as it is.",
    "mail-allowed": "The helpline writes to this address again.",
    "mail-was-allowed": "Nobody had asked for no mails to this address. The helpline writes to it.",
    "mail-no-address": "Type an email address.",
    "session-ended": "The session is ended.",
    "sessions-ended": "All other sessions are ended.",
    "account": "The account is changed, and its sessions are ended.",
    "password": "Your password is changed, and your other sessions are ended.",
    "signed-out": "You are signed out.",
    "review": "Your review is saved.",
    "proposed": "The proposal is saved. A coordinator decides on it.",
    "accepted": "The example is accepted. It is in the file now.",
    "refused": "The example is refused.",
    "trial-empty": "Write something first.",
    "trial-long": "That is longer than a visitor may write. Shorten it.",
    "trial-gone": "The assistant was started anew, and the conversation with it. Say it again.",
    "trial-not-taken": "That button cannot be pressed any more, or the conversation is too long. Start over.",
    "test-saved": "The conversation is saved as a test.",
    "test-accepted": "What was answered last is right from now on.",
    "test-played": "The test is played anew. Go on from here, or take steps back; the test stays as it is.",
    "test-gone": "The test is deleted.",
    "tests-not-run": "The tests were not started: others run just now, or there are none.",
    "draft": "The draft is saved. Visitors read what stood before until whoever keeps the assistant takes it in.",
    "draft-gone": "The draft is discarded.",
    "volunteer-added": "The volunteer is added.",
    "volunteer-saved": "What is known of the volunteer is saved.",
    "volunteer-active": "The volunteer is active, and can be matched.",
    "volunteer-pausing": "The volunteer pauses. Nobody new is matched with them until they are active again.",
    "volunteer-removed": "The volunteer is removed, and matched with nobody any more.",
    "volunteer-deleted": "All that was kept of the volunteer is deleted.",
    "volunteers-imported": "The file is taken in.",
    "matches-proposed": "They are proposed. No volunteer is asked yet.",
    "matches-proposed-in-part": "Some are proposed, and some could not be: see below. No volunteer is asked yet.",
    "matches-refused": "Nobody was proposed: see below why.",
    "plan-gone": "The plan is gone, and nobody was proposed from it.",
    "plan-changed": "The plan is changed. Nobody is proposed before you accept it.",
    "plan-as-it-was": "The plan is as it was.",
    "match-need": "What the person needs is saved.",
    "match-asked": "The volunteer is asked by email. The answer shows here.",
    "match-ask-them": "The volunteer is marked as asked. No email was written: call or write to them yourself.",
    "match-answer": "What the volunteer said is saved.",
    "match-offered": "The visitor is asked by email to choose. The answer shows here.",
    "match-offer-them": "They are marked as offered. No email was written: tell the visitor about them yourself.",
    "match-chosen": "What the visitor chose is saved.",
    "match-final": "The match is settled, and both get an email. How they reach each other they hear from you.",
    "match-tell-them": "The match is settled. Not both get an email: tell whoever is left how they reach each other.",
    "match-ended": "The match is ended.",
    "match-outcome": "What they said of the match is saved. Only coordinators see it.",
    "passkey": "The passkey is added.",
    "passkey-gone": "The passkey is removed.",
}


# What a side of a match said some weeks later.
MATCH_OUTCOMES = {
    "helped": "it did good",
    "a_little": "it was all right",
    "not_for_me": "it was not right",
    "did_not_meet": "they did not get to talk",
}


def danger(reason: str | None) -> str:
    """Say why a conversation was flagged."""
    return DANGERS.get(reason or "", "said something that staff should look at")


def intent(leaf: str | None) -> str:
    """Say what was understood."""
    if leaf is None:
        return "nothing to understand"
    return "not understood" if leaf == "nlu_fallback" else leaf


def understood(values: dict[str, Any], name_of: Callable[[str], str] = intent) -> list[tuple[str, str]]:
    """Return what a turn keeps beside its intent, as lines for staff; ``name_of`` says what an intent is called."""
    lines: list[tuple[str, str]] = []
    for key, name in UNDERSTOOD.items():
        value = values.get(key)
        if key == "alternatives":
            value = [Markup("{} {:.0%}").format(name_of(leaf), confidence) for leaf, confidence in (value or [])[1:]]
        elif isinstance(value, dict):
            value = value.get("code")
        if value:
            shown = value if isinstance(value, list) else [str(value)]
            lines.append((name, Markup(", ").join(one if key == "alternatives" else name_of(one) for one in shown)))
    return lines


def detail(values: dict[str, Any]) -> str:
    """Say what the audit log tells beside what was done."""
    said = []
    for name, value in values.items():
        texts = value if isinstance(value, list) else [value]
        shown = ", ".join(STATUSES.get(str(text), OUTCOMES.get(str(text), str(text))) for text in texts)
        if isinstance(value, int):
            shown += f" {name}"
        said.append(f"{name} {shown}" if name in {"to", "into", "by"} else shown)
    return "; ".join(each for each in said if each)


def mail_error(error: str | None) -> str:
    """Say why a mail was given up: a server's code, or our own word for it."""
    if error and error[:1].isdigit():
        return f"the server refused it (code {error})"
    return error or "nobody knows why"
