"""The mails that the helpline writes: each a function that puts one into the outbox, once for each thing.

Called within the transaction that makes it true, so that no mail tells what did not happen, and nothing happens without
its mail. Each returns the mail's row, or None where its receiver wants no mail and must be told another way.
"""

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


def ask_volunteer(
    session: Session,
    database: Database,
    match_id: int,
    request_id: int,
    address: str,
    until: datetime,
    now: datetime,
    language: str = "en",
) -> int | None:
    """Ask a volunteer whether they would talk with somebody: yes, or not now, by a link that holds until then.

    Args:
        session: The transaction.
        database: The store.
        match_id: What the answer is about; the handler of ``ask`` gets it as the link's subject.
        request_id: The request; the mail goes with it.
        address: The volunteer's.
        until: When somebody else is asked, in UTC.
        now: The time, in UTC.
        language: BCP 47 tag.
    """
    links = (NewLink("ask", until, match_id), _unsubscribe(now))
    mail = NewMail("ask_volunteer", "volunteer", address, until, f"ask {match_id}", request_id, language, links=links)
    return add_mail(session, database, mail, now)


def offer_choice(
    session: Session,
    database: Database,
    offer_id: int,
    request_id: int,
    address: str,
    until: datetime,
    now: datetime,
    language: str = "en",
) -> int | None:
    """Let a visitor choose among volunteers, by a link that holds until then.

    ``offer_id`` is what the handler of ``choose`` gets as the link's subject. The other arguments are those of
    `ask_volunteer`; the address is the visitor's.
    """
    links = (NewLink("choose", until, offer_id), _unsubscribe(now))
    mail = NewMail(
        "choose_volunteer", "visitor", address, until, f"choose {offer_id}", request_id, language, links=links
    )
    return add_mail(session, database, mail, now)


def tell_match(
    session: Session,
    database: Database,
    match_id: int,
    request_id: int,
    address: str,
    receiver: str,
    now: datetime,
    language: str = "en",
) -> int | None:
    """Tell one side that a match is made; ``receiver`` is ``visitor`` or ``volunteer``, whose address it is."""
    template = {"visitor": "match_made", "volunteer": "match_final"}[receiver]
    once, links = f"matched {match_id} {receiver}", (_unsubscribe(now),)
    mail = NewMail(template, receiver, address, now + WORTH_TELLING, once, request_id, language, links=links)
    return add_mail(session, database, mail, now)


def ask_outcome(
    session: Session,
    database: Database,
    match_id: int,
    request_id: int,
    address: str,
    receiver: str,
    now: datetime,
    language: str = "en",
) -> int | None:
    """Ask one side how a match went; ``receiver`` is ``visitor`` or ``volunteer``, whose address it is.

    The answer is kept as an `OutcomeAnswerRow` of the match and that side.
    """
    until, once = now + OUTCOME_WITHIN, f"outcome {match_id} {receiver}"
    links = (NewLink("outcome", until, match_id), _unsubscribe(now))
    mail = NewMail(f"outcome_{receiver}", receiver, address, until, once, request_id, language, links=links)
    return add_mail(session, database, mail, now)


def tell_staff(session: Session, database: Database, address: str, about: str, now: datetime) -> int | None:
    """Tell somebody of staff that something urgent waits; ``about`` names it without naming anybody."""
    mail = NewMail("staff_urgent", "staff", address, now + URGENT_WITHIN, once=about, urgent=True)
    return add_mail(session, database, mail, now)


def _unsubscribe(now: datetime) -> NewLink:
    return NewLink("unsubscribe", now + UNSUBSCRIBE_WITHIN)
