"""Answers whoever asks what is held on them: all of it, as a file to read and as JSON. Who took it is written down."""

import json
import re
from datetime import timezone
from typing import Any

from starlette.responses import Response

from helpline.console.desk import Visit
from helpline.console.pages import page
from helpline.console.permissions import Permission
from helpline.console.queue import as_contact, as_reference
from helpline.console.routes import StaffRoute
from helpline.store.access import HeldData, PersonKey, answer_access, find_held
from helpline.store.flag_spool import FlagSpool
from helpline.store.requests import digest_contact

# What each table holds, in the words of whoever reads the file.
TITLES = {
    "requests": "What was asked for, and how to be reached",
    "callback_requests": "Call backs",
    "volunteer_requests": "Sign-ups for a peer volunteer",
    "queue_items": "How staff dealt with it",
    "contact_attempts": "Attempts to reach the person",
    "staff_notes": "Notes of staff",
    "queue_labels": "Labels",
    "queue_viewers": "Who had it open last",
    "conversations": "Conversations with the assistant, and what it keeps to go on with them",
    "turns": "What was said and answered, and what was understood",
    "flagged_conversations": "Messages that staff were to look at",
    "feedback": "Whether answers helped",
    "conversation_reviews": "What staff think of the conversations",
    "example_proposals": "Examples that staff made of messages",
    "messaging_contacts": "Where the person writes to us from",
    "inbox": "Messages that came from there",
    "outbox": "Messages that went there",
    "volunteers": "What is known of the person as a volunteer",
    "volunteer_matches": "Whom the person was matched with",
    "mail_outbox": "Mails that we sent",
    "mail_links": "The links in them, and what was answered",
    "mail_refusals": "That no mail is wanted",
    "outcome_answers": "How a match went, as both sides said",
    "audit_log": "Who did what",
    "spool": "Messages that staff are to look at, and that wait on the disk",
}
LEFT_OUT = (
    "Everything that is held is here, but keyed digests: fixed marks by which entries are found again, and from which "
    "nothing can be read."
)


# How a conversation is named here and on its page.
_CONVERSATION = re.compile(r"conversation (\d{1,9})", re.IGNORECASE)


async def show_access(visit: Visit) -> Response:
    """Ask whose data are wanted."""
    return _page(visit)


async def find(visit: Visit) -> Response:
    """Say how much is held, before anybody takes it along."""
    typed = str(visit.form.get("q") or "").strip()[:200]
    if not typed:
        return _page(visit, 422, "Type a code, a number or an address.")
    key = _typed_key(visit, typed)
    held = await visit.desk.store(find_held, key, _waiting(visit))
    if held is None or held.is_empty:
        return _page(visit, 404, "Nothing is held on that code, number or address.")
    return _page(visit, held=held, key=key)


async def send_file(visit: Visit) -> Response:
    """Send all that is held, and write down who took it."""
    key, form = _sent_key(visit), str(visit.form.get("form") or "")
    held = None
    if form in {"html", "json"}:
        held = await visit.desk.store(answer_access, visit.account.actor, key, form, _waiting(visit))
    if held is None:
        return _page(visit, 404, "It is not held any more. Search again.")
    made_at = visit.now.astimezone(timezone.utc).isoformat(timespec="seconds")
    if form == "html":
        answer = page(visit, "access_file.html", held=held, made_at=made_at, titles=TITLES, left_out=LEFT_OUT)
    else:
        answer = Response(_as_json(held, made_at), media_type="application/json")
    name = key.reference or "a-person"
    answer.headers["Content-Disposition"] = f'attachment; filename="held-on-{name}.{form}"'
    return answer


def _page(
    visit: Visit,
    status: int = 200,
    wrong: str | None = None,
    held: HeldData | None = None,
    key: PersonKey | None = None,
) -> Response:
    return page(visit, "access.html", status, held=held, wrong=wrong, titles=TITLES, key=key)


def _typed_key(visit: Visit, typed: str) -> PersonKey:
    reference, conversation = as_reference(typed), _CONVERSATION.fullmatch(typed)
    if reference is not None or conversation is not None:
        return PersonKey(reference, int(conversation[1]) if conversation else None)
    address = as_contact(typed, visit.desk.settings.default_phone_region)
    return PersonKey(contact_digest=digest_contact(visit.desk.store.database, address))


def _sent_key(visit: Visit) -> PersonKey:
    """Return what the page was told to send again: nothing in it tells a phone number or an email address."""
    number, digest = (str(visit.form.get(name) or "") for name in ("conversation", "digest"))
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    return PersonKey(as_reference(str(visit.form.get("reference") or "")), int(number) if is_number else None, digest)


def _as_json(held: HeldData, made_at: str) -> str:
    content: dict[str, Any] = {"made_at": made_at, "codes": held.references, "note": LEFT_OUT, "held": held.rows}
    return json.dumps(content, ensure_ascii=False, indent=2)


def _waiting(visit: Visit) -> list[str]:
    return FlagSpool(visit.desk.settings.spool_directory, visit.desk.store.database.cipher).read_lines()


ROUTES = [
    StaffRoute("/access", show_access, Permission.ANSWER_ACCESS),
    StaffRoute("/access", find, Permission.ANSWER_ACCESS, "POST"),
    StaffRoute("/access/file", send_file, Permission.ANSWER_ACCESS, "POST"),
]
