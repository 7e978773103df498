"""Tables of the peer volunteers, and of whom each is matched with.

A match goes with the request and with the volunteer: it says nothing without both.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, text

from helpline.store import staff_tables  # noqa: F401 -- its table is referred to
from helpline.store.columns import EncryptedList, EncryptedText, UtcDateTime
from helpline.store.tables import Base
from helpline.volunteers.profile import ROLES, STATES

VOLUNTEER_STATES = (*STATES, "removed")
MATCH_STATES = (
    "proposed",
    "asked",
    "accepted",
    "declined",
    "expired",
    "offered",
    "not_chosen",
    "chosen",
    "final",
    "ended",
)
# The volunteer is matched, or asked about: these take a place of how many they can have at once.
HOLDING = ("proposed", "asked", "accepted", "offered", "chosen", "final")
_HOLDS = text(f"state IN {HOLDING}")
_CHOSEN = text("state IN ('chosen', 'final')")


class PeerVolunteerRow(Base):
    """A peer volunteer. Sets of closed values have a comma before, between and after them; days are as 2026-03-04."""

    __tablename__ = "volunteers"
    __table_args__ = (
        CheckConstraint(f"state IN {VOLUNTEER_STATES}", name="ck_volunteers_state"),
        CheckConstraint(f"role IN {ROLES}", name="ck_volunteers_role"),
    )

    id = Column(Integer, primary_key=True)
    name = Column(EncryptedText, nullable=False)
    email = Column(EncryptedText)
    phone = Column(EncryptedText)
    # Of the email address, or of the phone number of somebody without one: nobody is there twice.
    contact_digest = Column(String(64), nullable=False, unique=True)
    # Two may share a telephone.
    phone_digest = Column(String(64), index=True)
    role = Column(String(16), nullable=False)
    metastatic = Column(Boolean, nullable=False)
    treatment_ended = Column(EncryptedText)
    diagnosis = Column(String(16))
    subtypes = Column(EncryptedList, nullable=False)
    sites = Column(EncryptedList, nullable=False)
    age_range = Column(String(16))
    languages = Column(String(160), nullable=False)
    concerns = Column(EncryptedList, nullable=False)
    children = Column(String(16))
    work = Column(String(16))
    times = Column(String(160), nullable=False)
    methods = Column(String(32), nullable=False)
    capacity = Column(Integer, nullable=False)
    rest_days = Column(Integer, nullable=False)
    trained_on = Column(String(10))
    notes = Column(EncryptedText)
    state = Column(String(16), nullable=False, index=True)
    # Counts the writes: whoever read an older one may not write.
    version = Column(Integer, nullable=False, default=1)
    created_at = Column(UtcDateTime, nullable=False)
    updated_at = Column(UtcDateTime, nullable=False)


class MatchRow(Base):
    """A volunteer and somebody who asked for one, from the proposal to the end. Of a "not now" no reason is kept."""

    __tablename__ = "volunteer_matches"
    __table_args__ = (
        CheckConstraint(f"state IN {MATCH_STATES}", name="ck_volunteer_matches_state"),
        Index("ix_volunteer_matches_volunteer_id_state", "volunteer_id", "state"),
        # The two are matched once at a time, and a request has one volunteer at last.
        Index(
            "uq_volunteer_matches_holding",
            "request_id",
            "volunteer_id",
            unique=True,
            sqlite_where=_HOLDS,
            postgresql_where=_HOLDS,
        ),
        Index("uq_volunteer_matches_chosen", "request_id", unique=True, sqlite_where=_CHOSEN, postgresql_where=_CHOSEN),
    )

    id = Column(Integer, primary_key=True)
    request_id = Column(Integer, ForeignKey("volunteer_requests.id", ondelete="CASCADE"), nullable=False, index=True)
    volunteer_id = Column(Integer, ForeignKey("volunteers.id", ondelete="CASCADE"), nullable=False)
    state = Column(String(16), nullable=False)
    made_by = Column(Integer, ForeignKey("staff.id", ondelete="SET NULL"))
    # When it came into each state.
    proposed_at = Column(UtcDateTime, nullable=False)
    asked_at = Column(UtcDateTime)
    accepted_at = Column(UtcDateTime)
    declined_at = Column(UtcDateTime)
    expired_at = Column(UtcDateTime)
    offered_at = Column(UtcDateTime)
    not_chosen_at = Column(UtcDateTime)
    chosen_at = Column(UtcDateTime)
    final_at = Column(UtcDateTime)
    ended_at = Column(UtcDateTime)
    updated_at = Column(UtcDateTime, nullable=False, index=True)
