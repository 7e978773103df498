"""Deletes what is past its time. The times are settings; docs/privacy.md tells them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Protocol

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from helpline.store.database import Database
from helpline.store.draft_tables import AnswerDraftRow
from helpline.store.mail_retention import forget_old_mails
from helpline.store.mail_tables import MailRefusalRow, MailRow
from helpline.store.messaging_contacts import CONTACTS, forget_contacts
from helpline.store.messaging_tables import InboxRow, MessagingContactRow, OutboxRow
from helpline.store.queue_tables import QueueItemRow
from helpline.store.staff_tables import SignInFailureRow, StaffSessionRow
from helpline.store.tables import (
    ConversationRow,
    DayCountRow,
    EncryptionKeyRow,
    FeedbackRow,
    FlagRow,
    RequestRow,
    TurnRow,
)
from helpline.store.volunteer_tables import HOLDING, MatchRow, PeerVolunteerRow

# Requests that somebody still waits for are never purged.
CLOSED = ("done", "withdrawn")
# No session of staff lives longer, whatever the settings (console_session_hours).
LONGEST_STAFF_SESSION = timedelta(hours=72)
FAILURES_KEPT = timedelta(days=1)


class Times(Protocol):
    """How long what is kept."""

    state_hours: int
    transcript_days: int
    request_days: int
    draft_days: int
    volunteer_days: int


@dataclass(frozen=True)
class Purged:
    """How many of each were deleted."""

    states: int
    turns: int
    conversations: int
    flags: int
    feedback: int
    requests: int
    drafts: int
    volunteers: int

    def __str__(self) -> str:
        """Return the numbers in words."""
        return (
            f"{self.states} states of conversations, {self.turns} turns, {self.conversations} conversations, "
            f"{self.flags} flags, {self.feedback} feedbacks, {self.requests} closed requests, "
            f"{self.drafts} drafts of answers, {self.volunteers} removed volunteers"
        )


def purge(database: Database, times: Times, now: datetime) -> Purged:
    """Delete what is past its time.

    Args:
        database: The store.
        times: How long what is kept.
        now: The time, in UTC.

    Returns:
        How many of each were deleted.

    Raises:
        StoreError: Nothing was deleted.
    """
    conversations, turns = ConversationRow.__table__, TurnRow.__table__
    flags, feedback, requests = FlagRow.__table__, FeedbackRow.__table__, RequestRow.__table__
    state_end = now - timedelta(hours=times.state_hours)
    transcript_end = now - timedelta(days=times.transcript_days)
    with database.transaction() as session:

        def count(statement: Any) -> int:
            return int(session.execute(statement).rowcount)

        states = count(
            update(conversations)
            .where(conversations.c.last_active_at < state_end, conversations.c.state.is_not(None))
            .values(state=None, version=conversations.c.version + 1)
        )
        old_turns = count(delete(turns).where(turns.c.created_at < transcript_end))
        old_flags = count(delete(flags).where(flags.c.created_at < transcript_end))
        with_turns = select(turns.c.conversation_id)
        old_conversations = count(
            delete(conversations).where(
                conversations.c.last_active_at < transcript_end, conversations.c.id.not_in(with_turns)
            )
        )
        old_feedback = count(delete(feedback).where(feedback.c.created_at < transcript_end))
        items = QueueItemRow.__table__
        session.execute(delete(items).where(items.c.kind == "conversation", items.c.updated_at < transcript_end))
        closed = count(
            delete(requests).where(
                requests.c.status.in_(CLOSED), requests.c.updated_at < now - timedelta(days=times.request_days)
            )
        )
        drafts = AnswerDraftRow.__table__
        old_drafts = count(delete(drafts).where(drafts.c.changed_at < now - timedelta(days=times.draft_days)))
        days = DayCountRow.__table__
        session.execute(delete(days).where(days.c.day < transcript_end.date().isoformat()))
        volunteers = _forget_volunteers(session, now - timedelta(days=times.volunteer_days))
        _forget_messages(session, transcript_end, state_end)
        forget_old_mails(session, transcript_end, now)
        _forget_sessions(session, now)
        _forget_old_keys(session)
    return Purged(states, old_turns, old_conversations, old_flags, old_feedback, closed, old_drafts, volunteers)


def _forget_volunteers(session: Session, end: datetime) -> int:
    """Forget volunteers who were removed long ago, and matches that are over since; return how many volunteers."""
    volunteers, matches = PeerVolunteerRow.__table__, MatchRow.__table__
    session.execute(delete(matches).where(matches.c.state.not_in(HOLDING), matches.c.updated_at < end))
    removed = delete(volunteers).where(volunteers.c.state == "removed", volunteers.c.updated_at < end)
    return int(session.execute(removed).rowcount)


def _forget_messages(session: Session, transcript_end: datetime, state_end: datetime) -> None:
    """Forget who wrote on messaging channels long ago, what came in and went out, and what waited for MORE."""
    inbox, outbox = InboxRow.__table__, OutboxRow.__table__
    session.execute(delete(inbox).where(inbox.c.received_at < transcript_end))
    session.execute(delete(outbox).where(outbox.c.created_at < transcript_end))
    forget_contacts(session, CONTACTS.c.last_message_at < transcript_end)
    session.execute(update(CONTACTS).where(CONTACTS.c.last_message_at < state_end).values(more=None))


def _forget_sessions(session: Session, now: datetime) -> None:
    """Forget sessions of staff that are long over, and sign-ins that failed and no longer count."""
    sessions, failures = StaffSessionRow.__table__, SignInFailureRow.__table__
    session.execute(delete(sessions).where(sessions.c.created_at < now - LONGEST_STAFF_SESSION))
    session.execute(delete(failures).where(failures.c.at < now - FAILURES_KEPT))


def _forget_old_keys(session: Session) -> None:
    """Forget keys that nothing stored was written with any more: all rows are younger than the key after them."""
    keys = EncryptionKeyRow.__table__
    used = session.execute(select(keys.c.key_id, keys.c.first_used_at).order_by(keys.c.first_used_at)).all()
    oldest = [
        session.execute(select(func.min(column))).scalar()
        for column in (
            ConversationRow.started_at,
            RequestRow.created_at,
            FeedbackRow.created_at,
            FlagRow.created_at,
            MessagingContactRow.created_at,
            PeerVolunteerRow.created_at,
            MailRow.created_at,
            MailRefusalRow.refused_at,
        )
    ]
    for (key, _), (_, replaced_at) in pairwise(used):
        if all(at is None or at > replaced_at for at in oldest):
            session.execute(delete(keys).where(keys.c.key_id == key))
