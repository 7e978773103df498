"""All that is held on one person, for whoever asks what that is.

Each table of the store is either one of ``HELD``, with how its rows hang on a person, or one of ``NOT_ABOUT_VISITORS``.
Every column of a held table is given but keyed digests, from which nothing can be read.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from helpline.errors import EncryptionKeyError
from helpline.store.all_tables import all_tables, digest_columns, primary_key
from helpline.store.audit import Actor, record
from helpline.store.conversations import unpacked_state
from helpline.store.database import Database
from helpline.store.mail_tables import MailRefusalRow, MailRow
from helpline.store.messaging_contacts import CONTACTS
from helpline.store.queue_tables import QueueItemRow
from helpline.store.requests import digest_sender
from helpline.store.staff_tables import StaffRow
from helpline.store.tables import ConversationRow, RequestRow, TurnRow
from helpline.store.volunteer_tables import PeerVolunteerRow

_REQUESTS, _ITEMS = RequestRow.__table__, QueueItemRow.__table__
_CONVERSATIONS, _TURNS, _STAFF = ConversationRow.__table__, TurnRow.__table__, StaffRow.__table__
_VOLUNTEERS = PeerVolunteerRow.__table__
_MAILS, _REFUSALS = MailRow.__table__, MailRefusalRow.__table__
_JSON = {
    ("turns", "content"),
    ("audit_log", "detail"),
    ("inbox", "content"),
    ("outbox", "content"),
    ("messaging_contacts", "more"),
    ("mail_outbox", "content"),
    ("volunteer_requests", "set_by_staff"),
}
SPOOL = "spool"


@dataclass(frozen=True)
class Person:
    """What is known to belong to one person: numbers of requests, conversations and items, and what marks them."""

    senders: frozenset[str]
    addresses: frozenset[str]
    requests: tuple[int, ...]
    conversations: tuple[int, ...]
    items: tuple[int, ...]
    references: tuple[str, ...]
    contacts: tuple[int, ...] = ()
    volunteers: tuple[int, ...] = ()

    @property
    def subjects(self) -> list[str]:
        """What the audit log calls them: codes, and numbers of conversations, contacts on channels, and volunteers."""
        return [
            *self.references,
            *(f"conversation {number}" for number in self.conversations),
            *(f"contact {number}" for number in self.contacts),
            *(f"volunteer {number}" for number in self.volunteers),
        ]


@dataclass(frozen=True)
class PersonKey:
    """What somebody is looked for by: the first of these that there is.

    Attributes:
        reference: A code of the queue.
        conversation: The number of a conversation.
        contact_digest: The keyed digest of a phone number or an email address.
    """

    reference: str | None = None
    conversation: int | None = None
    contact_digest: str | None = None


def _contacts_of(person: Person) -> Any:
    return select(CONTACTS.c.id).where(CONTACTS.c.sender_digest.in_(person.senders))


# How the rows of a table hang on a person.
HELD: dict[str, Callable[[Any, Person], Any]] = {
    "requests": lambda table, person: table.id.in_(person.requests),
    "callback_requests": lambda table, person: table.id.in_(person.requests),
    "volunteer_requests": lambda table, person: table.id.in_(person.requests),
    "queue_items": lambda table, person: table.id.in_(person.items),
    "contact_attempts": lambda table, person: table.item_id.in_(person.items),
    "staff_notes": lambda table, person: table.item_id.in_(person.items),
    "queue_labels": lambda table, person: table.item_id.in_(person.items),
    "queue_viewers": lambda table, person: table.item_id.in_(person.items),
    "conversations": lambda table, person: table.id.in_(person.conversations),
    "turns": lambda table, person: table.conversation_id.in_(person.conversations),
    "flagged_conversations": lambda table, person: table.sender_digest.in_(person.senders),
    "feedback": lambda table, person: table.sender_digest.in_(person.senders),
    "conversation_reviews": lambda table, person: table.conversation_id.in_(person.conversations),
    "example_proposals": lambda table, person: table.turn_id.in_(
        select(_TURNS.c.id).where(_TURNS.c.conversation_id.in_(person.conversations))
    ),
    "messaging_contacts": lambda table, person: table.sender_digest.in_(person.senders),
    "inbox": lambda table, person: table.contact_id.in_(_contacts_of(person)),
    "outbox": lambda table, person: table.contact_id.in_(_contacts_of(person)),
    "volunteers": lambda table, person: table.id.in_(person.volunteers),
    "volunteer_matches": lambda table, person: or_(
        table.volunteer_id.in_(person.volunteers), table.request_id.in_(person.requests)
    ),
    "mail_outbox": lambda table, person: table.contact_digest.in_(person.addresses),
    "mail_links": lambda table, person: table.contact_digest.in_(person.addresses),
    "mail_refusals": lambda table, person: table.contact_digest.in_(person.addresses),
    "outcome_answers": lambda table, person: table.request_id.in_(person.requests),
    "audit_log": lambda table, person: table.subject.in_(person.subjects),
}
# Accounts of staff and what they sign in with; texts and tests that staff write, in which personal details are refused;
# the store's own keys; counts that name nobody.
NOT_ABOUT_VISITORS = frozenset(
    {
        "staff",
        "staff_recovery_codes",
        "staff_passkeys",
        "staff_sessions",
        "sign_in_failures",
        "canned_replies",
        "answer_drafts",
        "saved_flows",
        "flow_runs",
        "flow_results",
        "encryption_keys",
        "digest_keys",
        "day_counts",
    }
)


@dataclass(frozen=True)
class HeldData:
    """All that is held on a person: of each table the rows, as names and plain values."""

    references: tuple[str, ...]
    volunteers: tuple[int, ...]
    rows: dict[str, list[dict[str, Any]]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held."""
        return not any(self.rows.values())


