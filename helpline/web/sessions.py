"""Sessions: a signed token for the visitor, and behind it a sender that is never shown.

The token names a session; the sender is derived from that name with the server's secret. Nothing is stored:
whether a session still lives is read from its conversation, so it outlives a restart of the server and ends
with the conversation.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, TimestampSigner

from helpline.observability.probe_marks import SENDER, probe_proof

# Rasa starts a conversation anew after this time (session_config in domain.yml), and so do we.
LONGEST_SESSION = 12 * 60 * 60
_BEARER = "Bearer "
# Begins the names of the synthetic visitor's sessions; a random name has no such character.
_PROBE = "~"


@dataclass(frozen=True)
class Session:
    """A visitor's session. ``sender`` is secret; ``opened`` is a Unix time in seconds."""

    sender: str
    opened: float


class Sessions:
    """Makes sessions and reads them back.

    Args:
        secret: What signs tokens and derives senders. Another secret ends all sessions.
        minutes: Life of a session after its last message.
    """

    def __init__(self, secret: str, minutes: int) -> None:
        self._secret = secret.encode()
        self._lifetime = minutes * 60
        self._proof = probe_proof(secret).encode()
        self._signer = TimestampSigner(
            secret, salt="website session", key_derivation="hmac", digest_method=hashlib.sha256
        )

    def open(self, now: float, is_probe: bool = False) -> tuple[Session, str]:
        """Return a new session and its token; with ``is_probe`` one of the synthetic visitor's."""
        name = (_PROBE if is_probe else "") + secrets.token_urlsafe(18)
        return Session(self._sender(name), now), self._signer.sign(name).decode()

    def is_probe(self, proof: str | None) -> bool:
        """Whether the synthetic visitor shows its proof."""
        return proof is not None and hmac.compare_digest(proof.encode(), self._proof)

    def read(self, authorization: str | None) -> Session | None:
        """Return the session of an ``Authorization`` header.

        Returns:
            None for a header that is missing, malformed, forged, or of a token past its longest life.
        """
        if not authorization or not authorization.startswith(_BEARER):
            return None
        try:
            name, signed = self._signer.unsign(
                authorization[len(_BEARER) :].encode("utf-8", "surrogatepass"),
                max_age=LONGEST_SESSION,
                return_timestamp=True,
            )
        except BadSignature:
            return None
        return Session(self._sender(name.decode()), signed.timestamp())

    def expires_in(self, session: Session, last_active: float, now: float) -> int:
        """Return the seconds that a session has left; 0 for one that has ended.

        Args:
            session: The session.
            last_active: Unix time of its last message.
            now: Unix time.
        """
        end = min(max(session.opened, last_active) + self._lifetime, session.opened + LONGEST_SESSION)
        return max(0, int(end - now))

    def _sender(self, name: str) -> str:
        return (SENDER if name.startswith(_PROBE) else "website-") + hmac.new(
            self._secret, b"sender:" + name.encode(), hashlib.sha256
        ).hexdigest()[:40]
