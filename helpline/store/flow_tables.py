"""Tables of the conversations that staff saved as tests: what is said in them, and what came of it when they were run.

They hold what staff made up, and no visitor's words; they are encrypted all the same.
"""

from sqlalchemy import Column, ForeignKey, Integer, String, UniqueConstraint

from helpline.store import staff_tables  # noqa: F401 -- its table is referred to
from helpline.store.columns import EncryptedText, UtcDateTime
from helpline.store.tables import Base


class FlowRow(Base):
    """A conversation that staff saved as a test: its messages, with what was answered when it was saved, as JSON."""

    __tablename__ = "saved_flows"

    id = Column(Integer, primary_key=True)
    name = Column(EncryptedText, nullable=False)
    channel = Column(String(32), nullable=False)
    turns = Column(EncryptedText, nullable=False)
    saved_by = Column(Integer, ForeignKey("staff.id", ondelete="SET NULL"))
    saved_at = Column(UtcDateTime, nullable=False)


class FlowRunRow(Base):
    """One run of all saved tests."""

    __tablename__ = "flow_runs"

    id = Column(Integer, primary_key=True)
    total = Column(Integer, nullable=False)
    started_by = Column(Integer, ForeignKey("staff.id", ondelete="SET NULL"))
    started_at = Column(UtcDateTime, nullable=False)
    ended_at = Column(UtcDateTime)


class FlowResultRow(Base):
    """What was answered in one test of a run, as JSON; nothing where the engine did not answer."""

    __tablename__ = "flow_results"
    __table_args__ = (UniqueConstraint("run_id", "flow_id", name="uq_flow_results_run_id_flow_id"),)

    id = Column(Integer, primary_key=True)
    run_id = Column(Integer, ForeignKey("flow_runs.id", ondelete="CASCADE"), nullable=False)
    flow_id = Column(Integer, ForeignKey("saved_flows.id", ondelete="CASCADE"), nullable=False, index=True)
    turns = Column(EncryptedText)
