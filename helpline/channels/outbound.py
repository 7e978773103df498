"""Outbound messages as the store keeps them: plain values, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from helpline.channels.messages import Choice, OutboundMessage
from helpline.store.outbox import Outgoing


def content_of(message: OutboundMessage) -> dict[str, Any]:
    """Return what the store keeps of a message."""
    return asdict(message)


def outbound_of(content: Mapping[str, Any]) -> OutboundMessage:
    """Return the message that the store keeps."""
    choices = tuple(Choice(**each) for each in content["choices"])
    return OutboundMessage(**{**content, "choices": choices})


def outgoing(messages: Sequence[OutboundMessage]) -> list[Outgoing]:
    """Return messages as they are written down."""
    return [Outgoing(content_of(message), message.urgent) for message in messages]
