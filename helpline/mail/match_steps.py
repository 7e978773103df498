"""The steps of a match for one request, each with the mails that it needs, in one transaction.

Staff do them at the console; volunteers and visitors do some by the links in their mails (`match_answers`). With e-mail
off the same steps write no mail, and say so: then somebody calls or writes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpline.mail.writing import Receiver, ask_volunteer, offer_choice, tell_match
from helpline.matching_settings import MatchingSettings
from helpline.store.audit import Actor, record
from helpline.store.database import Database
from helpline.store.mail_links import revoke_links
from helpline.store.mail_tables import OUTCOME_ANSWERS, OUTCOME_SIDES
from helpline.store.match_outcomes import correct_outcome
from helpline.store.needs import read_need
from helpline.store.queue_changes import changing, set_status
from helpline.store.queue_tables import OPEN_STATUSES, QueueItemRow
from helpline.store.tables import RequestRow
from helpline.store.volunteer_matches import (
    HAS_VOLUNTEER,
    MatchRefusedError,
    VolunteerMatch,
    matches_for,
    move,
    propose,
    take_back,
)
from helpline.store.volunteer_rows import VOLUNTEERS, profile_of
from helpline.volunteers.reasons import hard_no_in_words
from helpline.volunteers.scoring import hard_nos
from helpline.volunteers.weights import Weights

MOST_OFFERED = 3
# Of these the making of a match takes care: it counts the places, and knows which it gave away itself.
_COUNTED = ("full", "resting", "pausing")
_ITEMS = QueueItemRow.__table__


@dataclass(frozen=True)
class Told:
    """Whom a mail was written to. Whoever is left must be told another way."""

    volunteer: bool = False
    visitor: bool = False


@dataclass(frozen=True)
class MatchDesk:
    """What the steps need beside what they are about.

    Attributes:
        settings: How long people have for an answer, and what weighs how much.
        mails: Whether e-mail is on.
    """

    settings: MatchingSettings
    mails: bool


def ask(database: Database, actor: Actor, reference: str, version: int, volunteer: int, desk: MatchDesk) -> Told:
    """Ask a volunteer whether they would talk with somebody.

    Args:
        database: The store.
        actor: Who does it.
        reference: The code of the request.
        version: Of its item, as it was seen.
        volunteer: The row.
        desk: Whether by mail, and until when.

    Raises:
        ItemConflictError: The item has another version.
        ItemGoneError: There is no such item.
        MatchRefusedError: The two cannot be matched. The message says why.
        StoreError: Nothing was changed.
    """
    now = database.now()
    until = now + timedelta(days=desk.settings.match_answer_days)
    with _step(database, actor, reference, version) as (session, item):
        _require_fitting(session, item, volunteer, now, desk)
        known = [one for one in matches_for(session, item.request_id) if one.volunteer_id == volunteer]
        proposed = next((one.id for one in known if one.state == "proposed"), None)
        match = proposed or propose(session, actor, now, item.request_id, volunteer)
        move(session, actor, now, match, "proposed", "asked")
        _wait(session, item, until)
        address = _volunteer_address(session, volunteer) if desk.mails else None
        if address is None:
            return Told()
        to = Receiver(match, item.request_id, address)
        return Told(volunteer=bool(ask_volunteer(session, database, to, until, now)))


def answer_for_volunteer(
    database: Database, actor: Actor, reference: str, version: int, match: int, says_yes: bool
) -> None:
    """Note what a volunteer said by word of mouth. Errors are those of `ask`."""
    with _step(database, actor, reference, version) as (session, item):
        _require(session, item, match, ("asked",))
        note_answer(session, actor, database.now(), item, match, "accepted" if says_yes else "declined")


def note_answer(session: Session, actor: Actor, now: datetime, item: QueueItemRow, match: int, state: str) -> None:
    """Note within a transaction that a volunteer said yes, not now, or nothing in time; the request is due then."""
    move(session, actor, now, match, "asked", state)
    revoke_links(session, "ask", match, now)
    item.next_attempt_at = now


def offer(
    database: Database, actor: Actor, reference: str, version: int, matches: Sequence[int], desk: MatchDesk
) -> Told:
    """Let the visitor choose among up to three volunteers who said yes. Arguments and errors are those of `ask`."""
    now = database.now()
    until = now + timedelta(days=desk.settings.match_choice_days)
    with _step(database, actor, reference, version) as (session, item):
        if not 1 <= len(set(matches)) <= MOST_OFFERED:
            raise MatchRefusedError(f"Choose between one and {MOST_OFFERED} of those who said yes.")
        if any(one.state in ("offered", "chosen", "final") for one in matches_for(session, item.request_id)):
            raise MatchRefusedError("Volunteers were offered already. Note first what the visitor chose.")
        for match in sorted(set(matches)):
            _require(session, item, match, ("accepted",))
            move(session, actor, now, match, "accepted", "offered")
        _wait(session, item, until)
        address = _visitor_address(session, item) if desk.mails else None
        if address is None:
            return Told()
        to = Receiver(max(matches), item.request_id, address)
        return Told(visitor=bool(offer_choice(session, database, to, until, now)))


def choose_for_visitor(database: Database, actor: Actor, reference: str, version: int, match: int | None) -> None:
    """Note whom the visitor chose by word of mouth, or that it was nobody. Errors are those of `ask`."""
    with _step(database, actor, reference, version) as (session, item):
        note_choice(session, actor, database.now(), item, match)


def note_choice(session: Session, actor: Actor, now: datetime, item: QueueItemRow, match: int | None) -> None:
    """Note within a transaction whom the visitor chose, or that it was nobody; the request is due then.

    Raises:
        MatchRefusedError: That one is not offered any more, or nobody is.
    """
    offered = [one.id for one in matches_for(session, item.request_id) if one.state == "offered"]
    if not offered or (match is not None and match not in offered):
        raise MatchRefusedError("This volunteer is not offered any more. Load the page again.")
    for number in offered:
        move(session, actor, now, number, "offered", "chosen" if number == match else "not_chosen")
        revoke_links(session, "choose", number, now)
    item.next_attempt_at = now


def note_no_choice(session: Session, actor: Actor, now: datetime, item: QueueItemRow) -> int:
    """Note within a transaction that the visitor did not choose in time; return how many were offered.

    They said yes all the same: they can be offered again, or one of them be settled. The request is due then.
    """
    offered = [one.id for one in matches_for(session, item.request_id) if one.state == "offered"]
    for number in offered:
        take_back(session, actor, now, number)
        revoke_links(session, "choose", number, now)
    item.next_attempt_at = now
    return len(offered)


def make_final(database: Database, actor: Actor, reference: str, version: int, match: int, desk: MatchDesk) -> Told:
    """Settle a match of a volunteer who said yes, and tell both. Whoever else was asked is free again.

    Arguments and errors are those of `ask`.
    """
    now = database.now()
    with _step(database, actor, reference, version) as (session, item):
        one = _require(session, item, match, ("accepted", "offered", "chosen"))
        move(session, actor, now, match, one.state, "final")
        set_status(session, item, "done")
        if not desk.mails:
            return Told()
        sides = {"volunteer": _volunteer_address(session, one.volunteer_id), "visitor": _visitor_address(session, item)}
        told = {
            side: tell_match(session, database, Receiver(match, item.request_id, address), side, now) is not None
            for side, address in sides.items()
            if address is not None
        }
        return Told(**told)


def end(database: Database, actor: Actor, reference: str, version: int, match: int) -> None:
    """End a match, whether or not it came about. Errors are those of `ask`."""
    now = database.now()
    with _step(database, actor, reference, version, any_status=True) as (session, item):
        one = next((each for each in matches_for(session, item.request_id) if each.id == match), None)
        if one is None or one.is_over:
            raise MatchRefusedError("This match is over already. Load the page again.")
        move(session, actor, now, match, one.state, "ended")
        revoke_links(session, "ask", match, now)
        if one.state != "final" and item.status in OPEN_STATUSES:
            item.next_attempt_at = now


def note_outcome(
    database: Database, actor: Actor, reference: str, version: int, match: int, side: str, answer: str
) -> None:
    """Note what a side of a match told staff of how it went, in place of what it said before.

    The audit log has that it was noted, and not what was said. The other arguments and the errors are those of `ask`.

    Args:
        side: Of ``OUTCOME_SIDES``.
        answer: Of ``OUTCOME_ANSWERS``.
    """
    now = database.now()
    if side not in OUTCOME_SIDES or answer not in OUTCOME_ANSWERS:
        raise MatchRefusedError("Choose what they said.")
    with _step(database, actor, reference, version, any_status=True) as (session, item):
        one = next((each for each in matches_for(session, item.request_id) if each.id == match), None)
        if one is None or not one.came_about:
            raise MatchRefusedError("How it went can be noted of a match that was settled. Load the page again.")
        correct_outcome(session, item.request_id, match, side, answer, now)
        record(session, actor, now, "outcome noted", reference, by=f"the {side}")


def open_item(session: Session, request_id: int | None, now: datetime) -> QueueItemRow | None:
    """Return the item of a request for a change by a link, locked; None where nobody waits for a volunteer there."""
    own = _ITEMS.c.request_id == request_id, _ITEMS.c.status.in_(OPEN_STATUSES), _ITEMS.c.kind == "volunteer"
    values = {"version": _ITEMS.c.version + 1, "updated_at": now}
    if not session.execute(update(_ITEMS).where(*own).values(**values)).rowcount:
        return None
    found: QueueItemRow = session.execute(
        select(QueueItemRow).where(QueueItemRow.request_id == request_id)
    ).scalar_one()
    return found


@contextmanager
def _step(
    database: Database, actor: Actor, reference: str, version: int, any_status: bool = False
) -> Iterator[tuple[Session, QueueItemRow]]:
    try:
        with changing(database, actor, reference, version, None, expected=IntegrityError) as (session, item):
            if item.kind != "volunteer" or item.request_id is None or item.merged_into is not None:
                raise MatchRefusedError("Nobody waits for a volunteer there.")
            if not any_status and item.status not in OPEN_STATUSES:
                raise MatchRefusedError("This request is closed. Open it again first.")
            yield session, item
    except IntegrityError:
        raise MatchRefusedError(HAS_VOLUNTEER) from None


def _require(session: Session, item: QueueItemRow, match: int, states: Sequence[str]) -> VolunteerMatch:
    for one in matches_for(session, item.request_id):
        if one.id == match and one.state in states:
            return one
    raise MatchRefusedError("This match was changed in the meantime. Load the page again.")


def _require_fitting(session: Session, item: QueueItemRow, volunteer: int, now: datetime, desk: MatchDesk) -> None:
    """Make sure that nothing forbids the two: what was on the page may have changed since."""
    row = session.execute(select(VOLUNTEERS).where(VOLUNTEERS.c.id == volunteer)).first()
    need = read_need(session, item.request_id)
    if row is None or need is None:
        raise MatchRefusedError("This volunteer is not there any more. Choose somebody else.")
    nos = hard_nos(need, profile_of(row), now, Weights.of(desk.settings))
    if told := [hard_no_in_words(no) for no in nos if no.key not in _COUNTED]:
        raise MatchRefusedError(f"This volunteer cannot be matched: {told[0]}.")


def _wait(session: Session, item: QueueItemRow, until: datetime) -> None:
    """Let a request wait until an answer should be there; what is planned before stays."""
    set_status(session, item, "waiting_for_volunteer")
    planned = item.next_attempt_at
    item.next_attempt_at = planned if planned is not None and item.updated_at < planned < until else until


def _volunteer_address(session: Session, volunteer: int) -> str | None:
    address: str | None = session.execute(select(VOLUNTEERS.c.email).where(VOLUNTEERS.c.id == volunteer)).scalar()
    return address


def _visitor_address(session: Session, item: QueueItemRow) -> str | None:
    """Return the address of a visitor who chose e-mail, who alone gets mails."""
    row = session.get(RequestRow, item.request_id)
    if row is None or row.contact_method != "email":
        return None
    address: str | None = row.email
    return address
