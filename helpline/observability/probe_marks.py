"""How the synthetic visitor is known: by a proof at the front door, and by its sender behind it."""

import hashlib
import hmac

HEADER = "X-Helpline-Probe"
# How the sender of such a conversation begins. Senders are ours to give: no visitor can have one of these.
SENDER = "probe-"


def is_probe(sender: str) -> bool:
    """Whether a conversation is the synthetic visitor's: it reaches no staff."""
    return sender.startswith(SENDER)


def probe_proof(session_secret: str) -> str:
    """Return what the synthetic visitor shows the front door."""
    return hmac.new(session_secret.encode(), b"probe", hashlib.sha256).hexdigest()
