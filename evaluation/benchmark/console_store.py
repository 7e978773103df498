"""A helpline store as large as one of some years, for measuring the console: invented people, three months of talks."""

import json
import random
import zlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from helpline.console.credentials import hash_password
from helpline.content.catalogue import Catalogue
from helpline.settings import ROOT
from helpline.store.audit import Actor
from helpline.store.database import Database
from helpline.store.draft_tables import AnswerDraftRow
from helpline.store.flow_tables import FlowResultRow, FlowRow, FlowRunRow
from helpline.store.flows import MOST_FLOWS
from helpline.store.queue_tables import CannedReplyRow, ContactAttemptRow, LabelRow, NoteRow, QueueItemRow
from helpline.store.requests import digest_contact, digest_sender
from helpline.store.review_tables import ProposalRow, ReviewRow
from helpline.store.staff import Account, add_account, enrol, find_account
from helpline.store.staff_tables import AuditRow
from helpline.store.tables import (
    CallbackRow,
    ConversationRow,
    FeedbackRow,
    FlagRow,
    RequestRow,
    TurnRow,
    VolunteerRow,
)
from helpline.store.volunteer_changes import new_row
from helpline.store.volunteer_tables import MatchRow, PeerVolunteerRow
from helpline.volunteers.content import VolunteerContent, with_parts
from helpline.volunteers.profile import AGE_RANGES, CONCERNS, SITES, SUBTYPES

DAYS = 91
VOLUNTEERS = 5000
CHANNELS = ("website", "website", "website", "sms")
_BATCH = 2000
_SAID = "what does it mean when they say that there is no evidence of disease, and is that for good"
_ANSWER = "No evidence of disease means that scans and tests show no cancer. " * 4
_LONG = "I was at the hospital today & they said that the scan shows <nothing>, and I do not know what to think. " * 9
# Of one conversation.
LONG_TURNS = 60
_DANGERS = ("crisis/self", "emergency/urgent", "violence")
_LABELS = ("urgent", "spanish", "second call", "letter")


def fill_store(database: Database, requests: int, conversations: int) -> dict[str, Account]:
    """Fill an empty store, and return its accounts by role.

    Args:
        database: A store with tables and nothing else.
        requests: How many call backs and sign-ups.
        conversations: How many conversations, with four turns each.
    """
    chance, now = random.Random(8), database.now()  # noqa: S311 -- nothing is secret here
    accounts = {role: _account(database, role) for role in ("coordinator", "administrator")}
    cora = accounts["coordinator"].id
    with database.transaction() as session:
        _put(session, ConversationRow, _conversations(database, chance, now, conversations))
        _put(session, TurnRow, _turns(database, chance, now, conversations))
        _put(session, FlagRow, _flags(database, now, conversations))
        _put(session, FeedbackRow, _feedback(database, now, conversations))
        _put(session, RequestRow, _requests(database, now, requests))
        calls = {"contact_method": "phone", "best_time": "mornings", "callback_topic": "how to tell my children"}
        _put(session, CallbackRow, ({**calls, "id": one} for one in range(1, requests, 2)))
        sign_ups = {"for_whom": "self", "contact_method": "email", "age_range": "40-49", "main_concern": "scans"}
        _put(session, VolunteerRow, ({**sign_ups, "id": one} for one in range(2, requests + 1, 2)))
        items = requests + conversations // 100
        _put(session, QueueItemRow, _items(database, now, requests, conversations, cora))
        by = {"staff_id": cora, "at": now}
        _put(session, NoteRow, ({**by, "item_id": one, "text": "has a sister"} for one in range(1, items + 1)))
        _put(session, ContactAttemptRow, ({**by, "item_id": one, "outcome": "no_answer"} for one in range(1, items, 2)))
        _put(session, LabelRow, ({"item_id": one, "label": _LABELS[one % 4]} for one in range(1, items, 3)))
        _put(session, PeerVolunteerRow, _volunteers(database, VOLUNTEERS))
        _put(session, MatchRow, _matches(now, requests))
        log = {**by, "staff_name": "Cora", "action": "taken"}
        _put(session, AuditRow, ({**log, "subject": reference_of(one % items)} for one in range(5 * items)))
        _put(session, ReviewRow, _reviews(now, conversations, accounts))
        example: dict[str, Any] = {"text": "what is NED", "intent": "faq/ned", "kind": "training", "status": "proposed"}
        example |= {"proposed_by": cora, "proposed_at": now}
        _put(session, ProposalRow, ({**example, "turn_id": 4 * one} for one in range(1, conversations, 50)))
        _put_long(session, database, now, cora, items, conversations)
        _put_written_by_staff(session, now, cora)
    database.analyse()
    return accounts


