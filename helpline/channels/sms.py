"""Text messages by way of Twilio: the words that Twilio answers by itself, and reactions, which come as texts."""

import re
from collections.abc import Mapping
from dataclasses import replace

from helpline.channels.capabilities import SMS
from helpline.channels.messages import InboundMessage
from helpline.channels.twilio_channel import BASE_URL, TwilioChannel

# Twilio's own words, unless a messaging service has others. Twilio then also blocks what we would send.
_TWILIOS_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
_TWILIOS_START = frozenset({"START", "UNSTOP"})
# Also ends a block, but of a toll-free number; of somebody who is not blocked it is an answer.
_TWILIOS_YES = "YES"
_TOLL_FREE = re.compile(r"\+18(?:00|33|44|55|66|77|88)")
_TWILIOS_HELP = frozenset({"HELP", "INFO"})
# What phones write in place of a reaction, with the text that it is to in their own quotation marks: iPhones in words,
# Android phones with the picture first and hair spaces around. Taken for a message, it would say what we have said.
_REACTION = re.compile(
    r"(?:(?:Liked|Loved|Disliked|Laughed at|Emphasized|Questioned|Reacted [^\w\s]+ to"
    r"|Removed an? [\w ]{2,20} from|Removed [^\w\s]+ from) |\u200a?[^\w\s]+\u200a? to )"
    r"(?:\u201c.*\u201d|an image|a video|a movie|an attachment|an audio message)\u200a?",
    re.DOTALL,
)


class Sms(TwilioChannel):
    """A number of ours that takes text messages.

    Args:
        account_sid: The account's id.
        auth_token: The account's secret.
        sender: Our number in E.164, a short code, or the id of a messaging service.
        callback_url: Public address of the channel's webhook.
        usual_words: Whether Twilio answers its usual words STOP, START and HELP by itself. It says so of each message
            only where a messaging service has words of its own.
        base_url: Where Twilio's API is.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: str,
        callback_url: str,
        usual_words: bool = True,
        base_url: str = BASE_URL,
    ) -> None:
        super().__init__("sms", SMS, account_sid, auth_token, sender, callback_url, base_url=base_url)
        self._usual_words = usual_words

    def message(self, fields: Mapping[str, str], sid: str, account: str, address: str) -> InboundMessage:
        """Return the message of a form; what Twilio has answered is marked as answered."""
        message = super().message(fields, sid, account, address)
        if message.answered:
            return message
        if message.kind == "text" and _REACTION.fullmatch(message.text or ""):
            return replace(message, kind="reaction", text=None)
        word = (message.text or "").strip().upper()
        if self._usual_words and word in _TWILIOS_STOP:
            return replace(message, kind="stop", answered=True)
        if self._usual_words and word in _TWILIOS_START:
            return replace(message, kind="start", answered=True)
        if self._usual_words and word in _TWILIOS_HELP:
            return replace(message, answered=True)
        ends_block = self._usual_words and word == _TWILIOS_YES and not _TOLL_FREE.match(account)
        return replace(message, ends_block=ends_block)
