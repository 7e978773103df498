"""Each provider's local server beside the module that speaks to it, so that one test can try all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from helpline.channels.messenger import Messenger
from helpline.channels.provider import Provider
from helpline.channels.slack import Slack
from helpline.channels.sms import Sms
from helpline.channels.telegram import Telegram
from helpline.channels.whatsapp_cloud import WhatsAppCloud
from helpline.channels.whatsapp_twilio import WhatsAppTwilio
from tests.channels.servers import graph, messenger, slack, telegram, twilio, whatsapp

PUBLIC_URL = "https://help.example.org"


@dataclass(frozen=True)
class Pair:
    """A provider in tests.

    Attributes:
        name: The channel, and by way of whom.
        channel: The channel.
        server: Makes the provider; ``inbound(url, sender, text, id)`` of it makes a webhook.
        module: Makes our module, given the server's address and the public address of the webhook.
        somebody: Returns the address of the nth person.
        lists: Whether the provider tells what was sent.
    """

    name: str
    channel: str
    server: Callable[..., Any]
    module: Callable[[str, str], Provider]
    somebody: Callable[[int], str]
    lists: bool

    @property
    def url(self) -> str:
        """Public address of the webhook."""
        return f"{PUBLIC_URL}/webhooks/{self.channel}"


def _number(nth: int) -> str:
    return f"+1555{2_000_000 + nth}"


PAIRS = (
    Pair(
        "sms",
        "sms",
        twilio.TwilioServer,
        lambda base, url: Sms(twilio.ACCOUNT, twilio.TOKEN, twilio.NUMBER, url, base_url=base),
        _number,
        True,
    ),
    Pair(
        "whatsapp by way of twilio",
        "whatsapp",
        lambda **how: twilio.TwilioServer("whatsapp:", **how),
        lambda base, url: WhatsAppTwilio(twilio.ACCOUNT, twilio.TOKEN, twilio.NUMBER, url, base_url=base),
        _number,
        True,
    ),
    Pair(
        "whatsapp by way of meta",
        "whatsapp",
        whatsapp.WhatsAppServer,
        lambda base, url: WhatsAppCloud(
            whatsapp.PHONE_NUMBER_ID, graph.ACCESS_TOKEN, graph.APP_SECRET, graph.VERIFY_TOKEN, base
        ),
        _number,
        False,
    ),
    Pair(
        "messenger",
        "messenger",
        messenger.MessengerServer,
        lambda base, url: Messenger(messenger.PAGE_ID, graph.ACCESS_TOKEN, graph.APP_SECRET, graph.VERIFY_TOKEN, base),
        lambda nth: str(5_200_000_000_000_000 + nth),
        True,
    ),
    Pair(
        "telegram",
        "telegram",
        telegram.TelegramServer,
        lambda base, url: Telegram(telegram.BOT_TOKEN, telegram.WEBHOOK_SECRET, base),
        lambda nth: str(70_000_000 + nth),
        False,
    ),
    Pair(
        "slack",
        "slack",
        slack.SlackServer,
        lambda base, url: Slack(slack.BOT_TOKEN, slack.SIGNING_SECRET, base),
        lambda nth: f"D0{nth:08d}",
        True,
    ),
)
BY_NAME = {pair.name: pair for pair in PAIRS}
