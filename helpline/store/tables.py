"""Tables of the helpline store. What each holds about a person, and for whom, is in docs/privacy.md.

A sender id can be a phone number, so it is kept as a keyed digest; only a flagged conversation keeps it,
encrypted, because staff have to find the conversation.
"""

from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String
from sqlalchemy.orm import declarative_base

from helpline.store.columns import EncryptedList, EncryptedText, UtcDateTime

Base: Any = declarative_base()

STATUSES = ("new", "in_progress", "done", "withdrawn")


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
    first_name = Column(EncryptedText, nullable=False)
    phone_number = Column(EncryptedText)
    email = Column(EncryptedText)
    created_at = Column(UtcDateTime, nullable=False)
    updated_at = Column(UtcDateTime, nullable=False)

    __mapper_args__ = {"polymorphic_on": kind}


class CallbackRow(RequestRow):
    """What only a call back has."""

    __tablename__ = "callback_requests"

    id = Column(Integer, ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True)
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
    reason = Column(String(64), nullable=False)
    created_at = Column(UtcDateTime, nullable=False, index=True)
