"""Who writes on a messaging channel, and the sender id that the engine knows them by. Needs no database."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class MessagingSender:
    """Who wrote, as the provider names them.

    Attributes:
        channel: The channel.
        account: Which of our numbers, pages or bots they wrote to.
        address: Where answers go.
        phone_number: E.164, where the channel knows it.
    """

    channel: str
    account: str
    address: str
    phone_number: str | None = None


class MakesDigests(Protocol):
    """Makes keyed digests: a store, or a cipher alone."""

    def digest(self, *parts: str) -> str:
        """Make a keyed digest of 64 hex digits."""


def address_digest(digests: MakesDigests, sender: MessagingSender) -> str:
    """Return the digest by which a sender's contact is found."""
    return digests.digest("address", sender.channel, sender.account, sender.address)


def sender_id_of(digests: MakesDigests, sender: MessagingSender) -> str:
    """Return the sender id that somebody's conversation begins with: of a keyed digest, so that it names nobody."""
    return f"{sender.channel}-{address_digest(digests, sender)[:40]}"
