"""Settings of the product: name, default and help of each, read once from the environment.

Every process reads the same settings, as ``HELPLINE_<NAME>`` in the environment or in a file ``.env``
beside the project; ``HELPLINE_<NAME>_FILE`` names a file that holds one. A bad or unknown one stops the start with its
name; nothing else reads the environment.
"""

import os
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, validator
from pydantic.fields import ModelField

from helpline.deployment_settings import DeploymentSettings
from helpline.errors import SettingsError
from helpline.mail_settings import MailSettings
from helpline.matching_settings import MatchingSettings
from helpline.opening_hours import OpeningHours, QuietHours, check_holiday, parse_hours, parse_quiet_hours
from helpline.setting_files import SUFFIX, read_setting_files
from helpline.setting_shapes import CHANNEL_SECRETS, CHANNEL_SHAPES, OTHER_SHAPE

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
USUAL_REGION = "US"
USUAL_TIME_ZONE = "America/New_York"
NO_HOURS = "none"
# Settings with several values, written with commas between them.
LISTS = frozenset({"allowed_origins", "trusted_proxies", "helpline_holidays", "mail_staff", "engine_addresses"})
# Settings of earlier versions, and what says the same now.
REPLACED = {
    "HELPLINE_RASA_PORT": "HELPLINE_PORT",
    "HELPLINE_ACTION_PORT": "HELPLINE_RUN_DIRECTORY",
    "HELPLINE_TRACKER_DATABASE_URL": "HELPLINE_DATABASE_URL",
}