def _put_long(session: Session, database: Database, now: datetime, cora: int, items: int, conversations: int) -> None:
    """Let the newest item be one about which much was said and done."""
    flagged = (conversations - 1) // 100 * 100
    texts = {"id": "", "said": _LONG, "answers": [{"text": _LONG}], "understood": {}}
    row = {"conversation_id": flagged + 1, "intent": "faq/ned", "confidence": 0.9, "asked_back": False}
    _put(
        session,
        TurnRow,
        (
            {
                **row,
                # PostgreSQL does not count on from the ids that were given.
                "id": 4 * conversations + one + 1,
                "message_digest": database.digest("message", _sender(flagged), f"long {one}"),
                "content": json.dumps({**texts, "id": f"long {one}"}),
                "created_at": now - timedelta(minutes=one),
            }
            for one in range(LONG_TURNS)
        ),
    )
    done = {"item_id": items, "staff_id": cora, "at": now}
    _put(session, NoteRow, ({**done, "text": _LONG * 3} for _ in range(60)))
    _put(session, ContactAttemptRow, ({**done, "outcome": "left_message", "note": _LONG} for _ in range(60)))


def _put_written_by_staff(session: Session, now: datetime, cora: int) -> None:
    """Put canned replies, drafts, and saved tests with two runs, of which each third is answered otherwise."""
    _put(session, CannedReplyRow, ({"title": f"Reply {one}", "text": _ANSWER * 3} for one in range(60)))
    wording = json.dumps([[_ANSWER, ["Tell me more", "Call me back"]]])
    draft = {"wording": wording, "base": wording, "version": 1, "started_by": cora, "started_at": now}
    draft |= {"changed_by": cora, "changed_at": now}
    names = sorted(Catalogue(ROOT).snapshot().answers)[:100]
    _put(session, AnswerDraftRow, ({**draft, "name": name} for name in names))
    of_flow = {"channel": "website", "saved_by": cora, "saved_at": now}
    flows = range(1, MOST_FLOWS + 1)
    _put(
        session, FlowRow, ({**of_flow, "id": one, "name": f"Test {one}", "turns": _flow_turns(False)} for one in flows)
    )
    runs = ({"id": one, "total": MOST_FLOWS, "started_by": cora, "started_at": now, "ended_at": now} for one in (1, 2))
    _put(session, FlowRunRow, runs)
    for run in (1, 2):
        results = ({"run_id": run, "flow_id": one, "turns": _flow_turns(one % 3 == run)} for one in flows)
        _put(session, FlowResultRow, results)


def _flow_turns(differs: bool) -> str:
    turn: dict[str, Any] = {"said": _SAID, "pressed": False, "payload": "", "intent": "faq/ned", "danger": None}
    turn |= {"entities": [], "story": [], "responses": ["utter_faq/ned"], "choices": []}
    turn["texts"] = [_ANSWER + ("Ask again." if differs else "")]
    return json.dumps([turn] * 10)


def _volunteers(database: Database, number: int) -> Iterator[dict[str, Any]]:
    for one in range(1, number + 1):
        parts: dict[str, Any] = {
            "name": f"Joan Number{one}",
            "email": f"volunteer{one}@example.org",
            "phone": None,
            "diagnosis": ("de_novo", "recurrence")[one % 2],
            "subtypes": frozenset({SUBTYPES[one % len(SUBTYPES)]}),
            "sites": frozenset({SITES[one % len(SITES)], SITES[one % 3]}),
            "age_range": AGE_RANGES[one % len(AGE_RANGES)],
            "languages": frozenset({"en", ("en", "en", "es", "zh")[one % 4]}),
            "concerns": frozenset({CONCERNS[one % len(CONCERNS)], CONCERNS[one % 5]}),
            "capacity": 1 + one % 3,
            "rest_days": 14,
            "trained_on": None if one % 9 == 0 else date(2025, 1, 1),
            "state": "pausing" if one % 10 == 0 else "active",
            "notes": "Answers within a day. Likes to write first, then talk.",
        }
        yield {"id": one, **new_row(database, with_parts(VolunteerContent(), parts))}


def _matches(now: datetime, requests: int) -> Iterator[dict[str, Any]]:
    for one in range(2, requests + 1, 2):
        asked = _at(now, one, requests)
        over = one % 4 == 0
        yield {
            "request_id": one,
            "volunteer_id": one % VOLUNTEERS + 1,
            "state": "ended" if over else "final",
            "proposed_at": asked,
            "final_at": asked,
            "ended_at": now if over else None,
            "updated_at": now,
        }


