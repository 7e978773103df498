"""WhatsApp by way of Twilio: text messages whose addresses begin with ``whatsapp:``, and what only WhatsApp has."""

from collections.abc import Mapping

from helpline.channels.capabilities import WHATSAPP_TWILIO
from helpline.channels.messages import Kind
from helpline.channels.payload import storable
from helpline.channels.twilio_channel import BASE_URL, NUMBER, TwilioChannel
from helpline.channels.whatsapp_cloud import USER_ID

_KINDS: dict[str, Kind] = {
    "image": "picture",
    "audio": "voice",
    "video": "video",
    "document": "document",
    "location": "location",
    "contacts": "contact",
    "sticker": "sticker",
    "reaction": "reaction",
    "edit": "edit",
    "revoke": "deletion",
}


class WhatsAppTwilio(TwilioChannel):
    """A number of ours at WhatsApp, by way of Twilio.

    Args:
        account_sid: The account's id.
        auth_token: The account's secret.
        sender: Our number in E.164.
        callback_url: Public address of the channel's webhook.
        base_url: Where Twilio's API is.
    """

    # Who has taken a user name shows an id in place of the number, as at Meta.
    addresses = (NUMBER, USER_ID)

    def __init__(
        self, account_sid: str, auth_token: str, sender: str, callback_url: str, base_url: str = BASE_URL
    ) -> None:
        super().__init__(
            "whatsapp", WHATSAPP_TWILIO, account_sid, auth_token, sender, callback_url, "whatsapp:", base_url
        )

    def content(self, fields: Mapping[str, str]) -> tuple[Kind, str | None, str | None]:
        """Return the kind, the text and the pressed button of a form."""
        kind, text, _ = super().content(fields)
        choice = storable(fields.get("ButtonPayload") or fields.get("ListId") or "")
        if choice:
            title = storable(fields.get("ButtonText") or fields.get("ListTitle") or "")
            return "choice", title or text, choice
        if "Latitude" in fields and "Longitude" in fields:
            return "location", None, None
        told = _KINDS.get(fields.get("MessageType", "").lower(), kind)
        if kind == "picture" and fields.get("MediaContentType0", "").lower().startswith("image/webp"):
            told = "sticker"
        return told, None if told in ("reaction", "deletion") else text, None
