"""Tables of the messaging channels: who writes to us there, what came in, and what goes out.

Messages in and out hang on the contact, so that they go with it: after its time, or when the visitor deletes it.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, UniqueConstraint

from helpline.store.columns import EncryptedText, UtcDateTime
from helpline.store.tables import Base

INBOX_STATES = ("waiting", "done")
OUTBOX_STATES = ("waiting", "sending", "sent", "delivered", "failed")
# Something is to be sent yet, or may have been.
TO_SEND = ("waiting", "sending")


class MessagingContactRow(Base):
    """Somebody who wrote to one of our numbers, pages or bots."""

    __tablename__ = "messaging_contacts"
    __table_args__ = (Index("ix_messaging_contacts_last_message_at", "last_message_at"),)

    id = Column(Integer, primary_key=True)
    channel = Column(String(16), nullable=False)
    # Of the channel, of which of our numbers, and of the address.
    address_digest = Column(String(64), nullable=False, unique=True)
    # Of the sender id that the engine knows the conversation by.
    sender_digest = Column(String(64), nullable=False, index=True)
    # Of the phone number, where the channel knows it: as that of a request with this number.
    contact_digest = Column(String(64), index=True)
    sender_id = Column(EncryptedText)
    # Null is left of somebody who wanted no messages, past all times: only that, by the digest.
    address = Column(EncryptedText)
    opted_out_at = Column(UtcDateTime)
    # When the first contact was told who we are.
    introduced_at = Column(UtcDateTime)
    # Whether a form is open: some words of the channel mean something else then.
    form_open = Column(Boolean, nullable=False, default=False)
    # The messages that wait for MORE, as JSON.
    more = Column(EncryptedText)
    # The visitor's data were deleted: the contact goes when nothing is to be sent to it any more.
    leaving = Column(Boolean, nullable=False, default=False)
    last_message_at = Column(UtcDateTime, nullable=False)
    created_at = Column(UtcDateTime, nullable=False)


class InboxRow(Base):
    """A message that came in. Its content is gone once it was answered; that it came is kept, for it may come again."""

    __tablename__ = "inbox"
    __table_args__ = (
        CheckConstraint(f"state IN {INBOX_STATES}", name="ck_inbox_state"),
        Index("ix_inbox_state_contact_id", "state", "contact_id"),
    )

    id = Column(Integer, primary_key=True)
    contact_id = Column(Integer, ForeignKey("messaging_contacts.id", ondelete="CASCADE"), nullable=False, index=True)
    # Of the channel, our number, and the provider's id of the message.
    message_digest = Column(String(64), nullable=False, unique=True)
    content = Column(EncryptedText)
    # Somebody may be in danger: goes before all else of the conversation.
    urgent = Column(Boolean, nullable=False)
    state = Column(String(8), nullable=False)
    # When the visitor was told that the answer takes longer, or what to do in danger.
    told_at = Column(UtcDateTime)
    received_at = Column(UtcDateTime, nullable=False, index=True)


class OutboxRow(Base):
    """A message that goes out, and what became of it. Its content is gone once it was sent or given up."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("contact_id", "number", name="uq_outbox_contact_id_number"),
        CheckConstraint(f"state IN {OUTBOX_STATES}", name="ck_outbox_state"),
        Index("ix_outbox_state_next_try_at", "state", "next_try_at"),
    )

    id = Column(Integer, primary_key=True)
    contact_id = Column(Integer, ForeignKey("messaging_contacts.id", ondelete="CASCADE"), nullable=False)
    # The order within the conversation.
    number = Column(Integer, nullable=False)
    content = Column(EncryptedText)
    urgent = Column(Boolean, nullable=False)
    # The same for every try, for providers that know such keys.
    key = Column(String(36), nullable=False)
    state = Column(String(16), nullable=False)
    tries = Column(Integer, nullable=False, default=0)
    next_try_at = Column(UtcDateTime, nullable=False)
    # When the first try began whose outcome nobody knows.
    tried_at = Column(UtcDateTime)
    # Of the provider's id of the message, by which its receipts find it.
    provider_digest = Column(String(64), index=True)
    # The provider's code, or ours, for why it failed.
    error = Column(String(64))
    # Whether it was sent again, once or more, while an earlier try may have arrived.
    possibly_double = Column(Boolean, nullable=False, default=False)
    created_at = Column(UtcDateTime, nullable=False, index=True)
    updated_at = Column(UtcDateTime, nullable=False)
