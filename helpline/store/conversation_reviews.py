"""What staff see of conversations, and what they think of them: a list with filters, one transcript, its reviews.

Who a visitor is, is not read here: a conversation is known by its number. Proposals that come from a turn are left to
``proposals``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, delete, func, insert, select
from sqlalchemy.orm import Session

from helpline.errors import HelplineError
from helpline.store.audit import Actor, record
from helpline.store.conversations import TurnRecord, turn_of
from helpline.store.database import Database
from helpline.store.queue_tables import QueueItemRow
from helpline.store.review_tables import VERDICTS, ReviewRow
from helpline.store.staff_tables import StaffRow
from helpline.store.tables import ConversationRow, FeedbackRow, TurnRow

NOT_UNDERSTOOD = "nlu_fallback"
SIGNS = ("not_understood", "asked_back", "danger", "not_helpful")
REVIEW_STATES = ("unread", "second", "differ")
# A random sample is drawn by four hex digits of the conversation's keyed digest, which are as good as dice; each draw
# looks at four others. So everybody who asks for the same sample gets the same conversations.
_DIGITS = 4
DRAWS = 64 // _DIGITS
# So many turns of a conversation are read at once.
MOST_TURNS = 40

_CONVERSATIONS, _TURNS, _REVIEWS = ConversationRow.__table__, TurnRow.__table__, ReviewRow.__table__


class ConversationGoneError(HelplineError):
    """There is no such conversation, or nothing of it is kept any more."""


@dataclass(frozen=True)
class WantedConversations:
    """What the list shall hold.

    Attributes:
        sign: One of ``SIGNS``; None for all.
        channel: A channel's name; None for all.
        review: ``unread`` by whoever asks, ``second`` for those that one colleague has reviewed, ``differ`` for those
            on which people differ; None for all.
        sample: Per cent of the conversations, drawn at random; None for all of them.
        draw: Which sample, from 1 to ``DRAWS``.
    """

    sign: str | None = None
    channel: str | None = None
    review: str | None = None
    sample: int | None = None
    draw: int = 1


@dataclass(frozen=True)
class ListedConversation:
    """A conversation in the list: when, where, how it went, and something that was said in it, redacted."""

    number: int
    channel: str
    at: datetime
    turns: int
    not_understood: int
    asked_back: int
    danger: str | None
    said: str | None
    reviews: int
    differ: bool


@dataclass(frozen=True)
class ConversationList:
    """A page of the list.

    Attributes:
        shown: The conversations, the newest first.
        total: How many there are.
        reviewed_twice: On how many of them two people or more gave a verdict.
        differ: On how many of these they differ.
    """

    shown: list[ListedConversation]
    total: int
    reviewed_twice: int
    differ: int


@dataclass(frozen=True)
class Review:
    """What somebody thinks of a conversation; ``is_old`` where it went on since."""

    staff_id: int | None
    by: str | None
    verdict: str
    note: str | None
    at: datetime
    is_old: bool


@dataclass(frozen=True)
class Transcript:
    """A conversation with what was understood at each turn (by the turn's number), and its reviews.

    Attributes:
        number: Its number.
        channel: The channel's name.
        started_at: When it began.
        turns: At most ``MOST_TURNS`` turns, oldest first.
        has_earlier: Whether there are turns before these.
        helpful: How often its visitor found an answer helpful.
        not_helpful: How often not.
        reviews: What staff think of it, oldest first.
        flagged: The codes under which it is or was in the queue, the newest first.
    """

    number: int
    channel: str
    started_at: datetime
    turns: list[tuple[int, TurnRecord]]
    has_earlier: bool
    helpful: int
    not_helpful: int
    reviews: list[Review]
    flagged: list[str]


def list_conversations(
    database: Database, wanted: WantedConversations, me: int, first: int = 0, limit: int = 50
) -> ConversationList:
    """Return a page of the conversations of which something is kept, the newest first.

    Raises:
        StoreError: They cannot be read.
    """
    where = _narrowed(wanted, me)
    with database.transaction() as session:
        total = int(session.execute(_counted(wanted, me)).scalar_one())
        verdicts = _reviewed_twice().subquery()
        differing = func.coalesce(func.sum(case((verdicts.c.verdicts > 1, 1), else_=0)), 0)
        twice, differ = session.execute(
            select(func.count(), differing)
            .select_from(verdicts.join(_CONVERSATIONS, _CONVERSATIONS.c.id == verdicts.c.conversation_id))
            .where(*where)
        ).one()
        newest_first = _CONVERSATIONS.c.last_active_at.desc(), _CONVERSATIONS.c.id.desc()
        # First the numbers alone, which stand in an index: what is skipped need not be read.
        numbers = session.execute(
            select(_CONVERSATIONS.c.id).where(*where).order_by(*newest_first).offset(first).limit(limit)
        ).scalars()
        rows = session.execute(
            select(_CONVERSATIONS.c.id, _CONVERSATIONS.c.channel, _CONVERSATIONS.c.last_active_at)
            .where(_CONVERSATIONS.c.id.in_(list(numbers)))
            .order_by(*newest_first)
        ).all()
        return ConversationList(_with_turns(session, rows, wanted.sign), total, int(twice), int(differ))


def read_transcript(database: Database, number: int, before: int | None = None) -> Transcript | None:
    """Return a conversation with its newest turns and its reviews; None where nothing is kept.

    Args:
        database: The store.
        number: The conversation's number.
        before: Only turns before the one of this number.

    Raises:
        StoreError: It cannot be read.
    """
    with database.transaction() as session:
        names = (_CONVERSATIONS.c.channel, _CONVERSATIONS.c.started_at, _CONVERSATIONS.c.sender_digest)
        row = session.execute(select(*names).where(_CONVERSATIONS.c.id == number)).first()
        if row is None:
            return None
        own = select(_TURNS).where(_TURNS.c.conversation_id == number)
        wanted = own if before is None else own.where(_TURNS.c.id < before)
        turns = session.execute(wanted.order_by(_TURNS.c.id.desc()).limit(MOST_TURNS + 1)).all()
        newest = session.execute(select(func.max(_TURNS.c.id)).where(_TURNS.c.conversation_id == number)).scalar()
        if not turns or newest is None:
            return None
        votes = dict(
            session.execute(
                select(FeedbackRow.helpful, func.count())
                .where(FeedbackRow.sender_digest == row.sender_digest)
                .group_by(FeedbackRow.helpful)
            ).all()
        )
        return Transcript(
            number,
            row.channel,
            row.started_at,
            [(turn.id, turn_of(turn)) for turn in reversed(turns[:MOST_TURNS])],
            len(turns) > MOST_TURNS,
            votes.get(True, 0),
            votes.get(False, 0),
            _reviews(session, number, newest),
            _flagged(session, row.sender_digest),
        )


def save_review(database: Database, actor: Actor, number: int, verdict: str, note: str | None) -> None:
    """Save what somebody thinks of a conversation, in place of what they thought before.

    Raises:
        ValueError: It is no verdict.
        ConversationGoneError: Nothing is kept of the conversation any more.
        StoreError: It was not saved.
    """
    if verdict not in VERDICTS:
        raise ValueError("no verdict")
    now = database.now()
    with database.transaction() as session:
        last = session.execute(select(func.max(_TURNS.c.id)).where(_TURNS.c.conversation_id == number)).scalar()
        if last is None:
            raise ConversationGoneError
        session.execute(delete(_REVIEWS).where(_REVIEWS.c.conversation_id == number, _REVIEWS.c.staff_id == actor.id))
        values = {"conversation_id": number, "turn_id": last, "staff_id": actor.id, "at": now}
        session.execute(insert(_REVIEWS).values(**values, verdict=verdict, note=note or None))
        record(session, actor, now, "conversation reviewed", f"conversation {number}", verdict=verdict)


def list_channels(database: Database) -> list[str]:
    """Return the channels that conversations came by."""
    with database.transaction() as session:
        query = select(_CONVERSATIONS.c.channel).distinct().order_by(_CONVERSATIONS.c.channel)
        return list(session.execute(query).scalars())


def _sign(sign: str) -> Any:
    """Return what a turn is found by that has a sign."""
    return {
        "not_understood": _TURNS.c.intent == NOT_UNDERSTOOD,
        "asked_back": _TURNS.c.asked_back.is_(True),
        "danger": _TURNS.c.danger > "",  # for "is not null" SQLite would go through all turns
    }[sign]


def _narrowed(wanted: WantedConversations, me: int) -> list[Any]:
    """Return what the list shall hold; of a sign, whether each conversation has it: the newest are soon found so."""
    where = _but_sign(wanted, me)
    if wanted.sign == "not_helpful":
        own = FeedbackRow.sender_digest == _CONVERSATIONS.c.sender_digest
        where.append(select(FeedbackRow.id).where(own, FeedbackRow.helpful.is_(False)).exists())
    elif wanted.sign == "danger":  # which few have
        where.append(_CONVERSATIONS.c.id.in_(select(_TURNS.c.conversation_id).where(_sign(wanted.sign))))
    elif wanted.sign is not None:
        own = _TURNS.c.conversation_id == _CONVERSATIONS.c.id
        where.append(select(_TURNS.c.id).where(own, _sign(wanted.sign)).exists())
    return where


def _counted(wanted: WantedConversations, me: int) -> Any:
    """Return how many the list holds; of a sign, by all that have it: for a count they must all be found anyway."""
    where = _but_sign(wanted, me)
    if wanted.sign == "not_helpful":
        unhappy = select(FeedbackRow.sender_digest).where(FeedbackRow.helpful.is_(False))
        where.append(_CONVERSATIONS.c.sender_digest.in_(unhappy))
    elif wanted.sign is not None:
        having = select(_TURNS.c.conversation_id).where(_sign(wanted.sign))
        # One that was deleted has no turns. For dangers, which few have, SQLite would go through all turns here.
        if wanted == WantedConversations(sign=wanted.sign) and wanted.sign != "danger":
            return select(func.count()).select_from(having.distinct().subquery())
        where.append(_CONVERSATIONS.c.id.in_(having))
    return select(func.count()).select_from(_CONVERSATIONS).where(*where)


def _but_sign(wanted: WantedConversations, me: int) -> list[Any]:
    # Of one that was deleted nothing is kept but that it ended.
    where: list[Any] = [_CONVERSATIONS.c.ended_at.is_(None)]
    if wanted.channel is not None:
        where.append(_CONVERSATIONS.c.channel == wanted.channel)
    if wanted.sample is not None:
        most = f"{int(wanted.sample / 100 * 16**_DIGITS):04x}"
        digits = func.substr(_CONVERSATIONS.c.sender_digest, (wanted.draw - 1) * _DIGITS + 1, _DIGITS)
        if wanted.sample < 100:
            where.append(digits < most)
    if wanted.review is not None:
        where.append(_review_state(wanted.review, me))
    return where


def _review_state(state: str, me: int) -> Any:
    number, reviewed = _CONVERSATIONS.c.id, _REVIEWS.c.conversation_id
    not_mine = number.not_in(select(reviewed).where(_REVIEWS.c.staff_id == me))
    if state == "unread":
        return not_mine
    if state == "second":
        once = select(reviewed).group_by(reviewed).having(func.count() == 1)
        return and_(not_mine, number.in_(once))
    apart = select(reviewed).group_by(reviewed).having(func.count(_REVIEWS.c.verdict.distinct()) > 1)
    return number.in_(apart)


def _reviewed_twice() -> Any:
    """Return, of each conversation that two people reviewed, how many different verdicts it got."""
    return (
        select(_REVIEWS.c.conversation_id, func.count(_REVIEWS.c.verdict.distinct()).label("verdicts"))
        .group_by(_REVIEWS.c.conversation_id)
        .having(func.count() > 1)
    )


def _with_turns(session: Session, rows: Sequence[Any], sign: str | None) -> list[ListedConversation]:
    """Add how each conversation went, and the first message that has the sign, else the first that is no greeting."""
    ids = [row.id for row in rows]
    telling = _sign(sign) if sign not in {None, "not_helpful"} else _TURNS.c.intent != "greet"
    counted = session.execute(
        select(
            _TURNS.c.conversation_id,
            func.count().label("turns"),
            func.sum(case((_sign("not_understood"), 1), else_=0)).label("not_understood"),
            func.sum(case((_sign("asked_back"), 1), else_=0)).label("asked_back"),
            func.min(_TURNS.c.danger).label("danger"),
            func.min(case((telling, _TURNS.c.id))).label("telling"),
        )
        .where(_TURNS.c.conversation_id.in_(ids))
        .group_by(_TURNS.c.conversation_id)
    ).all()
    told = [row.telling for row in counted if row.telling is not None]
    said = {row.id: turn_of(row).said for row in session.execute(select(_TURNS).where(_TURNS.c.id.in_(told)))}
    reviews = {
        row.conversation_id: row
        for row in session.execute(
            select(
                _REVIEWS.c.conversation_id,
                func.count().label("reviews"),
                func.count(_REVIEWS.c.verdict.distinct()).label("verdicts"),
            )
            .where(_REVIEWS.c.conversation_id.in_(ids))
            .group_by(_REVIEWS.c.conversation_id)
        )
    }
    of = {row.conversation_id: row for row in counted}
    return [
        ListedConversation(
            row.id,
            row.channel,
            row.last_active_at,
            of[row.id].turns,
            int(of[row.id].not_understood),
            int(of[row.id].asked_back),
            of[row.id].danger,
            said.get(of[row.id].telling),
            reviews[row.id].reviews if row.id in reviews else 0,
            row.id in reviews and reviews[row.id].verdicts > 1,
        )
        for row in rows
        if row.id in of
    ]


def _flagged(session: Session, sender_digest: str) -> list[str]:
    mine = QueueItemRow.kind == "conversation", QueueItemRow.sender_digest == sender_digest
    return list(session.execute(select(QueueItemRow.reference).where(*mine).order_by(QueueItemRow.id.desc())).scalars())


def _reviews(session: Session, number: int, newest: int) -> list[Review]:
    staff = StaffRow.__table__
    rows = session.execute(
        select(_REVIEWS, staff.c.display_name)
        .select_from(_REVIEWS.outerjoin(staff, staff.c.id == _REVIEWS.c.staff_id))
        .where(_REVIEWS.c.conversation_id == number)
        .order_by(_REVIEWS.c.at)
    ).all()
    return [Review(row.staff_id, row.display_name, row.verdict, row.note, row.at, row.turn_id < newest) for row in rows]
