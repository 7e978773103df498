"""Passwords, codes of an authenticator app, and recovery codes: made and checked, nothing stored."""

import secrets
from datetime import datetime, timedelta

import argon2
import pyotp
import segno

from helpline.store.staff import StaffError

LEAST_PASSWORD = 12
LONGEST_PASSWORD = 200
RECOVERY_CODES = 8
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_STEP_SECONDS = 30
_hasher = argon2.PasswordHasher()
# Compared with where there is no such account, so that an answer takes the same time.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    """Hash a password that somebody chose.

    Raises:
        StaffError: It is too short, too long, or one letter again and again.
    """
    if not LEAST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise StaffError(f"A password has at least {LEAST_PASSWORD} characters; four words that belong to nobody do.")
    if len(set(password)) < 5:
        raise StaffError("That password is easily guessed. Take four words that belong to nobody.")
    return _hasher.hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """Tell whether a password is right. It takes as long where there is no hash to compare with."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password[: LONGEST_PASSWORD + 1]) and password_hash is not None
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def new_secret() -> str:
    """Make a secret that an authenticator app makes codes of."""
    return pyotp.random_base32()


def code_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step of a right code, now or one step before or after; None for a wrong one."""
    typed = "".join(c for c in code if c in "0123456789")
    totp = pyotp.TOTP(secret)
    for off in (0, -1, 1):
        at = now + timedelta(seconds=off * _STEP_SECONDS)
        if pyotp.utils.strings_equal(typed, totp.at(at)):
            return int(at.timestamp()) // _STEP_SECONDS
    return None


def qr_code(secret: str, user_name: str) -> str:
    """Draw what an authenticator app scans, as an SVG element."""
    address = pyotp.TOTP(secret).provisioning_uri(name=user_name, issuer_name="MBC helpline")
    return str(segno.make(address, error="m").svg_inline(scale=5, border=2, dark="#000", light="#fff", omitsize=False))


def new_recovery_codes() -> list[str]:
    """Make codes that each open once, such as ABCD-EFGH-JK."""

    def part(length: int) -> str:
        return "".join(secrets.choice(_LETTERS) for _ in range(length))

    return [f"{part(4)}-{part(4)}-{part(2)}" for _ in range(RECOVERY_CODES)]
