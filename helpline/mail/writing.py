"""The mails that the helpline writes: each a function that puts one into the outbox, once for each thing.

Called within the transaction that makes it true, so that no mail tells what did not happen, and nothing happens without
its mail. Each returns the mail's row, or None where its receiver wants no mail and must be told another way.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpline.store.database import Database
from helpline.store.mail_links import NewLink
from helpline.store.mail_outbox import NewMail, add_mail

# How long an address can still be taken off by a mail that somebody kept.
UNSUBSCRIBE_WITHIN = timedelta(days=60)
# A word on something that is settled is worth sending for so long.
WORTH_TELLING = timedelta(days=2)
OUTCOME_WITHIN = timedelta(days=21)
# What is urgent is no news any more after that.
URGENT_WITHIN = timedelta(hours=4)


@dataclass(frozen=True)
class Receiver:
    """Who gets a mail about a match.

    Attributes:
        match_id: The match; for a choice, one of those among which is chosen. The handler of the link gets it as the
            link's subject.
        request_id: The request; the mail goes with it.
        address: Where it goes.
        language: BCP 47 tag.
    """

    match_id: int
    request_id: int
    address: str = field(repr=False)
    language: str = "en"


def ask_volunteer(session: Session, database: Database, to: Receiver, until: datetime, now: datetime) -> int | None:
    """Ask a volunteer whether they would talk with somebody: yes, or not now, by a link that holds until then."""
    link = NewLink("ask", until, to.match_id)
    return _write(session, database, to, "ask_volunteer", "volunteer", f"ask {to.match_id}", until, now, link)


def offer_choice(session: Session, database: Database, to: Receiver, until: datetime, now: datetime) -> int | None:
    """Let a visitor choose among volunteers, by a link that holds until then. Offered again, they get another mail."""
    once, link = f"choose {to.match_id} {int(until.timestamp())}", NewLink("choose", until, to.match_id)
    return _write(session, database, to, "choose_volunteer", "visitor", once, until, now, link)


def tell_match(session: Session, database: Database, to: Receiver, side: str, now: datetime) -> int | None:
    """Tell one side (``visitor`` or ``volunteer``) that a match is made."""
    template = {"visitor": "match_made", "volunteer": "match_final"}[side]
    return _write(session, database, to, template, side, f"matched {to.match_id} {side}", now + WORTH_TELLING, now)


def ask_outcome(session: Session, database: Database, to: Receiver, side: str, now: datetime) -> int | None:
    """Ask one side (``visitor`` or ``volunteer``) how a match went."""
    until, once = now + OUTCOME_WITHIN, f"outcome {to.match_id} {side}"
    link = NewLink("outcome", until, to.match_id)
    return _write(session, database, to, f"outcome_{side}", side, once, until, now, link)


def tell_staff(session: Session, database: Database, address: str, about: str, now: datetime) -> int | None:
    """Tell somebody of staff that something urgent waits; ``about`` names it without naming anybody."""
    mail = NewMail("staff_urgent", "staff", address, now + URGENT_WITHIN, once=about, urgent=True)
    return add_mail(session, database, mail, now)


def _write(
    session: Session,
    database: Database,
    to: Receiver,
    template: str,
    side: str,
    once: str,
    until: datetime,
    now: datetime,
    *links: NewLink,
) -> int | None:
    """Put a mail about a match into the outbox, with a link by which its receiver gets no more of them."""
    links = (*links, NewLink("unsubscribe", now + UNSUBSCRIBE_WITHIN))
    mail = NewMail(template, side, to.address, until, once, to.request_id, to.language, links=links)
    return add_mail(session, database, mail, now)
