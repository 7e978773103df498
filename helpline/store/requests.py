"""Reads and writes requests: call backs and peer-volunteer sign-ups."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from helpline.errors import StoreError
from helpline.requests.reference import new_reference
from helpline.requests.request import CallbackRequest, Request, VolunteerRequest, canonical_content
from helpline.store.database import Database
from helpline.store.queue_entries import add_request_to_queue, note_visitor_change
from helpline.store.tables import OPEN, CallbackRow, RequestRow, VolunteerRow
from helpline.store.volunteer_matches import end_unsettled

_ATTEMPTS = 3


@dataclass(frozen=True)
class RequestState:
    """What may be said about a request to whoever holds its code: no contact details."""

    reference: str
    kind: str
    status: str
    created_at: datetime


def save_request(
    database: Database, request: Request, sender_id: str, now: datetime, message_id: str | None = None
) -> str:
    """Save a request and return its reference code; the same one when it was saved before.

    Args:
        database: The store.
        request: What was confirmed.
        sender_id: Who confirmed it.
        now: The time, in UTC.
        message_id: The message that confirmed it. The same message never saves twice, whatever else has changed.

    Raises:
        StoreError: It was not saved.
    """
    message_digest = database.digest("request", sender_id, message_id) if message_id else None
    digest = database.digest("content", sender_id, canonical_content(request))
    sender_digest = digest_sender(database, sender_id)
    for _ in range(_ATTEMPTS):
        try:
            with database.transaction() as session:
                if known := _find_saved(session, digest, message_digest):
                    return known
                row = _make_row(request)
                row.reference = reference = new_reference()
                row.sender_digest, row.content_digest, row.message_digest = sender_digest, digest, message_digest
                row.created_at = row.updated_at = now
                row.contact_digest = digest_contact(database, contact_address(request))
                session.add(row)
                session.flush()
                add_request_to_queue(session, row)
            return reference
        except StoreError as error:
            # Another process wrote the same request, or drew the same code, in between: look again.
            if error.reason != "IntegrityError":
                raise
    raise StoreError("IntegrityError")


def find_request(database: Database, reference: str) -> RequestState | None:
    """Find a request by its code, written as in ``new_reference``.

    Raises:
        StoreError: The store cannot be read.
    """
    with database.transaction() as session:
        row = session.execute(_states().where(RequestRow.reference == reference)).first()
    return RequestState(*row) if row else None


def find_requests_of(database: Database, sender_id: str) -> list[RequestState]:
    """List the requests of one sender, newest first.

    Raises:
        StoreError: The store cannot be read.
    """
    mine = RequestRow.sender_digest == digest_sender(database, sender_id)
    with database.transaction() as session:
        rows = session.execute(_states().where(mine).order_by(RequestRow.id.desc())).all()
    return [RequestState(*row) for row in rows]


def find_open_requests_of(database: Database, sender_id: str) -> list[RequestState]:
    """List the requests of one sender that somebody still waits for, newest first.

    Raises:
        StoreError: The store cannot be read.
    """
    return [request for request in find_requests_of(database, sender_id) if request.status in OPEN]


def read_request(database: Database, reference: str, sender_id: str) -> Request | None:
    """Read what one of a sender's own open requests holds, contact details too; None where there is no such one.

    Raises:
        StoreError: The store cannot be read.
    """
    with database.transaction() as session:
        row = _find_own(session, reference, digest_sender(database, sender_id))
        return _make_request(row) if row is not None else None


def change_request(database: Database, reference: str, request: Request, sender_id: str, now: datetime) -> bool:
    """Put new content into one of a sender's own open requests; tell whether there was one to change.

    Args:
        database: The store.
        reference: Its code.
        request: What it shall hold, of the same kind as before.
        sender_id: Who made it.
        now: The time, in UTC.

    Raises:
        StoreError: It was not changed.
    """
    content = database.digest("content", sender_id, canonical_content(request))
    with database.transaction() as session:
        row = _find_own(session, reference, digest_sender(database, sender_id))
        if row is None or row.kind != request.kind:
            return False
        _fill_row(row, request)
        taken = _find_saved(session, content, None) not in {None, reference}
        row.content_digest, row.updated_at = None if taken else content, now
        row.contact_digest = digest_contact(database, contact_address(request))
        note_visitor_change(session, reference, now)
    return True


def withdraw_request(database: Database, reference: str, now: datetime) -> bool:
    """Withdraw an open request; tell whether it is withdrawn now. Whoever holds its code may.

    Raises:
        StoreError: It was not withdrawn.
    """
    requests = RequestRow.__table__
    with database.transaction() as session:
        changed = session.execute(
            update(requests)
            .where(requests.c.reference == reference, requests.c.status.in_(OPEN))
            .values(status="withdrawn", content_digest=None, updated_at=now)
        )
        if changed.rowcount:
            note_visitor_change(session, reference, now, status="withdrawn")
            own = session.execute(select(requests.c.id).where(requests.c.reference == reference)).scalars()
            end_unsettled(session, list(own), now)
        status = session.execute(select(requests.c.status).where(requests.c.reference == reference)).scalar()
    return status == "withdrawn"


def delete_requests_of(session: Session, sender_digest: str) -> int:
    """Delete the requests of one sender within a transaction and return how many there were."""
    result = session.execute(delete(RequestRow.__table__).where(RequestRow.__table__.c.sender_digest == sender_digest))
    return int(result.rowcount)


def contacts_of(session: Session, sender_digest: str) -> list[str]:
    """Return within a transaction the digests of the numbers and addresses that a sender's requests hold."""
    mine = RequestRow.sender_digest == sender_digest, RequestRow.contact_digest.is_not(None)
    return list(session.execute(select(RequestRow.contact_digest).where(*mine).distinct()).scalars())


