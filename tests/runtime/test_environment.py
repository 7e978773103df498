"""Secrets that are made once, and the environment of the child processes."""

import stat

from helpline.runtime.environment import child_environment, secret_file
from helpline.settings import Settings


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    first = secret_file("api.token", tmp_path / "var")
    assert secret_file("api.token", tmp_path / "var") == first
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "var" / "api.token").stat().st_mode) == 0o600


def test_children_listen_on_loopback_and_send_no_telemetry():
    environment = child_environment(Settings(api_token="t" * 20, rasa_port=5999))
    assert environment["RASA_TELEMETRY_ENABLED"] == "false"
    assert environment["SANIC_HOST"] == "127.0.0.1"
    assert environment["HELPLINE_API_TOKEN"] == "t" * 20
    assert environment["HELPLINE_RASA_PORT"] == "5999"
