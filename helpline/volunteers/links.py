"""Signed links, by which somebody answers from a mail without signing in.

A link says what it is for, the number of a row of ours, and until when it holds; nobody can read from it, or from its
length, who it was sent to. Whether what it is for is over already is for whoever reads that row to say.
"""

from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

from helpline.errors import HelplineError

# What a link is for, and the letter that says so in it.
PURPOSES = {"ask": "a", "choose": "c", "outcome": "o", "unsubscribe": "u"}
_BY_LETTER = {letter: purpose for purpose, letter in PURPOSES.items()}
# Longer than any of ours.
_LONGEST = 200


class UnknownLinkError(HelplineError):
    """The link was not made here, or was changed."""


class ExpiredLinkError(HelplineError):
    """The link's time is over."""


@dataclass(frozen=True)
class SignedLink:
    """What a link says.

    Attributes:
        purpose: Of `PURPOSES`.
        id: The row that it stands for.
        expires_at: Until when it holds, in UTC, in whole seconds.
    """

    purpose: str
    id: int
    expires_at: datetime


class Links:
    """Makes links, and tells ours from others.

    Args:
        secret: Signs them. Whoever gets another one cannot read the links from before.
    """

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeSerializer(
            secret, salt="helpline link", signer_kwargs={"key_derivation": "hmac", "digest_method": sha256}
        )

    def token(self, link: SignedLink) -> str:
        """Return the link as it stands in an address: letters, figures, ``-``, ``_`` and a dot."""
        return str(self._serializer.dumps([PURPOSES[link.purpose], link.id, int(link.expires_at.timestamp())]))

    def read(self, token: str, now: datetime) -> SignedLink:
        """Return what a link of ours says.

        Args:
            token: As it stands in an address.
            now: The time, in UTC.

        Raises:
            UnknownLinkError: It is not ours.
            ExpiredLinkError: It is ours, and its time is over.
        """
        if len(token) > _LONGEST:
            raise UnknownLinkError
        try:
            letter, number, expires = self._serializer.loads(token)
        except (BadData, ValueError, TypeError):
            raise UnknownLinkError from None
        link = SignedLink(_BY_LETTER[letter], number, datetime.fromtimestamp(expires, timezone.utc))
        if now >= link.expires_at:
            raise ExpiredLinkError
        return link