class Settings(DeploymentSettings, MatchingSettings, MailSettings):
    """All settings. Times in seconds unless the name says otherwise."""

    host: str = Field("127.0.0.1", description="Address that the front door listens on.")
    port: int = Field(5005, ge=1, le=65535, description="Port of the front door.")
    run_directory: Path = Field(
        VAR / "run", description="Folder of the local sockets between our own processes; its path must be short."
    )
    spool_directory: Path = Field(
        VAR / "spool", description="Folder on the local disk for flags of danger that the store could not take."
    )
    api_token: str | None = Field(
        None, min_length=32, description="Secret between our own processes; made under var/ if unset."
    )
    action_timeout: float = Field(
        3.0, gt=0, le=4.5, description="How long the visitor waits for the action server before hearing that it failed."
    )
    database_url: str = Field(
        f"sqlite:///{VAR / 'helpline.db'}",
        description="Helpline store: conversations, call backs, sign-ups, feedback; SQLite or PostgreSQL.",
    )
    encryption_key: str | None = Field(
        None, description="Fernet key(s) for contact details, newest first, comma between; made under var/ if unset."
    )
    backup_key: str | None = Field(
        None, min_length=32, description="Secret that encrypts backups; made under var/ if unset."
    )
    helpline_hours: str | None = Field(
        None,
        description="Opening hours, such as 'Mon-Fri 09:00-17:00, Sat 8pm-2am' or '24/7'. Unset: said to be unknown.",
    )
    helpline_time_zone: str | None = Field(None, description="Time zone of the hours, such as America/New_York.")
    helpline_holidays: list[str] = Field(
        [], description="Days on which it stays closed, such as '2026-11-26, 12-25' (every year), comma between."
    )
    quiet_hours: str = Field(
        "21:00-08:00",
        description="Hours in the helpline's time zone (New York's where there is none) in which a message on a "
        "channel waits for the morning if nobody waits for it; answers to danger never wait. 'none' for no such hours.",
    )
    page_url: str | None = Field(
        None, description="Address of the page that answers come from, which they then link. Unset: no link."
    )
    default_phone_region: str = Field(
        USUAL_REGION,
        min_length=2,
        max_length=2,
        description="Region of phone numbers that are given without a country code.",
    )
    session_secret: str | None = Field(
        None, min_length=32, description="Secret that signs website sessions; made under var/ if unset."
    )
    session_minutes: int = Field(60, ge=5, le=1440, description="Life of a website session after its last message.")
    reply_timeout: float = Field(
        10.0, gt=0, le=60, description="How long a visitor waits for an answer before hearing the number, in seconds."
    )
    danger_timeout: float = Field(
        3.0, gt=0, le=10, description="How long somebody in danger waits before the front door answers by itself."
    )
    state_hours: int = Field(
        24, ge=12, le=720, description="Hours after the last message until what a conversation goes on with is purged."
    )
    transcript_days: int = Field(
        90, ge=1, le=3650, description="Days until redacted transcripts, flags and feedback are purged."
    )
    request_days: int = Field(
        365, ge=1, le=3650, description="Days after which a request that is done or withdrawn is purged."
    )
    draft_days: int = Field(
        180, ge=1, le=3650, description="Days after its last change until a draft of an answer is purged."
    )
    volunteer_days: int = Field(
        365,
        ge=180,
        le=3650,
        description="Days after which a volunteer who was removed, and a match that is over, is purged.",
    )
    max_message_length: int = Field(1000, ge=100, le=10000, description="Longest message, in characters.")
    allowed_origins: list[str] = Field(
        [], description="Origins of other websites that may embed the chat, comma between. Empty: our own only."
    )
    trusted_proxies: list[str] = Field(
        [], description="Addresses of proxies whose X-Forwarded-For is believed, comma between. Empty: none."
    )
    redis_url: str | None = Field(None, description="Redis for limits shared by several servers. Unset: in memory.")
    messages_per_minute: int = Field(30, ge=1, description="Messages of one session in a minute.")
    address_messages_per_minute: int = Field(120, ge=1, description="Messages from one address in a minute.")
    sessions_per_hour: int = Field(60, ge=1, description="New sessions from one address in an hour.")
    console_host: str = Field("127.0.0.1", description="Address that the staff's console listens on.")
    console_port: int = Field(5006, ge=1, le=65535, description="Port of the staff's console.")
    console_url: str | None = Field(
        None,
        description="Address of the console as staff type it, such as https://console.example.org. Unset: loopback.",
    )
    console_secret: str | None = Field(
        None, min_length=32, description="Secret that signs staff's sessions; made under var/ if unset."
    )
    console_session_minutes: int = Field(
        60, ge=5, le=720, description="Minutes without a click until somebody at the console must sign in again."
    )
    console_session_hours: int = Field(
        12, ge=1, le=72, description="Hours until somebody at the console must sign in again in any case."
    )
    console_callback_due_hours: int = Field(
        24, ge=1, le=720, description="Hours until somebody who asked for a call should have heard from us."
    )
    console_volunteer_due_hours: int = Field(
        72, ge=1, le=720, description="Hours until somebody who asked for a volunteer should have heard from us."
    )
    console_match_due_hours: int = Field(
        168, ge=1, le=2160, description="Hours until somebody should have looked again at who waits for a volunteer."
    )
    console_danger_due_minutes: int = Field(
        60, ge=5, le=1440, description="Minutes until somebody should have looked at a flagged conversation."
    )
    console_untouched_hours: int = Field(
        8, ge=1, le=168, description="Hours after which what is assigned and untouched returns to the queue."
    )
    public_url: str | None = Field(
        None,
        description="Address of the front door as the world sees it, such as https://chat.example.org. "
        "Messaging channels and e-mail need it.",
    )
    twilio_account_sid: str | None = Field(None, description="Twilio: the account's id, which begins with AC.")
    twilio_auth_token: SecretStr | None = Field(None, description="Twilio: the account's auth token.")
    twilio_url: str = Field(
        "https://api.twilio.com",
        description="Twilio: address of its API; another where the account is in another region.",
    )
    sms_sender: str | None = Field(
        None,
        description="Text messages: our number at Twilio, such as +15550100000, or a messaging service's id (MG...).",
    )
    sms_twilio_answers_words: bool = Field(
        True,
        description="Whether Twilio answers its usual words STOP, START and HELP by itself, as it does unless a "
        "messaging service has words of its own (Advanced Opt-Out) or Twilio switched it off.",
    )
    whatsapp_twilio_sender: str | None = Field(
        None, description="WhatsApp by way of Twilio: our number, such as +15550100000."
    )
    graph_url: str = Field(
        "https://graph.facebook.com", description="Meta: address of the Graph API; another to try things out."
    )
    whatsapp_phone_number_id: str | None = Field(
        None, description="WhatsApp by way of Meta: the id of our phone number (not the number)."
    )
    whatsapp_access_token: SecretStr | None = Field(
        None, description="WhatsApp by way of Meta: a system user's access token."
    )
    whatsapp_app_secret: SecretStr | None = Field(
        None, description="WhatsApp by way of Meta: the app's secret, which signs webhooks."
    )
    whatsapp_verify_token: SecretStr | None = Field(
        None, min_length=16, description="WhatsApp by way of Meta: a word of your own that Meta repeats once."
    )
    messenger_page_id: str | None = Field(None, description="Messenger: the id of our Facebook page.")
    messenger_access_token: SecretStr | None = Field(None, description="Messenger: the page's access token.")
    messenger_app_secret: SecretStr | None = Field(
        None, description="Messenger: the app's secret, which signs webhooks."
    )
    messenger_verify_token: SecretStr | None = Field(
        None, min_length=16, description="Messenger: a word of your own that Meta repeats once."
    )
    telegram_url: str = Field(
        "https://api.telegram.org", description="Telegram: address of the Bot API; another for a server of your own."
    )
    telegram_bot_token: SecretStr | None = Field(None, description="Telegram: the bot's token from BotFather.")
    telegram_webhook_secret: SecretStr | None = Field(
        None, description="Telegram: a word of your own that Telegram sends with each webhook."
    )
    slack_url: str = Field("https://slack.com", description="Slack: address of the Web API; another to try things out.")
    slack_bot_token: SecretStr | None = Field(None, description="Slack: the bot's token, which begins with xoxb-.")
    slack_signing_secret: SecretStr | None = Field(
        None, description="Slack: the app's signing secret, which signs webhooks."
    )
    log_level: str = Field("WARNING", description="Level of the log files: DEBUG, INFO, WARNING or ERROR.")

    class Config:
        """How pydantic reads the environment."""

        env_prefix = "HELPLINE_"
        env_file = ROOT / ".env"

        @classmethod
        def parse_env_var(cls, field_name: str, raw_val: str) -> Any:
            """Read a list as values with commas between them."""
            if field_name in LISTS:
                return [part.strip() for part in raw_val.split(",") if part.strip()]
            return cls.json_loads(raw_val)  # type: ignore[attr-defined]

    @validator("helpline_hours")
    def _readable_hours(cls, value: str | None) -> str | None:
        if value is not None:
            parse_hours(value)
        return value

    @validator("helpline_time_zone", always=True)
    def _place_of_the_hours(cls, value: str | None, values: dict[str, Any]) -> str | None:
        hours_given = values.get("helpline_hours", "unreadable") is not None
        if value is None:
            if values.get("helpline_hours"):
                raise ValueError("the hours need a time zone; write one such as America/New_York")
            return None
        if not hours_given:
            raise ValueError("a time zone needs hours; set HELPLINE_HELPLINE_HOURS too, or neither")
        try:
            zone = ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("is not a time zone; write one such as America/New_York") from None
        area, _, place = value.partition("/")
        is_place = bool(place) and area != "Etc"
        months = (datetime(datetime.now(timezone.utc).year, month, 1, tzinfo=zone) for month in range(1, 13))
        if not is_place and not any(month.dst() for month in months):
            raise ValueError("has no summer time, which the helpline's place may have; write America/New_York")
        return value

    @validator("helpline_holidays", each_item=True)
    def _holidays_are_days(cls, value: str) -> str:
        return check_holiday(value)

    @validator("helpline_holidays")
    def _holidays_of_hours(cls, value: list[str], values: dict[str, Any]) -> list[str]:
        if value and values.get("helpline_hours", "unreadable") is None:
            raise ValueError("holidays need hours; set HELPLINE_HELPLINE_HOURS too, or neither")
        return value

    @validator("quiet_hours")
    def _readable_quiet_hours(cls, value: str) -> str:
        if value != NO_HOURS:
            parse_quiet_hours(value)
        return value

    @validator("page_url")
    def _secure_page(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https://[^\s/]+\S*", value):
            raise ValueError("must be an address that begins with https://")
        return value

    @validator("public_url")
    def _address_of_the_door(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(
            r"https://[^\s/?#]+[^\s?#]*|http://(127\.0\.0\.1|localhost)(:\d+)?/?", value
        ):
            raise ValueError("must begin with https://, such as https://chat.example.org")
        return value.rstrip("/") if value else None

    @validator("twilio_url", "graph_url", "telegram_url", "slack_url")
    def _address_of_a_provider(cls, value: str) -> str:
        if not re.fullmatch(r"https://[a-z0-9.-]+(:\d+)?|http://127\.0\.0\.1(:\d+)?", value):
            raise ValueError("must be an address without a path, such as https://api.dublin.ie1.twilio.com")
        return value

    @validator(*CHANNEL_SHAPES, *CHANNEL_SECRETS)
    def _shape_of_a_channels_setting(cls, value: Any, field: ModelField) -> Any:
        if value is not None:
            pattern, wanted = CHANNEL_SHAPES.get(field.name, OTHER_SHAPE)
            if not re.fullmatch(pattern, value.get_secret_value() if isinstance(value, SecretStr) else value):
                raise ValueError(wanted)
        return value

    @validator("console_url")
    def _address_of_the_console(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[^\s/]+/?", value):
            raise ValueError("must be an address without a path, such as https://console.example.org")
        return value.rstrip("/") if value else None

    @validator("default_phone_region")
    def _known_region(cls, value: str) -> str:
        if value.upper() != USUAL_REGION:
            from phonenumbers import SUPPORTED_REGIONS  # 6 MB, which the front door need not carry

            if value.upper() not in SUPPORTED_REGIONS:
                raise ValueError("is not a region that phone numbers have; write one such as US")
        return value.upper()

    @property
    def opening_hours(self) -> OpeningHours | None:
        """The helpline's hours, or None where they are not known."""
        if not self.helpline_hours or not self.helpline_time_zone:
            return None
        return OpeningHours(self.helpline_hours, self.helpline_time_zone, tuple(self.helpline_holidays))

    @property
    def quiet(self) -> QuietHours | None:
        """The hours in which nothing is sent that nobody waits for; None where there are none."""
        if self.quiet_hours == NO_HOURS:
            return None
        return QuietHours(self.quiet_hours, self.helpline_time_zone or USUAL_TIME_ZONE)

    @validator("log_level")
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """Read the settings from the environment, the file ``.env``, and the files that either names.

    What stands in both is taken from the environment.

    Raises:
        SettingsError: A setting is bad or unknown; the message names each.
    """
    prefix, file = Settings.Config.env_prefix, _upper(dotenv_values(Settings.Config.env_file))
    known = {f"{prefix}{name.upper()}": name for name in Settings.__fields__}
    in_files, unusable = read_setting_files(_upper(os.environ), file, known)
    problems = _unknown_settings(set(known), {*_upper(os.environ), *file}) + unusable
    given = {known[name]: Settings.Config.parse_env_var(known[name], value) if known[name] in LISTS else value
             for name, value in in_files.items()}  # fmt: skip
    try:
        settings = Settings.parse_obj(given)
    except ValidationError as error:
        problems += [f"HELPLINE_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
    if problems:
        raise SettingsError("These settings must be mended:\n  " + "\n  ".join(problems))
    return settings


def _upper(given: Mapping[str, str | None]) -> dict[str, str]:
    return {name.upper(): value or "" for name, value in given.items()}


def _unknown_settings(known: set[str], given: set[str]) -> list[str]:
    """Return what to say of each variable that begins like a setting and is none."""
    prefix = Settings.Config.env_prefix
    names = known | {name + SUFFIX for name in known}
    unknown = sorted(name for name in given - names if name.startswith(prefix))
    if not unknown:
        return []
    from rapidfuzz import process  # another 6 MB

    nearest = {name: REPLACED.get(name) or process.extractOne(name, known)[0] for name in unknown}
    return [f"{name}: there is no such setting; it may be {nearest[name]}" for name in unknown]
