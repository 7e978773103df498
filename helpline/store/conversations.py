"""Reads and writes conversations: the engine's state of each, and its turns.

A turn is one transaction: the new state, what was said and answered, and the flag of a danger are stored together or
not at all. A row carries a version, and only who read the newest may write (compare and swap). So two engines, or a
call that was given up and finished late, never overwrite each other.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpline.errors import StoreError
from helpline.store.database import Database
from helpline.store.flags import add_flag
from helpline.store.requests import digest_sender
from helpline.store.tables import ConversationRow, TurnRow

_CONVERSATIONS = ConversationRow.__table__
_TURNS = TurnRow.__table__


class VersionConflictError(StoreError):
    """Somebody else wrote the conversation in between: read it again."""

    def __init__(self) -> None:
        super().__init__("VersionConflict")


@dataclass(frozen=True)
class StoredConversation:
    """A conversation as it is stored.

    Attributes:
        version: Counts its writes.
        state: What the engine keeps of it; None when that was purged or deleted.
        ended_at: When the visitor deleted it; None for one that goes on.
    """

    version: int
    state: dict[str, Any] | None
    ended_at: datetime | None


@dataclass(frozen=True)
class TurnRecord:
    """One turn as staff and a page load see it.

    Attributes:
        message_id: The id that the sender of the message gave it.
        at: When it was answered, in UTC.
        said: What the visitor wrote, redacted, or the title of the button; None where there is nothing to keep.
        answers: The assistant's messages, without what a form held.
        understood: Alternatives of the classifier, safety signals, two questions, what was asked back; no visitor's
            words.
        intent: The leaf intent, such as ``faq/ned``.
        confidence: The classifier's, from 0 to 1.
        danger: What was raised, such as ``crisis/self``.
    """

    message_id: str
    at: datetime
    said: str | None
    answers: list[dict[str, Any]]
    understood: dict[str, Any] = field(default_factory=dict)
    intent: str | None = None
    confidence: float | None = None
    danger: str | None = None


def read_conversation(database: Database, sender_id: str) -> StoredConversation | None:
    """Return a conversation, or None for one that was never stored.

    Raises:
        StoreError: It could not be read.
    """
    with database.transaction() as session:
        row = session.execute(
            select(_CONVERSATIONS.c.version, _CONVERSATIONS.c.state, _CONVERSATIONS.c.ended_at).where(
                _CONVERSATIONS.c.sender_digest == digest_sender(database, sender_id)
            )
        ).first()
        if row is None:
            return None
        return StoredConversation(row.version, unpacked_state(row.state), row.ended_at)


def write_turn(
    database: Database,
    sender_id: str,
    channel: str,
    version: int,
    state: dict[str, Any],
    turns: Sequence[TurnRecord] = (),
) -> int:
    """Store the state after a turn, the turn, and the flag of a danger, together.

    Args:
        database: The store.
        sender_id: Whose conversation it is.
        channel: The channel's name.
        version: The version that was read; 0 for a conversation that was not there.
        state: What the engine keeps.
        turns: What was said; several when the store was away before, none when only the state changed.

    Returns:
        The new version.

    Raises:
        VersionConflictError: The conversation was written in between.
        StoreError: Nothing was stored.
    """
    digest, packed = digest_sender(database, sender_id), _packed(state)
    at = turns[-1].at if turns else database.now()
    try:
        with database.transaction(expected=IntegrityError) as session:
            conversation = _write_state(session, digest, sender_id, channel, version, packed, at)
            for turn in turns:
                session.execute(insert(_TURNS).values(_turn_values(database, conversation, sender_id, turn)))
                if turn.danger is not None:
                    add_flag(session, database, sender_id, turn.message_id, turn.danger, turn.at)
    except IntegrityError:
        # The same conversation was begun, or the same message answered, by somebody else.
        raise VersionConflictError from None
    return version + 1


def find_turn(database: Database, sender_id: str, message_id: str) -> TurnRecord | None:
    """Return the turn that answered a message, or None.

    Raises:
        StoreError: It could not be read.
    """
    with database.transaction() as session:
        row = session.execute(
            _turns_of(database, sender_id).where(
                _TURNS.c.message_digest == _message_digest(database, sender_id, message_id)
            )
        ).first()
    return turn_of(row) if row else None


def list_turns(database: Database, sender_id: str) -> list[TurnRecord]:
    """Return the turns of a conversation, oldest first.

    Raises:
        StoreError: They could not be read.
    """
    with database.transaction() as session:
        rows = session.execute(_turns_of(database, sender_id).order_by(_TURNS.c.id)).all()
    return [turn_of(row) for row in rows]


def end_conversation(database: Database, sender_id: str, now: datetime, last: dict[str, Any] | None = None) -> None:
    """Delete a conversation's state and turns. What stays is that it ended, so that nothing opens it again.

    Args:
        database: The store.
        sender_id: Whose conversation it is.
        now: The time, in UTC.
        last: State that only knows the answer to the message that asked for the deletion.

    Raises:
        StoreError: Nothing was deleted.
    """
    digest = digest_sender(database, sender_id)
    with database.transaction() as session:
        found = session.execute(select(_CONVERSATIONS.c.id).where(_CONVERSATIONS.c.sender_digest == digest)).scalar()
        if found is None:
            return
        session.execute(delete(_TURNS).where(_TURNS.c.conversation_id == found))
        session.execute(
            update(_CONVERSATIONS)
            .where(_CONVERSATIONS.c.id == found)
            .values(
                version=_CONVERSATIONS.c.version + 1,
                state=_packed(last) if last is not None else None,
                last_active_at=now,
                ended_at=now,
            )
        )


def _write_state(
    session: Session, digest: str, sender_id: str, channel: str, version: int, packed: bytes, at: datetime
) -> int:
    """Write the state and return the row's id."""
    if version == 0:
        inserted = session.execute(
            insert(_CONVERSATIONS).values(
                sender_digest=digest,
                sender_id=sender_id,
                channel=channel,
                version=1,
                state=packed,
                started_at=at,
                last_active_at=at,
            )
        )
        return int(inserted.inserted_primary_key[0])
    found = session.execute(
        select(_CONVERSATIONS.c.id).where(_CONVERSATIONS.c.sender_digest == digest)
    ).scalar_one_or_none()
    changed = session.execute(
        update(_CONVERSATIONS)
        .where(_CONVERSATIONS.c.sender_digest == digest, _CONVERSATIONS.c.version == version)
        .values(version=version + 1, state=packed, last_active_at=at, ended_at=None)
    )
    if found is None or changed.rowcount != 1:
        raise VersionConflictError
    return int(found)


