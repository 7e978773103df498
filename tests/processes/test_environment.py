"""The environment of the child processes."""

from helpline.processes.environment import child_environment
from helpline.settings import Settings


def test_children_listen_on_loopback_and_send_no_telemetry():
    environment = child_environment(Settings(api_token="t" * 20, rasa_port=5999))
    assert environment["RASA_TELEMETRY_ENABLED"] == "false"
    assert environment["SANIC_HOST"] == "127.0.0.1"
    assert environment["HELPLINE_API_TOKEN"] == "t" * 20
    assert environment["HELPLINE_RASA_PORT"] == "5999"
