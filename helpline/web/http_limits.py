"""How much of the server one client, one address and all clients together may take."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network
from typing import Protocol


@dataclass(frozen=True)
class HttpLimits:
    """What the server allows. Times are in seconds, sizes in bytes.

    Attributes:
        max_body: Longest body of a request.
        max_head: Longest head of a request: its first line and its headers.
        max_headers: Most headers of a request.
        head_seconds: Time for a request's head, from its first byte; for the first request from the connection's start.
        request_seconds: Time for the whole request, counted in the same way.
        idle_seconds: How long a connection may wait for its next request.
        response_seconds: Time for the answer, from the request's last byte until the client has taken it.
        max_connections: Most open connections. Where one more comes, the one that has waited longest is closed.
        max_connections_per_address: The same for one address; an IPv6 address stands for its /64 network.
        trusted_proxies: Addresses or networks of proxies, to which the limit per address does not apply.
        refusal_json: Returns what is said, as JSON, to a request that is no proper HTTP, by the status of the answer;
            without it the reason is said, in English.
    """

    max_body: int = 64 * 1024
    max_head: int = 16 * 1024
    max_headers: int = 100
    head_seconds: float = 10.0
    request_seconds: float = 20.0
    idle_seconds: float = 15.0
    response_seconds: float = 20.0
    max_connections: int = 4000
    max_connections_per_address: int = 200
    trusted_proxies: tuple[str, ...] = ()
    refusal_json: Callable[[int], bytes] | None = None

    @property
    def max_request(self) -> int:
        """Most bytes of a request as it is sent: its head, and its body in chunks of a sensible size."""
        return self.max_head + 2 * self.max_body + 1024


class Connection(Protocol):
    """What ``OpenConnections`` must be able to do to a connection."""

    def drop(self) -> None:
        """Close the connection at once."""


@dataclass
class _Group:
    """The connections of one address, or all of them."""

    most: int
    connections: set[Connection] = field(default_factory=set)
    # In the order in which they began to wait.
    waiting: OrderedDict[Connection, None] = field(default_factory=OrderedDict)


class OpenConnections:
    """Counts the open connections and makes room for a new one.

    A connection waits from its start, or from its last answer, until its request is there as a whole. Only a
    waiting one is closed to make room; a client that is being answered never is. Meant for one event loop.
    """

    def __init__(self, limits: HttpLimits) -> None:
        self._most_per_address = limits.max_connections_per_address
        self._trusted = [ip_network(proxy) for proxy in limits.trusted_proxies]
        self._all = _Group(limits.max_connections)
        self._by_address: dict[str, _Group] = {}
        self._addresses: dict[Connection, str] = {}

    def __len__(self) -> int:
        return len(self._all.connections)

    def add(self, connection: Connection, address: str | None) -> bool:
        """Count a new connection; ``address`` is None for a Unix socket. False if there is no room for it."""
        key = self._key(address)
        if key is not None:
            self._addresses[connection] = key
            self._by_address.setdefault(key, _Group(self._most_per_address))
        for group in self._groups(connection):
            group.connections.add(connection)
            if len(group.connections) > group.most and not self._make_room(group):
                self.remove(connection)
                return False
        self.waits(connection)
        return True

    def waits(self, connection: Connection) -> None:
        """Note that the connection waits for a request."""
        for group in self._groups(connection):
            group.waiting[connection] = None

    def is_answered(self, connection: Connection) -> None:
        """Note that the connection's request is there and is being answered."""
        for group in self._groups(connection):
            group.waiting.pop(connection, None)

    def remove(self, connection: Connection) -> None:
        """Forget a connection. Does nothing if it is not counted."""
        for group in self._groups(connection):
            group.connections.discard(connection)
            group.waiting.pop(connection, None)
        key = self._addresses.pop(connection, None)
        if key is not None and not self._by_address[key].connections:
            del self._by_address[key]

    def _make_room(self, group: _Group) -> bool:
        if not group.waiting:
            return False
        longest = next(iter(group.waiting))
        self.remove(longest)
        longest.drop()
        return True

    def _groups(self, connection: Connection) -> tuple[_Group, ...]:
        key = self._addresses.get(connection)
        return (self._all,) if key is None else (self._by_address[key], self._all)

    def _key(self, address: str | None) -> str | None:
        if address is None:
            return None
        parsed = ip_address(address.partition("%")[0])
        if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        if any(parsed in network for network in self._trusted):
            return None
        return str(IPv6Network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