def find_held(database: Database, key: PersonKey, waiting: Sequence[str] = ()) -> HeldData | None:
    """Return all that is held on a person; None for nobody.

    Args:
        database: The store.
        key: What the person is looked for by.
        waiting: The lines of the spool.

    Raises:
        StoreError: It cannot be read.
    """
    with database.transaction() as session:
        person = _person(session, key)
        return None if person is None else _held(session, database, person, waiting)


def answer_access(
    database: Database, actor: Actor, key: PersonKey, form: str, waiting: Sequence[str] = ()
) -> HeldData | None:
    """Return what ``find_held`` does, and write down who took it along; the note is a part of it.

    Args:
        database: The store.
        actor: Who took it.
        key: What the person is looked for by.
        form: Of the file.
        waiting: The lines of the spool.

    Raises:
        StoreError: It cannot be read.
    """
    with database.transaction() as session:
        person = _person(session, key)
        if person is None:
            return None
        subject = key.reference or next(iter(person.subjects), None)
        record(session, actor, database.now(), "access request answered", subject, form=form)
        session.flush()
        return _held(session, database, person, waiting)


def _person(session: Session, key: PersonKey) -> Person | None:
    def column(wanted: Any, *where: Any) -> set[Any]:
        return set(session.execute(select(wanted).where(*where)).scalars()) - {None}

    senders, contacts = set[str](), set[str]()
    if key.reference is not None:
        senders = column(_ITEMS.c.sender_digest, _ITEMS.c.reference == key.reference)
    elif key.conversation is not None:
        senders = column(_CONVERSATIONS.c.sender_digest, _CONVERSATIONS.c.id == key.conversation)
    elif key.contact_digest:
        contacts = {key.contact_digest}

    def of_contacts() -> set[str]:
        return column(_REQUESTS.c.sender_digest, _REQUESTS.c.contact_digest.in_(contacts)) | column(
            CONTACTS.c.sender_digest, CONTACTS.c.contact_digest.in_(contacts)
        )

    senders |= of_contacts()
    contacts |= column(_REQUESTS.c.contact_digest, _REQUESTS.c.sender_digest.in_(senders))
    contacts |= column(CONTACTS.c.contact_digest, CONTACTS.c.sender_digest.in_(senders))
    by_contact = or_(_VOLUNTEERS.c.contact_digest.in_(contacts), _VOLUNTEERS.c.phone_digest.in_(contacts))
    volunteers = column(_VOLUNTEERS.c.id, by_contact)
    for digest in (_VOLUNTEERS.c.contact_digest, _VOLUNTEERS.c.phone_digest):
        contacts |= column(digest, _VOLUNTEERS.c.id.in_(volunteers))
    senders |= of_contacts()
    mailed = column(_MAILS.c.contact_digest, _MAILS.c.contact_digest.in_(contacts))
    mailed |= column(_REFUSALS.c.contact_digest, _REFUSALS.c.contact_digest.in_(contacts))
    if not senders and not volunteers and not mailed:
        return None
    requests = column(
        _REQUESTS.c.id, or_(_REQUESTS.c.sender_digest.in_(senders), _REQUESTS.c.contact_digest.in_(contacts))
    )
    items = session.execute(
        select(_ITEMS.c.id, _ITEMS.c.reference)
        .where(or_(_ITEMS.c.request_id.in_(requests), _ITEMS.c.sender_digest.in_(senders)))
        .order_by(_ITEMS.c.id)
    ).all()
    conversations = column(_CONVERSATIONS.c.id, _CONVERSATIONS.c.sender_digest.in_(senders))
    return Person(
        frozenset(senders),
        frozenset(contacts),
        tuple(sorted(requests)),
        tuple(sorted(conversations)),
        tuple(item.id for item in items),
        tuple(item.reference for item in items),
        tuple(sorted(column(CONTACTS.c.id, CONTACTS.c.sender_digest.in_(senders)))),
        tuple(sorted(volunteers)),
    )


def _held(session: Session, database: Database, person: Person, waiting: Sequence[str]) -> HeldData:
    names = dict(session.execute(select(_STAFF.c.id, _STAFF.c.display_name)).all())
    rows: dict[str, list[dict[str, Any]]] = {}
    for of in all_tables():
        if of.name not in HELD:
            continue
        columns = [each for each in of.columns if each.name not in digest_columns(of)]
        query = select(*columns).where(HELD[of.name](of.c, person)).order_by(of.c[primary_key(of)])
        rows[of.name] = [
            {each.name: _plain(each, value, names) for each, value in zip(columns, row, strict=True)}
            for row in session.execute(query)
        ]
    rows[SPOOL] = _waiting_flags(database, person, waiting)
    return HeldData(person.references, person.volunteers, rows)


def _waiting_flags(database: Database, person: Person, waiting: Sequence[str]) -> list[dict[str, Any]]:
    found = []
    for line in waiting:
        try:
            sender, _, reason, at = json.loads(database.cipher.decrypt(line))
        except EncryptionKeyError:
            continue  # of a key that is gone: nobody can tell whose it is
        if digest_sender(database, sender) in person.senders:
            found.append({"sender_id": sender, "reason": reason, "created_at": at})
    return found


def _plain(column: Any, value: Any, names: dict[int, str]) -> Any:
    """Return a value as JSON can hold it; staff by their names."""
    if value is None:
        return None
    if any(key.column.table is _STAFF for key in column.foreign_keys):
        return names.get(value, value)
    if (column.table.name, column.name) in _JSON:
        return json.loads(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, bytes):
        return unpacked_state(value)
    return list(value) if isinstance(value, tuple) else value
