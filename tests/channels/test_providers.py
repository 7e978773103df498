"""Channels are switched on by their settings; what is set in part stops the start with what is missing."""

import os
import subprocess
import sys

import pytest

from helpline.channels.providers import channel_states, check_channels, load_providers
from helpline.errors import SettingsError
from helpline.settings import ROOT, Settings, load_settings

TWILIO = {"twilio_account_sid": "AC" + "0" * 32, "twilio_auth_token": "a-secret-of-twilio"}
PUBLIC = {"public_url": "https://help.example.org/"}
SMS = {"sms_sender": "+15550100000", **TWILIO, **PUBLIC}
META = {"access_token": "EAAG-token-of-meta", "app_secret": "app-secret-of-meta", "verify_token": "a-word-of-our-own"}
WHOLE = {
    "sms": SMS,
    "whatsapp by way of Twilio": {"whatsapp_twilio_sender": "+15550100000", **TWILIO, **PUBLIC},
    "whatsapp by way of Meta": {
        "whatsapp_phone_number_id": "106540352242922",
        **{f"whatsapp_{name}": value for name, value in META.items()},
        **PUBLIC,
    },
    "messenger": {
        "messenger_page_id": "270177159505342",
        **{f"messenger_{name}": value for name, value in META.items()},
        **PUBLIC,
    },
    "telegram": {
        "telegram_bot_token": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        "telegram_webhook_secret": "a-word-of-our-own",
        **PUBLIC,
    },
    "slack": {
        "slack_bot_token": "xoxb-1234567890-abc",
        "slack_signing_secret": "8f742231b10e8888abcd99yyyzzz85a5",
        **PUBLIC,
    },
}


def refusal(**values) -> str:
    with pytest.raises(SettingsError) as caught:
        load_providers(Settings(**values))
    return str(caught.value)


def test_nothing_set_is_off_and_says_nothing():
    assert load_providers(Settings()) == {}
    assert not any(state.is_on or state.begun for state in channel_states(Settings()))


def test_a_public_address_alone_switches_nothing_on():
    assert load_providers(Settings(**PUBLIC)) == {}


@pytest.mark.parametrize("channel", WHOLE)
def test_a_channel_is_on_where_all_of_it_is_set(channel):
    settings = Settings(**WHOLE[channel])
    providers = load_providers(settings)
    assert list(providers) == [channel.partition(" ")[0]]
    assert all(name == provider.channel for name, provider in providers.items())
    [state] = [state for state in channel_states(settings) if state.is_on]
    assert state.webhook == f"https://help.example.org/webhooks/{state.channel}"
    assert state.sentence.endswith(" is on.")


@pytest.mark.parametrize(("channel", "name"), [(channel, name) for channel in WHOLE for name in WHOLE[channel]])
def test_a_channel_without_one_of_its_settings_stops_the_start_and_names_it(channel, name):
    values = {key: value for key, value in WHOLE[channel].items() if key != name}
    said = refusal(**values)
    assert f"HELPLINE_{name.upper()}" in said
    assert not any(str(value) in said for value in WHOLE[channel].values())


def test_all_can_be_on_at_once_but_whatsapp_only_by_one_way():
    every = {name: value for values in WHOLE.values() for name, value in values.items()}
    said = refusal(**every)
    assert "WhatsApp by way of Twilio and WhatsApp by way of Meta are both set up" in said
    providers = load_providers(Settings(**{**every, "whatsapp_twilio_sender": None}))
    assert list(providers) == ["sms", "whatsapp", "messenger", "telegram", "slack"]


def test_an_account_without_a_number_stops_the_start():
    assert "HELPLINE_SMS_SENDER or HELPLINE_WHATSAPP_TWILIO_SENDER" in refusal(**TWILIO)


@pytest.mark.parametrize("channel", WHOLE)
def test_no_secret_is_shown_with_the_settings_or_the_module(channel):
    settings = Settings(**WHOLE[channel])
    shown = repr(settings) + str(settings) + repr(load_providers(settings))
    secrets = [value for name, value in WHOLE[channel].items() if name.endswith(("token", "secret"))]
    assert not [secret for secret in secrets if secret in shown]


def test_what_is_off_is_told_to_the_operator():
    sentences = [state.sentence for state in channel_states(Settings())]
    assert (
        "Text messages by way of Twilio is off; it needs HELPLINE_SMS_SENDER, HELPLINE_TWILIO_ACCOUNT_SID, "
        "HELPLINE_TWILIO_AUTH_TOKEN and HELPLINE_PUBLIC_URL."
    ) in sentences
    check_channels(Settings())


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PUBLIC_URL", "http://help.example.org"),
        ("TWILIO_ACCOUNT_SID", "SK123"),
        ("TWILIO_AUTH_TOKEN", "short"),
        ("TWILIO_AUTH_TOKEN", "line\nbreak and more"),
        ("SMS_SENDER", "555-0100"),
        ("TELEGRAM_BOT_TOKEN", "12345"),
        ("TELEGRAM_WEBHOOK_SECRET", "with spaces in it, too"),
        ("SLACK_BOT_TOKEN", "xoxp-1234567890"),
        ("WHATSAPP_VERIFY_TOKEN", "short"),
    ],
)
def test_a_bad_value_stops_the_start_and_is_not_repeated(setting, value, monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith("HELPLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(Settings.Config, "env_file", tmp_path / ".env")
    monkeypatch.setattr(Settings.__config__, "env_file", tmp_path / ".env")
    monkeypatch.setenv(f"HELPLINE_{setting}", value)
    load_settings.cache_clear()
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert f"HELPLINE_{setting}: " in str(caught.value)
    assert value not in str(caught.value)


def test_what_is_off_imports_no_library_of_a_provider():
    code = (
        "import sys; from helpline.channels.providers import load_providers; from helpline.settings import Settings; "
        "load_providers(Settings()); print(sorted({'twilio', 'slack_sdk'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.stdout.strip() == "[]"
