"""Tables of the helpline store. What each holds about a person, and for whom, is in docs/privacy.md.

A sender id can be a phone number, so rows are found by a keyed digest of it; conversations and flags keep it as well,
encrypted, because staff have to find the conversation.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import declarative_base

from helpline.store.columns import EncryptedBytes, EncryptedList, EncryptedText, UtcDateTime

Base: Any = declarative_base()

STATUSES = ("new", "in_progress", "done", "withdrawn")
# Somebody still waits for these.
OPEN = ("new", "in_progress")


class RequestRow(Base):
    """A request of either kind: what both have. Audit time: created and last changed."""

    __tablename__ = "requests"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="ck_requests_status"),
        Index("ix_requests_status_created_at", "status", "created_at"),
    )

    id = Column(Integer, primary_key=True)
    kind = Column(String(16), nullable=False)
    reference = Column(String(8), nullable=False, unique=True)
    status = Column(String(16), nullable=False, default="new")
    sender_digest = Column(String(64), nullable=False, index=True)
    # One row for the same content of the same sender. Null frees it, once a request is closed.
    content_digest = Column(String(64), unique=True)
    # One row for the message that confirmed it, however often that message is sent.
    message_digest = Column(String(64), unique=True)
    first_name = Column(EncryptedText, nullable=False)
    phone_number = Column(EncryptedText)
    email = Column(EncryptedText)
    # By which staff find the requests of one phone number or email address.
    contact_digest = Column(String(64), index=True)
    created_at = Column(UtcDateTime, nullable=False)
    updated_at = Column(UtcDateTime, nullable=False)

    __mapper_args__ = {"polymorphic_on": kind}


class CallbackRow(RequestRow):
    """What only a call back has."""

    __tablename__ = "callback_requests"

    id = Column(Integer, ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True)
    # Not by phone, where the visitor said that a call would not be safe.
    contact_method = Column(String(16), nullable=False, default="phone")
    best_time = Column(EncryptedText)
    callback_topic = Column(EncryptedText)

    __mapper_args__ = {"polymorphic_identity": "callback"}


class VolunteerRow(RequestRow):
    """What only a peer-volunteer sign-up has."""

    __tablename__ = "volunteer_requests"

    id = Column(Integer, ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True)
    for_whom = Column(String(16), nullable=False)
    contact_method = Column(String(16), nullable=False)
    diagnosis_type = Column(String(16))
    cancer_subtype = Column(EncryptedList)
    spread_sites = Column(EncryptedList)
    age_range = Column(String(16))
    main_concern = Column(EncryptedText)
    preferred_times = Column(EncryptedText)
    # What staff know better than the words, as JSON (`helpline.store.needs`). A visitor's change keeps it.
    set_by_staff = Column(EncryptedText)

    __mapper_args__ = {"polymorphic_identity": "volunteer"}


class FeedbackRow(Base):
    """Whether an answer helped. Holds no text."""

    __tablename__ = "feedback"

    id = Column(Integer, primary_key=True)
    sender_digest = Column(String(64), nullable=False, index=True)
    topic = Column(String(64))
    helpful = Column(Boolean, nullable=False)
    created_at = Column(UtcDateTime, nullable=False)


class FlagRow(Base):
    """A conversation that staff should look at, and why."""

    __tablename__ = "flagged_conversations"

    id = Column(Integer, primary_key=True)
    sender_digest = Column(String(64), nullable=False, index=True)
    sender_id = Column(EncryptedText, nullable=False)
    # One flag for a message, whoever writes it.
    message_digest = Column(String(64), unique=True)
    reason = Column(String(64), nullable=False)
    created_at = Column(UtcDateTime, nullable=False, index=True)


class ConversationRow(Base):
    """A conversation, and in ``state`` what the engine must know to go on with it: one encrypted value."""

    __tablename__ = "conversations"
    __table_args__ = (
        # By which staff list those of which something is kept, the newest first, and count them.
        Index("ix_conversations_ended_at_last_active_at", "ended_at", "last_active_at"),
        Index("ix_conversations_ended_at_channel_last_active_at", "ended_at", "channel", "last_active_at"),
        Index("ix_conversations_started_at_channel", "started_at", "channel"),
    )

    id = Column(Integer, primary_key=True)
    sender_digest = Column(String(64), nullable=False, unique=True)
    sender_id = Column(EncryptedText, nullable=False)
    channel = Column(String(16), nullable=False)
    # Counts the writes: whoever read an older one may not write.
    version = Column(Integer, nullable=False)
    state = Column(EncryptedBytes)
    started_at = Column(UtcDateTime, nullable=False)
    last_active_at = Column(UtcDateTime, nullable=False, index=True)
    ended_at = Column(UtcDateTime)


class TurnRow(Base):
    """What was said and answered in one turn, redacted, and what was understood."""

    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("conversation_id", "message_digest", name="uq_turns_conversation_id_message_digest"),
        # By which staff find conversations.
        *(
            Index(f"ix_turns_{each}_conversation_id", each, "conversation_id")
            for each in ("intent", "danger", "asked_back")
        ),
        Index("ix_turns_created_at_intent", "created_at", "intent"),
    )

    id = Column(Integer, primary_key=True)
    conversation_id = Column(Integer, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False)
    message_digest = Column(String(64), nullable=False)
    content = Column(EncryptedText, nullable=False)
    intent = Column(String(64))
    confidence = Column(Float)
    danger = Column(String(64))
    # Whether the assistant asked which of several things was meant.
    asked_back = Column(Boolean, nullable=False, default=False)
    created_at = Column(UtcDateTime, nullable=False, index=True)


class EncryptionKeyRow(Base):
    """A key that rows were written with, by a name that tells nothing of it."""

    __tablename__ = "encryption_keys"

    key_id = Column(String(16), primary_key=True)
    first_used_at = Column(UtcDateTime, nullable=False)


class DigestKeysRow(Base):
    """The keys that digests are made with since a rotation of the keys, as JSON. Without a row it is the oldest key."""

    __tablename__ = "digest_keys"

    id = Column(Integer, primary_key=True)
    chain = Column(EncryptedText, nullable=False)
    made_at = Column(UtcDateTime, nullable=False)


class DayCountRow(Base):
    """How many there were of something on a day that is over, by channel and language. Names nobody."""

    __tablename__ = "day_counts"
    __table_args__ = (
        UniqueConstraint("day", "measure", "kind", "channel", "language", name="uq_day_counts_day_measure_kind"),
    )

    id = Column(Integer, primary_key=True)
    # At the helpline's place, such as 2026-03-04.
    day = Column(String(10), nullable=False)
    measure = Column(String(16), nullable=False)
    kind = Column(String(64), nullable=False)
    channel = Column(String(16), nullable=False)
    language = Column(String(8), nullable=False)
    number = Column(Integer, nullable=False)