def _turn_values(database: Database, conversation: int, sender_id: str, turn: TurnRecord) -> dict[str, Any]:
    content = {"id": turn.message_id, "said": turn.said, "answers": turn.answers, "understood": turn.understood}
    return {
        "conversation_id": conversation,
        "message_digest": _message_digest(database, sender_id, turn.message_id),
        "content": json.dumps(content, ensure_ascii=False),
        "intent": turn.intent,
        "confidence": turn.confidence,
        "danger": turn.danger,
        "asked_back": "asked_back" in turn.understood,
        "created_at": turn.at,
    }


def _turns_of(database: Database, sender_id: str) -> Any:
    return (
        select(_TURNS.c.content, _TURNS.c.created_at, _TURNS.c.intent, _TURNS.c.confidence, _TURNS.c.danger)
        .select_from(_TURNS.join(_CONVERSATIONS))
        .where(_CONVERSATIONS.c.sender_digest == digest_sender(database, sender_id))
    )


def turn_of(row: Any) -> TurnRecord:
    """Return the turn that a row holds."""
    content = json.loads(row.content)
    return TurnRecord(
        content["id"],
        row.created_at,
        content["said"],
        content["answers"],
        content["understood"],
        row.intent,
        row.confidence,
        row.danger,
    )


def _message_digest(database: Database, sender_id: str, message_id: str) -> str:
    return database.digest("message", sender_id, message_id)


def _packed(state: dict[str, Any]) -> bytes:
    text = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 1)


def unpacked_state(packed: bytes | None) -> dict[str, Any] | None:
    """Return the state that a row holds."""
    if packed is None:
        return None
    state: dict[str, Any] = json.loads(zlib.decompress(packed))
    return state
