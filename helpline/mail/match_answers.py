"""What volunteers and visitors answer by the links in their mails: yes or not now, and whom somebody chose."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline.mail.answers import LinkHandler
from helpline.mail.link_view import CHOICE, Choice, Question
from helpline.mail.match_steps import note_answer, note_choice, open_item
from helpline.store.audit import Actor
from helpline.store.database import Database
from helpline.store.mail_links import StoredLink
from helpline.store.needs import read_need
from helpline.store.queue_tables import OPEN_STATUSES, QueueItemRow
from helpline.store.volunteer_matches import MatchRefusedError, VolunteerMatch, matches_for, read_match
from helpline.store.volunteer_rows import VOLUNTEERS, profile_of
from helpline.volunteers.profile import Volunteer
from helpline.volunteers.reasons import matching_wording, reasons
from helpline.volunteers.weights import Weights

YES, NOT_NOW, NONE = "yes", "not_now", "none"
_VOLUNTEER, _VISITOR = Actor(None, "the volunteer, by a link"), Actor(None, "the visitor, by a link")
_ITEMS = QueueItemRow.__table__


class Asking:
    """Takes the answer of a volunteer who was asked. Of a "not now" no reason is asked for."""

    def question(self, session: Session, database: Database, link: StoredLink, now: datetime) -> Question | None:
        """Ask whether they would; nothing where the match, or the request, is over."""
        match = read_match(session, link.subject_id) if link.subject_id is not None else None
        if match is None or match.state != "asked" or not _is_open(session, match.request_id):
            return None
        return Question((Choice(YES), Choice(NOT_NOW)))

    def take(self, session: Session, database: Database, link: StoredLink, answer: str, now: datetime) -> bool:
        """Note the answer, and bring the request back to staff."""
        item = open_item(session, link.request_id, now)
        if item is None or link.subject_id is None:
            return False
        try:
            note_answer(session, _VOLUNTEER, now, item, link.subject_id, "accepted" if answer == YES else "declined")
        except MatchRefusedError:
            return False
        return True


class Choosing:
    """Takes whom of those offered a visitor chose, or that it was nobody.

    Args:
        weights: By which is said first why somebody fits.
    """

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def question(self, session: Session, database: Database, link: StoredLink, now: datetime) -> Question | None:
        """Ask which of those who are still offered; nothing where nobody is, or the request is over."""
        if link.request_id is None or not _is_open(session, link.request_id):
            return None
        need = read_need(session, link.request_id)
        offered = sorted(_offered(session, link.request_id), key=lambda match: match.id)
        if need is None or not offered:
            return None
        choices = []
        for match in offered:
            told = reasons(need, _profile(session, match.volunteer_id), self._weights).fitting
            choices.append(Choice(f"{CHOICE} {match.id}", told or (matching_wording().offered,)))
        return Question((*choices, Choice(NONE)))

    def take(self, session: Session, database: Database, link: StoredLink, answer: str, now: datetime) -> bool:
        """Note the choice, and bring the request back to staff."""
        item = open_item(session, link.request_id, now)
        if item is None:
            return False
        try:
            note_choice(session, _VISITOR, now, item, None if answer == NONE else int(answer.removeprefix(CHOICE)))
        except MatchRefusedError:
            return False
        return True


def match_handlers(weights: Weights) -> dict[str, LinkHandler]:
    """Return the handlers of the links that are about matches."""
    return {"ask": Asking(), "choose": Choosing(weights)}


def _offered(session: Session, request_id: int) -> list[VolunteerMatch]:
    return [match for match in matches_for(session, request_id) if match.state == "offered"]


def _profile(session: Session, volunteer: int) -> Volunteer:
    return profile_of(session.execute(select(VOLUNTEERS).where(VOLUNTEERS.c.id == volunteer)).one())


def _is_open(session: Session, request_id: int) -> bool:
    own = _ITEMS.c.request_id == request_id, _ITEMS.c.status.in_(OPEN_STATUSES)
    return session.execute(select(_ITEMS.c.id).where(*own)).first() is not None
