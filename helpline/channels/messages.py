"""What comes from a messaging channel and what goes out to it, in terms that no provider owns.

A provider's module (`helpline.channels.provider`) reads its webhooks into these and sends these; everything between,
the assistant included, knows nothing of providers.
"""

from dataclasses import dataclass, field
from typing import Literal

# What an inbound message is. Everything but a text and a choice is answered with what the assistant can read.
Kind = Literal[
    "text",
    "choice",  # a pressed button or quick reply
    "start",  # the channel's own way to begin, such as Telegram's /start
    "stop",  # the channel's own way to end all messages, as the provider tells it
    "picture",
    "voice",
    "video",
    "document",
    "location",
    "contact",
    "sticker",
    "reaction",
    "edit",  # a message sent before now reads otherwise
    "deletion",
    "other",
    "unread",  # signed, and in no documented form: only who wrote and words within are known
]

# What became of an outbound message, as the provider tells it.
Status = Literal["accepted", "sent", "delivered", "read", "failed"]


@dataclass(frozen=True)
class InboundMessage:
    """A message from somebody.

    Attributes:
        channel: ``sms``, ``whatsapp``, ``messenger``, ``telegram`` or ``slack``.
        account: Which of our numbers, pages, bots or workspaces it was sent to, as the provider names it.
        address: Who wrote, as the provider names them: ``+15551234567``, a chat's or a user's id. Answers go there.
        message_id: The provider's id of the message; the same however often the provider sends it.
        kind: What it is.
        text: What was typed, the caption of a picture, the title of a pressed button; None without any.
        choice: Payload of the pressed button: a `Choice.ref` that we sent.
        phone_number: The sender's number in E.164, where the channel knows it.
        answered: Whether the provider has answered it by itself, as Twilio does with STOP and HELP: it is heeded,
            and not answered once more.
        ends_block: Whether the provider takes it for the end of a STOP, as Twilio does with YES; it is an answer to a
            question as well.
        sent_at: When it was written as the provider tells it, Unix time: it may come late, after an outage. None where
            the provider does not tell, or tells something odd.
    """

    channel: str
    account: str
    address: str
    message_id: str
    kind: Kind = "text"
    text: str | None = None
    choice: str | None = None
    phone_number: str | None = None
    answered: bool = False
    ends_block: bool = False
    sent_at: float | None = None


@dataclass(frozen=True)
class Receipt:
    """What a provider tells of a message that we sent.

    Attributes:
        channel: The channel.
        provider_id: The provider's id of our message.
        status: What became of it.
        error: The provider's code for what went wrong, such as ``30007``; None for nothing.
        key: The key that the message was sent with, where the provider gives it back: it tells that a message whose
            sending nobody answered was sent.
        opted_out: Whether it failed because the receiver wants no messages, as the provider knows.
    """

    channel: str
    provider_id: str
    status: Status
    error: str | None
    key: str | None = None
    opted_out: bool = False


@dataclass(frozen=True)
class Choice:
    """A button, quick reply or numbered choice: what it sends, and what it says.

    Attributes:
        ref: Reference of the button in the engine's reply; at most 64 bytes of ASCII.
        title: What it says, already as short as the channel wants it.
    """

    ref: str
    title: str


@dataclass(frozen=True)
class OutboundMessage:
    """One message as the channel shows it: what a provider's module only has to put into its own form.

    Attributes:
        text: Plain text, numbered choices included where the channel has no buttons; a provider whose texts have
            mark-up escapes it.
        choices: Buttons below it, already as many and as short as the channel takes.
        as_list: Whether they are shown as a list that opens (WhatsApp) and not as buttons.
        list_title: What opens that list.
        urgent: Whether it answers danger: rather sent twice than never.
    """

    text: str
    choices: tuple[Choice, ...] = field(default=())
    as_list: bool = False
    list_title: str | None = None
    urgent: bool = False
