"""Messages that came in and go out, as the tests of the store make them."""

import itertools

from sqlalchemy import select, text

from helpline.store.inbox import (
    Answer,
    IncomingMessage,
    finish,
    next_waiting,
    receive,
)
from helpline.store.messaging_senders import MessagingSender
from helpline.store.outbox import (
    Outgoing,
)
from tests.builders import NOON

PHONE = MessagingSender("sms", "+15550100000", "+12155550142", "+12155550142")
OTHER = MessagingSender("sms", "+15550100000", "+12155550143", "+12155550143")
NUMBERS = itertools.count(1)


def came(database, text="what is NED", sender=PHONE, id_=None, urgent=False, at=NOON):
    (stored,) = receive(database, [IncomingMessage(sender, id_ or f"SM{next(NUMBERS)}", {"text": text}, urgent)], at)
    return stored


def answered(database, *texts, urgent=False, sender=PHONE, **answer):
    """Answer a message of somebody, and return the contact's row."""
    stored = came(database, sender=sender, urgent=urgent)
    message = next_waiting(database, stored.contact_id, urgent)
    outgoing = [Outgoing({"text": text}, urgent) for text in texts]
    assert finish(database, message, Answer(outgoing, **answer), NOON)
    return stored.contact_id


def spoil(database, table, written):
    """Write something else in the place of what the first message of a table says."""
    token = database.cipher.encrypt(written) if written not in (None, "of another key") else written
    with database.transaction() as session:
        first = session.execute(text(f"SELECT min(id) FROM {table}")).scalar()
        session.execute(text(f"UPDATE {table} SET content = :it WHERE id = :id"), {"it": token, "id": first})


def all_of(database, table):
    with database.transaction() as session:
        return session.execute(select(table.__table__).order_by(table.id)).mappings().all()
