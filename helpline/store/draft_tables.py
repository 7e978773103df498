"""The table of answers that staff are writing anew, until somebody discards the draft or its time is over."""

from sqlalchemy import Column, ForeignKey, Integer, String

from helpline.store import staff_tables  # noqa: F401 -- its table is referred to
from helpline.store.columns import EncryptedText, UtcDateTime
from helpline.store.tables import Base


class AnswerDraftRow(Base):
    """What an answer shall say, and what it said when the draft was saved; one draft an answer."""

    __tablename__ = "answer_drafts"

    id = Column(Integer, primary_key=True)
    # The response's name, such as utter_faq/ned.
    name = Column(String(120), nullable=False, unique=True)
    # Text and button titles of each variation, as JSON.
    wording = Column(EncryptedText, nullable=False)
    base = Column(EncryptedText, nullable=False)
    version = Column(Integer, nullable=False)
    started_by = Column(Integer, ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    started_at = Column(UtcDateTime, nullable=False)
    changed_by = Column(Integer, ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    changed_at = Column(UtcDateTime, nullable=False)
