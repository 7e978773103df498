"""Tables of e-mail: what goes out, the links in it, what was answered about a match, and who wants no mail.

A mail that is about a request goes with it. Nothing here holds a name, or anything about an illness.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, UniqueConstraint

from helpline.store.columns import EncryptedText, UtcDateTime
from helpline.store.tables import Base

MAIL_STATES = ("waiting", "sending", "uncertain", "sent", "failed")
RECEIVERS = ("visitor", "volunteer", "staff")
OUTCOME_SIDES = ("visitor", "volunteer")
OUTCOME_ANSWERS = ("helped", "a_little", "not_for_me", "did_not_meet")


class MailRow(Base):
    """A mail, and what became of it. Whom it went to is gone once it was sent."""

    __tablename__ = "mail_outbox"
    __table_args__ = (
        CheckConstraint(f"state IN {MAIL_STATES}", name="ck_mail_outbox_state"),
        CheckConstraint(f"receiver IN {RECEIVERS}", name="ck_mail_outbox_receiver"),
        Index("ix_mail_outbox_state_next_try_at", "state", "next_try_at"),
    )

    id = Column(Integer, primary_key=True)
    request_id = Column(Integer, ForeignKey("requests.id", ondelete="CASCADE"), index=True)
    # Which of the templates, and who of the three it speaks to.
    template = Column(String(32), nullable=False)
    receiver = Column(String(16), nullable=False)
    language = Column(String(16), nullable=False)
    address = Column(EncryptedText)
    # What the template fills in, as JSON.
    content = Column(EncryptedText)
    # Of the address, as that of a request with this address.
    contact_digest = Column(String(64), nullable=False, index=True)
    # What the mail is about, such as ``ask 12``: it is written down once.
    once = Column(String(64), unique=True)
    # The same for every try: the first half of its Message-ID.
    key = Column(String(36), nullable=False)
    urgent = Column(Boolean, nullable=False)
    state = Column(String(16), nullable=False)
    tries = Column(Integer, nullable=False)
    # When something is to be done about it; null for nothing any more.
    next_try_at = Column(UtcDateTime)
    # Past this it says nothing useful any more.
    give_up_at = Column(UtcDateTime, nullable=False)
    # The server's code, or ours, for why it was not taken.
    error = Column(String(64))
    created_at = Column(UtcDateTime, nullable=False, index=True)
    updated_at = Column(UtcDateTime, nullable=False)


class MailLinkRow(Base):
    """A link in a mail: what it is about, whether it was answered, and whether it still leads anywhere."""

    __tablename__ = "mail_links"

    id = Column(Integer, primary_key=True)
    mail_id = Column(Integer, ForeignKey("mail_outbox.id", ondelete="CASCADE"), nullable=False, index=True)
    # Of `helpline.volunteers.links.PURPOSES`.
    purpose = Column(String(16), nullable=False)
    # What it is about: a match, or for some purposes nothing.
    subject_id = Column(Integer, index=True)
    # Whom it was sent to.
    contact_digest = Column(String(64), nullable=False, index=True)
    expires_at = Column(UtcDateTime, nullable=False)
    answer = Column(String(32))
    answered_at = Column(UtcDateTime)
    # What it was for was over before anybody answered.
    revoked_at = Column(UtcDateTime)
    created_at = Column(UtcDateTime, nullable=False)


class OutcomeAnswerRow(Base):
    """What one side of a match said some weeks later."""

    __tablename__ = "outcome_answers"
    __table_args__ = (
        UniqueConstraint("match_id", "side", name="uq_outcome_answers_match_id_side"),
        CheckConstraint(f"side IN {OUTCOME_SIDES}", name="ck_outcome_answers_side"),
        CheckConstraint(f"answer IN {OUTCOME_ANSWERS}", name="ck_outcome_answers_answer"),
    )

    id = Column(Integer, primary_key=True)
    request_id = Column(Integer, ForeignKey("requests.id", ondelete="CASCADE"), nullable=False, index=True)
    match_id = Column(Integer, nullable=False)
    side = Column(String(16), nullable=False)
    answer = Column(String(16), nullable=False)
    at = Column(UtcDateTime, nullable=False)


class MailRefusalRow(Base):
    """An address whose owner wants no mail from us: only that, by the digest."""

    __tablename__ = "mail_refusals"

    id = Column(Integer, primary_key=True)
    contact_digest = Column(String(64), nullable=False, unique=True)
    refused_at = Column(UtcDateTime, nullable=False)
