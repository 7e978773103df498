"""What the links in mails do: whether one still leads anywhere, and what an answer changes.

What is asked for, and what an answer does, is said by a handler for each purpose. Those for what is kept here
(unsubscribing, how a match went) are below; those for matches come from whoever keeps matches.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline.mail.link_view import Choice, LinkView, Question
from helpline.store.database import Database
from helpline.store.mail_links import StoredLink, read_link, take_answer
from helpline.store.mail_outbox import settle_as_sent
from helpline.store.mail_refusals import refuse_mail
from helpline.store.mail_tables import OUTCOME_ANSWERS, MailRow
from helpline.store.match_outcomes import keep_outcome, read_outcomes
from helpline.store.volunteer_matches import take_turn
from helpline.volunteers.links import ExpiredLinkError, Links, UnknownLinkError

ONE_CLICK = "stop"


class LinkHandler(Protocol):
    """Knows what links of one purpose are about. Both are called within the transaction that reads the link."""

    def question(self, session: Session, database: Database, link: StoredLink, now: datetime) -> Question | None:
        """Return what is asked; None where what the link is about is over. Changes nothing."""

    def take(self, session: Session, database: Database, link: StoredLink, answer: str, now: datetime) -> bool:
        """Do what an answer says, which is one of the choices; return False where it is over, and nothing was done."""


class LinkAnswers:
    """Reads links and takes their answers.

    Args:
        links: Tells our links from others.
        handlers: What each purpose does. A purpose without a handler is over.
    """

    def __init__(self, links: Links, handlers: Mapping[str, LinkHandler]) -> None:
        self._links = links
        self._handlers = handlers

    def show(self, database: Database, token: str, now: datetime) -> LinkView:
        """Return what a link leads to. Changes nothing: programs that look through mail follow links too.

        Raises:
            StoreError: It cannot be read.
        """
        with database.transaction() as session:
            link, view = self._read(session, token, now)
            if link is None or view is not None:
                return view or LinkView("unknown")
            question = self._handlers[link.purpose].question(session, database, link, now)
            return self._page("open", link, question) if question is not None else LinkView("over")

    def take(self, database: Database, token: str, answer: str | None, now: datetime) -> LinkView:
        """Take an answer, once, and return what to say. No answer at all unsubscribes, as mail programs ask for it.

        Raises:
            StoreError: Nothing was changed.
        """
        with database.transaction() as session:
            link, view = self._read(session, token, now)
            if link is not None and view is None and link.request_id is not None and link.subject_id is not None:
                take_turn(session, link.request_id)
                link, view = self._read(session, token, now)  # as it is now that it is our turn
            if link is None or view is not None:
                return view or LinkView("unknown")
            if link.purpose == "unsubscribe":
                answer = answer or ONE_CLICK
            handler = self._handlers[link.purpose]
            question = handler.question(session, database, link, now)
            if question is None:
                return LinkView("over")
            if answer is None or answer not in {each.value for each in question.choices}:
                return LinkView("choose_one", language=link.language)
            if not take_answer(session, link.id, answer, now):
                return LinkView("used", language=link.language)  # another click was quicker
            if not handler.take(session, database, link, answer, now):
                session.rollback()
                return LinkView("over", language=link.language)
            # Whoever answers has the mail, whatever the server said about it.
            uncertain = select(MailRow.id).where(MailRow.id == link.mail_id, MailRow.state == "uncertain")
            if session.execute(uncertain).first() is not None:
                settle_as_sent(session, link.mail_id, now)
            return self._page("thanks", link, answer=answer)

    def _read(self, session: Session, token: str, now: datetime) -> tuple[StoredLink | None, LinkView | None]:
        """Return the link that a token stands for, or why it leads nowhere."""
        try:
            signed = self._links.read(token, now)
        except UnknownLinkError:
            return None, LinkView("unknown")
        except ExpiredLinkError:
            return None, LinkView("expired")
        link = read_link(session, signed.id)
        if link is None or link.purpose != signed.purpose or link.is_revoked or link.purpose not in self._handlers:
            return None, LinkView("over")
        if link.answer is not None:
            return link, LinkView("used", language=link.language)
        return link, None

    @staticmethod
    def _page(kind: str, link: StoredLink, question: Question | None = None, answer: str | None = None) -> LinkView:
        page = f"{link.purpose}_{link.receiver}" if link.purpose == "outcome" else link.purpose
        return LinkView(kind, page, link.language, question, answer)


class Unsubscribing:
    """Takes somebody off all mails but those to staff."""

    def question(self, session: Session, database: Database, link: StoredLink, now: datetime) -> Question | None:
        """Ask whether no more mails are wanted."""
        return Question((Choice(ONE_CLICK),))

    def take(self, session: Session, database: Database, link: StoredLink, answer: str, now: datetime) -> bool:
        """Remember that no more mails are wanted."""
        refuse_mail(session, link.contact_digest, now)
        return True


class Outcomes:
    """Takes what a side of a match says some weeks later."""

    def question(self, session: Session, database: Database, link: StoredLink, now: datetime) -> Question | None:
        """Ask how it went; nothing where the request is gone, or this side has said it another way."""
        if link.request_id is None or link.subject_id is None:
            return None
        said = link.receiver in read_outcomes(session, [link.subject_id])[link.subject_id]
        return None if said else Question(tuple(map(Choice, OUTCOME_ANSWERS)))

    def take(self, session: Session, database: Database, link: StoredLink, answer: str, now: datetime) -> bool:
        """Keep it; return False where this side has said something another way."""
        if link.request_id is None or link.subject_id is None:
            return False
        return keep_outcome(session, link.request_id, link.subject_id, link.receiver, answer, now)


def own_handlers() -> dict[str, LinkHandler]:
    """Return the handlers of what is kept here. Those of ``ask`` and ``choose`` are in `match_answers`."""
    return {"unsubscribe": Unsubscribing(), "outcome": Outcomes()}
