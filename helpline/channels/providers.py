"""Which messaging channels are switched on, what is missing for the others, and the modules that speak for them.

A channel is switched on by its credentials. One of which nothing is set is off and says nothing; one of which a part
is set stops the start. A provider's library is imported only where its channel is on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from helpline.channels.provider import Provider
from helpline.errors import SettingsError
from helpline.settings import Settings

_TWILIO = ("twilio_account_sid", "twilio_auth_token")


@dataclass(frozen=True)
class ChannelState:
    """How far the set-up of a channel is.

    Attributes:
        channel: The channel, such as ``whatsapp``.
        title: What people call it, and by way of whom.
        begun: Whether anything of its own is set.
        missing: Names of the settings that it needs and that are not set.
        webhook: The address that its provider must be told; None while the public address is not set.
    """

    channel: str
    title: str
    begun: bool
    missing: tuple[str, ...]
    webhook: str | None

    @property
    def is_on(self) -> bool:
        """Whether it is switched on."""
        return self.begun and not self.missing

    @property
    def sentence(self) -> str:
        """What an operator is told: that it is on, what is missing, or what would switch it on."""
        if self.is_on:
            return f"{self.title} is on."
        if self.begun:
            return f"{self.title} is set up in part; also set {_listed(self.missing)}."
        return f"{self.title} is off; it needs {_listed(self.missing)}."


@dataclass(frozen=True)
class _Way:
    """A channel by way of one provider: the settings of its own, those that it shares, and how it is made."""

    channel: str
    title: str
    own: tuple[str, ...]
    shared: tuple[str, ...]
    make: Callable[[Settings], Provider]


def channel_states(settings: Settings) -> list[ChannelState]:
    """Return how far the set-up of each channel is, for `helpline doctor`."""
    return [_state(settings, way) for way in _WAYS]


def check_channels(settings: Settings) -> None:
    """Refuse a channel that is set up in part, or twice.

    Raises:
        SettingsError: There is one; the message names what is missing.
    """
    states = channel_states(settings)
    problems = [state.sentence for state in states if state.begun and state.missing]
    for channel in {state.channel for state in states}:
        begun = [state.title for state in states if state.channel == channel and state.begun]
        if len(begun) > 1:
            problems.append(f"{' and '.join(begun)} are both set up; take the settings of one away.")
    shared = [_name(name) for name in _TWILIO if getattr(settings, name) is not None]
    if shared and not any(state.begun for way, state in zip(_WAYS, states, strict=True) if way.shared):
        problems.append(
            f"{_listed(shared)} is set and no number of it; also set HELPLINE_SMS_SENDER or "
            "HELPLINE_WHATSAPP_TWILIO_SENDER."
        )
    if problems:
        raise SettingsError("These settings must be mended:\n  " + "\n  ".join(problems))


def load_providers(settings: Settings) -> dict[str, Provider]:
    """Return the modules of the channels that are switched on, by channel.

    Raises:
        SettingsError: A channel is set up in part, or twice.
    """
    check_channels(settings)
    return {way.channel: way.make(settings) for way in _WAYS if _state(settings, way).is_on}


def webhook_path(channel: str) -> str:
    """Return the path of a channel's webhook at the front door."""
    return f"/webhooks/{channel}"


def _state(settings: Settings, way: _Way) -> ChannelState:
    needed = (*way.own, *way.shared, "public_url")
    return ChannelState(
        channel=way.channel,
        title=way.title,
        begun=any(getattr(settings, name) is not None for name in way.own),
        missing=tuple(_name(name) for name in needed if getattr(settings, name) is None),
        webhook=_webhook(settings, way.channel) if settings.public_url else None,
    )


def _webhook(settings: Settings, channel: str) -> str:
    return f"{settings.public_url}{webhook_path(channel)}"


def _name(setting: str) -> str:
    return f"HELPLINE_{setting.upper()}"


def _listed(names: Sequence[str]) -> str:
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value is not None else ""


def _sms(settings: Settings) -> Provider:
    from helpline.channels.sms import Sms

    return Sms(
        settings.twilio_account_sid or "",
        _secret(settings.twilio_auth_token),
        settings.sms_sender or "",
        _webhook(settings, "sms"),
        settings.sms_twilio_answers_words,
        settings.twilio_url,
    )


def _whatsapp_twilio(settings: Settings) -> Provider:
    from helpline.channels.whatsapp_twilio import WhatsAppTwilio

    return WhatsAppTwilio(
        settings.twilio_account_sid or "",
        _secret(settings.twilio_auth_token),
        settings.whatsapp_twilio_sender or "",
        _webhook(settings, "whatsapp"),
        settings.twilio_url,
    )


def _whatsapp_cloud(settings: Settings) -> Provider:
    from helpline.channels.whatsapp_cloud import WhatsAppCloud

    return WhatsAppCloud(
        settings.whatsapp_phone_number_id or "",
        _secret(settings.whatsapp_access_token),
        _secret(settings.whatsapp_app_secret),
        _secret(settings.whatsapp_verify_token),
        settings.graph_url,
    )


def _messenger(settings: Settings) -> Provider:
    from helpline.channels.messenger import Messenger

    return Messenger(
        settings.messenger_page_id or "",
        _secret(settings.messenger_access_token),
        _secret(settings.messenger_app_secret),
        _secret(settings.messenger_verify_token),
        settings.graph_url,
    )


def _telegram(settings: Settings) -> Provider:
    from helpline.channels.telegram import Telegram

    token, secret = _secret(settings.telegram_bot_token), _secret(settings.telegram_webhook_secret)
    return Telegram(token, secret, settings.telegram_url)


def _slack(settings: Settings) -> Provider:
    from helpline.channels.slack import Slack

    return Slack(_secret(settings.slack_bot_token), _secret(settings.slack_signing_secret), settings.slack_url)


_WHATSAPP = ("whatsapp_phone_number_id", "whatsapp_access_token", "whatsapp_app_secret", "whatsapp_verify_token")
_MESSENGER = ("messenger_page_id", "messenger_access_token", "messenger_app_secret", "messenger_verify_token")
_TELEGRAM = ("telegram_bot_token", "telegram_webhook_secret")
_SLACK = ("slack_bot_token", "slack_signing_secret")
_WAYS = (
    _Way("sms", "Text messages by way of Twilio", ("sms_sender",), _TWILIO, _sms),
    _Way("whatsapp", "WhatsApp by way of Twilio", ("whatsapp_twilio_sender",), _TWILIO, _whatsapp_twilio),
    _Way("whatsapp", "WhatsApp by way of Meta", _WHATSAPP, (), _whatsapp_cloud),
    _Way("messenger", "Messenger", _MESSENGER, (), _messenger),
    _Way("telegram", "Telegram", _TELEGRAM, (), _telegram),
    _Way("slack", "Slack", _SLACK, (), _slack),
)