def _reviews(now: datetime, conversations: int, accounts: dict[str, Account]) -> Iterator[dict[str, Any]]:
    for one in range(1, conversations, 50):
        review = {"conversation_id": one, "turn_id": 4 * one, "at": now}
        yield {**review, "staff_id": accounts["coordinator"].id, "verdict": "right"}
        if one % 100 == 1:
            yield {**review, "staff_id": accounts["administrator"].id, "verdict": ("right", "wrong")[one // 100 % 2]}


def _account(database: Database, role: str) -> Account:
    add_account(database, Actor(None, "benchmark"), role, role.title(), role, hash_password("four quiet words here"))
    account = find_account(database, role)
    assert account is not None  # noqa: S101
    enrol(database, account, 0, ["AAAA-BBBB-CC"])
    return account


def _put(session: Session, row: Any, rows: Iterator[dict[str, Any]]) -> None:
    while batch := list(islice(rows, _BATCH)):
        session.connection().execute(insert(row.__table__), batch)


def _sender(number: int) -> str:
    return f"sender-{number}"


def _at(now: datetime, number: int, of: int) -> datetime:
    """Return when one of so many came, the last just now."""
    return now - timedelta(days=DAYS) * (1 - (number + 1) / (of + 1))


def _conversations(database: Database, chance: random.Random, now: datetime, number: int) -> Iterator[dict[str, Any]]:
    state = zlib.compress(json.dumps({"slots": {"first_name": "Grace"}, "answered": []}).encode())
    for one in range(number):
        at = _at(now, one, number)
        yield {
            "id": one + 1,
            "sender_digest": digest_sender(database, _sender(one)),
            "sender_id": _sender(one),
            "channel": chance.choice(CHANNELS),
            "version": 4,
            "state": state if one > number * 0.99 else None,
            "started_at": at,
            "last_active_at": at + timedelta(minutes=5),
        }


def _turns(database: Database, chance: random.Random, now: datetime, number: int) -> Iterator[dict[str, Any]]:
    topics = [f"faq/topic_{one}" for one in range(50)]
    for one in range(number):
        at = _at(now, one, number)
        for place in range(4):
            lost = chance.random() < 0.12
            foreign = chance.random() < 0.004
            intent = "greet" if place == 0 else "nlu_fallback" if lost else chance.choice(topics)
            intent = "other_language" if foreign else intent
            danger = _DANGERS[one // 100 % 3] if place == 3 and one % 100 == 0 else None
            content = {"id": f"m{place}", "said": _SAID, "answers": [{"text": _ANSWER}], "understood": {}}
            yield {
                "id": 4 * one + place + 1,
                "conversation_id": one + 1,
                "message_digest": database.digest("message", _sender(one), str(place)),
                "content": json.dumps(content),
                "intent": danger or intent,
                "confidence": 0.9,
                "danger": danger,
                "asked_back": lost,
                "created_at": at + timedelta(minutes=place),
            }


def _flags(database: Database, now: datetime, conversations: int) -> Iterator[dict[str, Any]]:
    for one in range(0, conversations, 100):
        yield {
            "sender_digest": digest_sender(database, _sender(one)),
            "sender_id": _sender(one),
            "message_digest": database.digest("flag", _sender(one), "m3"),
            "reason": _DANGERS[one // 100 % 3],
            "created_at": _at(now, one, conversations),
        }


def _feedback(database: Database, now: datetime, conversations: int) -> Iterator[dict[str, Any]]:
    for one in range(0, conversations, 7):
        digest = digest_sender(database, _sender(one))
        yield {"sender_digest": digest, "helpful": one % 3 > 0, "created_at": _at(now, one, conversations)}


def phone_number(request: int) -> str:
    """Return the number of a call back; two have the same."""
    return f"+1215555{request // 4:04d}"


def _requests(database: Database, now: datetime, number: int) -> Iterator[dict[str, Any]]:
    for one in range(1, number + 1):
        is_call = one % 2 == 1
        address = phone_number(one) if is_call else f"person{one // 4}@example.org"
        at = _at(now, one, number)
        yield {
            "id": one,
            "kind": "callback" if is_call else "volunteer",
            "reference": reference_of(one),
            "status": "in_progress" if one > number * 0.8 else "done",
            "sender_digest": digest_sender(database, _sender(5 * one)),
            "first_name": "Grace",
            "phone_number": address if is_call else None,
            "email": None if is_call else address,
            "contact_digest": digest_contact(database, address),
            "created_at": at,
            "updated_at": at,
        }


def _items(database: Database, now: datetime, requests: int, conversations: int, cora: int) -> Iterator[dict[str, Any]]:
    for one in range(1, requests + conversations // 100 + 1):
        flagged = one > requests
        at = _at(now, one, requests) if not flagged else _at(now, (one - requests - 1) * 100, conversations)
        is_open = at > now - timedelta(days=DAYS * 0.2)
        yield {
            "id": one,
            "kind": "conversation" if flagged else "callback" if one % 2 else "volunteer",
            "reference": reference_of(one),
            "request_id": None if flagged else one,
            "sender_digest": digest_sender(database, _sender((one - requests - 1) * 100 if flagged else 5 * one)),
            "status": ("new" if one % 3 else "in_progress") if is_open else "done",
            "reason": _DANGERS[(one - requests - 1) % 3] if flagged else None,
            "assigned_to": cora if not one % 3 else None,
            "touched_at": now if not one % 3 else None,
            "first_contact_at": at + timedelta(hours=one % 40) if not is_open else None,
            "version": 1,
            "created_at": at,
            "updated_at": at,
        }


def reference_of(number: int) -> str:
    """Return the code of the item of a number."""
    letters = "ACDEFGHJKMNPQRTWXY34679"
    shown = ""
    for _ in range(6):
        number, place = divmod(number, len(letters))
        shown = letters[place] + shown
    return f"{shown[:4]}-{shown[4:]}"
