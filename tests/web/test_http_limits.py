"""Which connections are closed to make room for a new one."""

from helpline.web.http_limits import HttpLimits, OpenConnections


class FakeConnection:
    def __init__(self) -> None:
        self.dropped = False

    def drop(self) -> None:
        self.dropped = True


def fill(open_connections: OpenConnections, addresses: list[str | None]) -> list[FakeConnection]:
    connections = [FakeConnection() for _ in addresses]
    for connection, address in zip(connections, addresses, strict=True):
        assert open_connections.add(connection, address)
    return connections


def dropped(connections: list[FakeConnection]) -> list[int]:
    return [index for index, connection in enumerate(connections) if connection.dropped]


def test_one_address_over_its_limit_loses_its_own_longest_waiting_connection() -> None:
    connections = fill(OpenConnections(HttpLimits(max_connections_per_address=2)), ["10.0.0.9", "10.0.0.1"] * 3)

    assert dropped(connections) == [0, 1]


def test_all_addresses_over_the_limit_lose_the_longest_waiting_connection() -> None:
    open_connections = OpenConnections(HttpLimits(max_connections=3))
    connections = fill(open_connections, [f"10.0.0.{number}" for number in range(5)])

    assert dropped(connections) == [0, 1]
    assert len(open_connections) == 3


def test_connection_that_is_being_answered_is_never_closed_for_another() -> None:
    open_connections = OpenConnections(HttpLimits(max_connections=2))
    first, second = fill(open_connections, ["10.0.0.1", "10.0.0.2"])
    open_connections.is_answered(first)
    fill(open_connections, ["10.0.0.3"])
    assert dropped([first, second]) == [1]

    open_connections = OpenConnections(HttpLimits(max_connections=1))
    (only,) = fill(open_connections, ["10.0.0.1"])
    open_connections.is_answered(only)
    assert not open_connections.add(FakeConnection(), "10.0.0.2")
    assert not only.dropped
    assert len(open_connections) == 1


def test_answered_connection_waits_behind_the_others() -> None:
    open_connections = OpenConnections(HttpLimits(max_connections=2))
    first, second = fill(open_connections, ["10.0.0.1", "10.0.0.2"])
    open_connections.is_answered(first)
    open_connections.waits(first)
    fill(open_connections, ["10.0.0.3"])

    assert dropped([first, second]) == [1]


def test_addresses_of_one_ipv6_network_count_as_one() -> None:
    connections = fill(
        OpenConnections(HttpLimits(max_connections_per_address=1)), ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"]
    )

    assert dropped(connections) == [0]


def test_ipv4_address_in_ipv6_form_is_that_address() -> None:
    connections = fill(OpenConnections(HttpLimits(max_connections_per_address=1)), ["10.0.0.1", "::ffff:10.0.0.1"])

    assert dropped(connections) == [0]


def test_trusted_proxies_and_unix_sockets_have_no_limit_of_their_own() -> None:
    limits = HttpLimits(max_connections_per_address=1, trusted_proxies=("10.0.0.0/8",))
    connections = fill(OpenConnections(limits), ["10.0.0.1", "10.0.0.1", None, None])

    assert dropped(connections) == []


def test_nothing_is_kept_of_connections_that_ended() -> None:
    open_connections = OpenConnections(HttpLimits())
    connections = fill(open_connections, ["10.0.0.1", "10.0.0.1", "10.0.0.2", None])
    for connection in connections:
        open_connections.remove(connection)
        open_connections.remove(connection)

    assert len(open_connections) == 0
    assert not open_connections._by_address
    assert not open_connections._addresses
