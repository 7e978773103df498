"""Starting: what is said when it cannot be."""

import socket

import pytest

from helpline.errors import StartError
from helpline.processes.supervisor import Supervisor
from helpline.settings import Settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_port_in_use_is_named_with_the_setting_that_changes_it():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        stack = Stack(Settings(api_token="t" * 20, rasa_port=port, action_port=free_port()))
        with pytest.raises(StartError, match=rf"Port {port} is in use.*HELPLINE_RASA_PORT"):
            stack.start()


def test_a_server_that_stops_by_itself_is_named_with_its_log(tmp_path):
    stack = Stack(Settings(api_token="t" * 20, rasa_port=free_port(), action_port=free_port()), log_directory=tmp_path)
    for server in stack.servers:
        server.command = ["false"]
    with pytest.raises(StartError, match=r"server stopped by itself \(exit status 1\).*\.log"):
        stack.start()
