"""The environment of the child processes."""

from helpline.processes.environment import child_environment
from helpline.settings import Settings

TOKEN = "t" * 40


def test_children_get_every_setting_and_send_no_telemetry():
    environment = child_environment(Settings(api_token=TOKEN, port=5999, allowed_origins=["https://a.org"]))
    assert environment["RASA_TELEMETRY_ENABLED"] == "false"
    assert environment["HELPLINE_API_TOKEN"] == TOKEN
    assert environment["HELPLINE_PORT"] == "5999"
    assert environment["HELPLINE_ALLOWED_ORIGINS"] == "https://a.org"
    assert "HELPLINE_ENCRYPTION_KEY" not in environment


def test_secrets_of_messaging_channels_reach_the_parts_as_they_are():
    environment = child_environment(
        Settings(slack_bot_token="xoxb-1234567890", slack_signing_secret="8f742231b10e8888")
    )
    assert environment["HELPLINE_SLACK_BOT_TOKEN"] == "xoxb-1234567890"
    assert environment["HELPLINE_SLACK_SIGNING_SECRET"] == "8f742231b10e8888"
    assert "HELPLINE_TELEGRAM_BOT_TOKEN" not in environment
