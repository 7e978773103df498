"""Ports for servers that begin soon."""

import socket

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


@pytest.mark.parametrize(("said", "first"), [("32768\t60999\n", 32768), ("1024 65535", 32768), ("", 32768)])
def test_where_the_system_begins_is_read_where_it_says_it(monkeypatch, tmp_path, said, first):
    file = tmp_path / "range"
    file.write_text(said)
    monkeypatch.setattr(sockets, "_FOR_CONNECTIONS_FILE", file)
    assert sockets._first_for_connections() == first
