"""Deletes what is stored of one sender. The conversation's state is deleted by the engine, when its turn ends."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from helpline.store.database import Database
from helpline.store.mail_retention import forget_mails_of
from helpline.store.messaging_contacts import forget_contacts_of
from helpline.store.queue_tables import QueueItemRow
from helpline.store.requests import contacts_of, delete_requests_of, digest_sender
from helpline.store.tables import EncryptionKeyRow, FeedbackRow, FlagRow


@dataclass(frozen=True)
class Erased:
    """What became of a deletion.

    Attributes:
        requests: How many requests were deleted.
        complete: Whether all that there is could be found. With a key that was replaced, and not put behind a newer
            one, what was stored before is neither found nor readable.
    """

    requests: int
    complete: bool


def erase_sender(database: Database, sender_id: str) -> Erased:
    """Delete requests, feedback and flags of a sender, with what staff wrote about them, all or nothing.

    Of a messaging channel the address goes too, with what came in and went out, as soon as nothing waits to be answered
    or sent; that somebody wants no messages stays. Mails about the requests go with them, also those that wait.

    Raises:
        StoreError: Nothing was deleted.
    """
    digest = digest_sender(database, sender_id)
    with database.transaction() as session:
        addresses = contacts_of(session, digest)
        requests = delete_requests_of(session, digest)
        forget_mails_of(session, addresses)
        for table in (FeedbackRow.__table__, FlagRow.__table__, QueueItemRow.__table__):
            session.execute(delete(table).where(table.c.sender_digest == digest))
        forget_contacts_of(session, [digest])
        keys = set(session.execute(select(EncryptionKeyRow.key_id)).scalars())
    return Erased(requests, complete=keys <= {database.key_id})
