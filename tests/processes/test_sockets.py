"""Ports for servers that begin soon."""

import os
import socket
import subprocess
import sys

import pytest

from helpline.errors import ListenError
from helpline.processes import sockets
from helpline.processes.sockets import HOST, free_ports


@pytest.fixture
def few(monkeypatch):
    """Ten ports to choose from."""
    first = free_ports(1)[0]
    monkeypatch.setattr(sockets, "_FIRST_PORT", first)
    monkeypatch.setattr(sockets, "_first_for_connections", lambda: first + 10)
    return first


def test_ports_are_different_and_none_is_one_that_the_system_gives_to_a_connection():
    found = free_ports(200)
    assert len(set(found)) == 200
    assert max(found) < sockets._first_for_connections()


def test_a_port_that_somebody_uses_is_not_given(few):
    with socket.create_server((HOST, few)):
        free = free_ports(1)
        assert few not in free
        with pytest.raises(ListenError, match=f"Of the ports {few} to {few + 9} on {HOST} not 10 are free"):
            free_ports(10)


def test_a_port_is_given_once_while_the_process_lives_that_it_was_given_to(few, monkeypatch, tmp_path):
    given = sockets._GivenPorts(tmp_path / sockets._GIVEN_PORTS.format(user=os.getuid()))
    monkeypatch.setattr(sockets, "_given_ports", lambda: given)
    program = f"""
from helpline.processes import sockets
sockets._FIRST_PORT = {few}
sockets._first_for_connections = lambda: {few + 10}
print(*sockets.free_ports(5), flush=True)
input()
"""
    command, environment = [sys.executable, "-c", program], {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        theirs = {int(port) for port in other.stdout.readline().split()}
        ours = set(free_ports(4))
        assert len(theirs) == 5
        assert not theirs & ours
        other.stdin.close()
    assert set(free_ports(5)) & theirs  # one of the ten was neither theirs nor ours


@pytest.mark.parametrize(("said", "first"), [("32768\t60999\n", 32768), ("1024 65535", 32768), ("", 32768)])
def test_where_the_system_begins_is_read_where_it_says_it(monkeypatch, tmp_path, said, first):
    file = tmp_path / "range"
    file.write_text(said)
    monkeypatch.setattr(sockets, "_FOR_CONNECTIONS_FILE", file)
    assert sockets._first_for_connections() == first