def digest_sender(database: Database, sender_id: str) -> str:
    """Make the digest by which all that is stored of a sender is found."""
    return database.digest("sender", sender_id)


def digest_contact(database: Database, address: str) -> str:
    """Make the digest by which the requests of one phone number or email address are found.

    Args:
        database: The store.
        address: E.164, or an email address in any case.
    """
    return database.digest("contact", address.strip().lower())


def contact_address(request: Request) -> str:
    """Return the phone number or email address at which a request's visitor is reached."""
    return request.phone_number if isinstance(request, CallbackRequest) else request.contact_address


def _states() -> Any:
    return select(RequestRow.reference, RequestRow.kind, RequestRow.status, RequestRow.created_at)


def _find_own(session: Session, reference: str, sender_digest: str) -> RequestRow | None:
    mine = RequestRow.reference == reference, RequestRow.sender_digest == sender_digest, RequestRow.status.in_(OPEN)
    row: RequestRow | None = session.execute(select(RequestRow).where(*mine)).scalars().first()
    return row


def _find_saved(session: Session, content: str, message: str | None) -> str | None:
    """Return the reference of the request that this message saved, or that holds the same."""
    same = RequestRow.content_digest == content
    if message is not None:
        same = or_(RequestRow.message_digest == message, same)
    found = session.execute(select(RequestRow.reference).where(same).order_by(RequestRow.id)).first()
    return found[0] if found else None


def _make_row(request: Request) -> RequestRow:
    row = CallbackRow() if isinstance(request, CallbackRequest) else VolunteerRow()
    _fill_row(row, request)
    return row


def _fill_row(row: RequestRow, request: Request) -> None:
    values = asdict(request)
    address = values.pop("phone_number" if isinstance(request, CallbackRequest) else "contact_address")
    by_email = request.contact_method == "email"
    row.phone_number, row.email = (None, address) if by_email else (address, None)
    for name, value in values.items():
        setattr(row, name, value)


def request_of(row: RequestRow) -> Request:
    """Return the request that a row holds."""
    return _make_request(row)


def _make_request(row: RequestRow) -> Request:
    made: type[Request] = CallbackRequest if isinstance(row, CallbackRow) else VolunteerRequest
    address = "phone_number" if made is CallbackRequest else "contact_address"
    values = {each.name: getattr(row, each.name) for each in fields(made) if each.name != address}
    told = {name: value for name, value in values.items() if value is not None}  # of what was not told, the default
    return made(**told, **{address: row.email if row.contact_method == "email" else row.phone_number})
