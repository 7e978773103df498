"""Tables of those who work at the console: accounts, what they sign in with, sessions, and the audit log."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Text

from helpline.store.columns import EncryptedText, UtcDateTime
from helpline.store.tables import Base

ROLES = ("staff", "coordinator", "administrator")


class StaffRow(Base):
    """An account. The secret of the codes is encrypted; the password is only a hash."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint(f"role IN {ROLES}", name="ck_staff_role"),)

    id = Column(Integer, primary_key=True)
    user_name = Column(String(64), nullable=False, unique=True)
    display_name = Column(String(80), nullable=False)
    role = Column(String(16), nullable=False)
    password_hash = Column(Text, nullable=False)
    totp_secret = Column(EncryptedText)
    # The time step of the last code that was taken: no code counts twice.
    totp_step = Column(Integer)
    totp_confirmed_at = Column(UtcDateTime)
    active = Column(Boolean, nullable=False, default=True)
    created_at = Column(UtcDateTime, nullable=False)


class RecoveryCodeRow(Base):
    """A code for whoever has lost the phone: a keyed digest, and gone once used."""

    __tablename__ = "staff_recovery_codes"

    id = Column(Integer, primary_key=True)
    staff_id = Column(Integer, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True)
    code_digest = Column(String(64), nullable=False)


class PasskeyRow(Base):
    """A passkey: its public half, and how often it was used."""

    __tablename__ = "staff_passkeys"

    id = Column(Integer, primary_key=True)
    staff_id = Column(Integer, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True)
    credential_digest = Column(String(64), nullable=False, unique=True)
    credential = Column(LargeBinary, nullable=False)
    name = Column(String(60), nullable=False)
    sign_count = Column(Integer, nullable=False)
    created_at = Column(UtcDateTime, nullable=False)
    last_used_at = Column(UtcDateTime)


class StaffSessionRow(Base):
    """A session: known by a keyed digest of its token. ``complete`` once the second step was passed."""

    __tablename__ = "staff_sessions"

    id = Column(Integer, primary_key=True)
    token_digest = Column(String(64), nullable=False, unique=True)
    staff_id = Column(Integer, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True)
    complete = Column(Boolean, nullable=False, default=False)
    # What a passkey must sign now, as JSON.
    challenge = Column(Text)
    device = Column(String(80))
    created_at = Column(UtcDateTime, nullable=False)
    last_seen_at = Column(UtcDateTime, nullable=False, index=True)


class SignInFailureRow(Base):
    """A sign-in that failed: digests of the name and the address, for the throttle."""

    __tablename__ = "sign_in_failures"

    id = Column(Integer, primary_key=True)
    name_digest = Column(String(64), nullable=False, index=True)
    address_digest = Column(String(64), nullable=False, index=True)
    at = Column(UtcDateTime, nullable=False, index=True)


class AuditRow(Base):
    """What somebody did, to what, and when. Triggers refuse to change or delete a row; it holds no contact detail."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_subject_id", "subject", "id"),)

    id = Column(Integer, primary_key=True)
    at = Column(UtcDateTime, nullable=False, index=True)
    # Not a foreign key: what somebody did stays when the account goes.
    staff_id = Column(Integer)
    staff_name = Column(String(80), nullable=False)
    action = Column(String(48), nullable=False)
    subject = Column(String(80))
    detail = Column(Text)
