"""Tables of staff's work: the queue, attempts to reach somebody, notes, labels, who looks at what, canned replies."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, UniqueConstraint

from helpline.store import staff_tables  # noqa: F401 -- its table is referred to
from helpline.store.columns import EncryptedText, UtcDateTime
from helpline.store.tables import Base

KINDS = ("callback", "volunteer", "conversation")
QUEUE_STATUSES = ("new", "in_progress", "waiting_for_volunteer", "done", "could_not_reach", "withdrawn")
# Somebody still has to do something about these.
OPEN_STATUSES = ("new", "in_progress", "waiting_for_volunteer")
OUTCOMES = ("reached", "no_answer", "left_message", "wrong_number", "asked_to_call_later")
# How a request stands as its visitor hears it, by what staff see. The assistant knows four statuses alone, and what it
# says of "done" is true of one that could not be reached: "If nobody reached you, please call".
VISITOR_STATUS = {
    "new": "new",
    "in_progress": "in_progress",
    "waiting_for_volunteer": "in_progress",
    "done": "done",
    "could_not_reach": "done",
    "withdrawn": "withdrawn",
}


class QueueItemRow(Base):
    """What staff work on: a request, or a conversation that was flagged. Goes with the request."""

    __tablename__ = "queue_items"
    __table_args__ = (
        CheckConstraint(f"status IN {QUEUE_STATUSES}", name="ck_queue_items_status"),
        CheckConstraint(f"kind IN {KINDS}", name="ck_queue_items_kind"),
        Index("ix_queue_items_status_updated_at", "status", "updated_at"),
    )

    id = Column(Integer, primary_key=True)
    kind = Column(String(16), nullable=False)
    # That of the request; a flagged conversation has one of its own.
    reference = Column(String(8), nullable=False, unique=True)
    request_id = Column(Integer, ForeignKey("requests.id", ondelete="CASCADE"), unique=True)
    sender_digest = Column(String(64), nullable=False, index=True)
    status = Column(String(24), nullable=False)
    # What was raised in a conversation, such as ``crisis/self``: the most serious.
    reason = Column(String(64))
    assigned_to = Column(Integer, ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    # When the one it is assigned to last did something about it, or new danger was raised.
    touched_at = Column(UtcDateTime)
    first_contact_at = Column(UtcDateTime)
    next_attempt_at = Column(UtcDateTime)
    merged_into = Column(Integer, ForeignKey("queue_items.id", ondelete="SET NULL"))
    # Counts the writes: whoever read an older one may not write.
    version = Column(Integer, nullable=False, default=1)
    # Of a flagged conversation that staff had begun with, when new danger was raised.
    created_at = Column(UtcDateTime, nullable=False)
    updated_at = Column(UtcDateTime, nullable=False)


class ContactAttemptRow(Base):
    """One attempt to reach somebody, and what came of it."""

    __tablename__ = "contact_attempts"

    id = Column(Integer, primary_key=True)
    item_id = Column(Integer, ForeignKey("queue_items.id", ondelete="CASCADE"), nullable=False, index=True)
    staff_id = Column(Integer, ForeignKey("staff.id", ondelete="SET NULL"))
    outcome = Column(String(24), nullable=False)
    note = Column(EncryptedText)
    next_attempt_at = Column(UtcDateTime)
    at = Column(UtcDateTime, nullable=False)


class NoteRow(Base):
    """What a member of staff wrote down."""

    __tablename__ = "staff_notes"

    id = Column(Integer, primary_key=True)
    item_id = Column(Integer, ForeignKey("queue_items.id", ondelete="CASCADE"), nullable=False, index=True)
    staff_id = Column(Integer, ForeignKey("staff.id", ondelete="SET NULL"))
    text = Column(EncryptedText, nullable=False)
    at = Column(UtcDateTime, nullable=False)


class LabelRow(Base):
    """A label of an item."""

    __tablename__ = "queue_labels"
    __table_args__ = (UniqueConstraint("item_id", "label", name="uq_queue_labels_item_id_label"),)

    id = Column(Integer, primary_key=True)
    item_id = Column(Integer, ForeignKey("queue_items.id", ondelete="CASCADE"), nullable=False)
    label = Column(String(32), nullable=False, index=True)


class ViewerRow(Base):
    """Who had an item open last, and when."""

    __tablename__ = "queue_viewers"
    __table_args__ = (UniqueConstraint("item_id", "staff_id", name="uq_queue_viewers_item_id_staff_id"),)

    id = Column(Integer, primary_key=True)
    item_id = Column(Integer, ForeignKey("queue_items.id", ondelete="CASCADE"), nullable=False)
    staff_id = Column(Integer, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False)
    seen_at = Column(UtcDateTime, nullable=False)


class CannedReplyRow(Base):
    """A text that staff read out or send often."""

    __tablename__ = "canned_replies"

    id = Column(Integer, primary_key=True)
    title = Column(String(60), nullable=False, unique=True)
    text = Column(String(1000), nullable=False)
