"""Tables of what staff think of conversations: reviews, and proposals of what a message should have been taken for.

Both hang on a turn, so that they go with the transcript: after its time, or when the visitor deletes it.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, UniqueConstraint

from helpline.store import staff_tables  # noqa: F401 -- its table is referred to
from helpline.store.columns import EncryptedText, UtcDateTime
from helpline.store.tables import Base

VERDICTS = ("right", "wrong", "unsure")
PROPOSAL_KINDS = ("training", "development")
PROPOSAL_STATUSES = ("proposed", "accepted", "refused")


class ReviewRow(Base):
    """What one member of staff thinks of a conversation as far as a turn."""

    __tablename__ = "conversation_reviews"
    __table_args__ = (
        UniqueConstraint("conversation_id", "staff_id", name="uq_conversation_reviews_conversation_id_staff_id"),
        CheckConstraint(f"verdict IN {VERDICTS}", name="ck_conversation_reviews_verdict"),
    )

    id = Column(Integer, primary_key=True)
    conversation_id = Column(Integer, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False)
    # The last turn that was there to be read.
    turn_id = Column(Integer, ForeignKey("turns.id", ondelete="CASCADE"), nullable=False, index=True)
    staff_id = Column(Integer, ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    verdict = Column(String(8), nullable=False)
    note = Column(EncryptedText)
    at = Column(UtcDateTime, nullable=False)


class ProposalRow(Base):
    """What a message should have been taken for, in words without personal details, until somebody decides on it."""

    __tablename__ = "example_proposals"
    __table_args__ = (
        CheckConstraint(f"kind IN {PROPOSAL_KINDS}", name="ck_example_proposals_kind"),
        CheckConstraint(f"status IN {PROPOSAL_STATUSES}", name="ck_example_proposals_status"),
    )

    id = Column(Integer, primary_key=True)
    turn_id = Column(Integer, ForeignKey("turns.id", ondelete="CASCADE"), nullable=False, index=True)
    text = Column(EncryptedText, nullable=False)
    intent = Column(String(64), nullable=False)
    # An example to train with, or a case of a development set.
    kind = Column(String(16), nullable=False)
    status = Column(String(16), nullable=False, index=True)
    proposed_by = Column(Integer, ForeignKey("staff.id", ondelete="SET NULL"))
    proposed_at = Column(UtcDateTime, nullable=False)
    decided_by = Column(Integer, ForeignKey("staff.id", ondelete="SET NULL"))
    decided_at = Column(UtcDateTime)
