"""Reads and writes requests: call backs and peer-volunteer sign-ups."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from helpline.errors import StoreError
from helpline.requests.reference import new_reference
from helpline.requests.request import CallbackRequest, Request, canonical_content
from helpline.store.database import Database
from helpline.store.tables import CallbackRow, RequestRow, VolunteerRow

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
    message_digest = database.cipher.digest("request", sender_id, message_id) if message_id else None
    digest = database.cipher.digest("content", sender_id, canonical_content(request))
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
                session.add(row)
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


def delete_requests_of(session: Session, sender_digest: str) -> int:
    """Delete the requests of one sender within a transaction and return how many there were."""
    result = session.execute(delete(RequestRow.__table__).where(RequestRow.__table__.c.sender_digest == sender_digest))
    return int(result.rowcount)


def digest_sender(database: Database, sender_id: str) -> str:
    """Make the digest by which all that is stored of a sender is found."""
    return database.cipher.digest("sender", sender_id)


def _states() -> Any:
    return select(RequestRow.reference, RequestRow.kind, RequestRow.status, RequestRow.created_at)


def _find_saved(session: Session, content: str, message: str | None) -> str | None:
    """Return the reference of the request that this message saved, or that holds the same."""
    same = RequestRow.content_digest == content
    if message is not None:
        same = or_(RequestRow.message_digest == message, same)
    found = session.execute(select(RequestRow.reference).where(same).order_by(RequestRow.id)).first()
    return found[0] if found else None


def _make_row(request: Request) -> RequestRow:
    if isinstance(request, CallbackRequest):
        return CallbackRow(
            first_name=request.first_name,
            phone_number=request.phone_number,
            best_time=request.best_time,
            callback_topic=request.callback_topic,
        )
    by_email = request.contact_method == "email"
    return VolunteerRow(
        first_name=request.first_name,
        phone_number=None if by_email else request.contact_address,
        email=request.contact_address if by_email else None,
        for_whom=request.for_whom,
        contact_method=request.contact_method,
        diagnosis_type=request.diagnosis_type,
        cancer_subtype=request.cancer_subtype,
        spread_sites=request.spread_sites,
        age_range=request.age_range,
        main_concern=request.main_concern,
        preferred_times=request.preferred_times,
    )
