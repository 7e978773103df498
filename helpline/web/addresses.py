"""Where a request comes from, for the limits. Proxy headers are believed only from proxies we know."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from helpline.errors import SettingsError

_UNKNOWN = "unknown"
# More hops than any real chain of proxies has; the rest of a longer header is not read.
_MOST_HOPS = 16


class Addresses:
    """Finds the visitor's address.

    Args:
        trusted_proxies: Addresses or networks of proxies whose ``X-Forwarded-For`` is believed.

    Raises:
        SettingsError: One of them is no address.
    """

    def __init__(self, trusted_proxies: Sequence[str]) -> None:
        try:
            self._trusted = [ip_network(proxy) for proxy in trusted_proxies]
        except ValueError as error:
            raise SettingsError(f"HELPLINE_TRUSTED_PROXIES: {error}") from None

    def of(self, peer: str, forwarded_for: Sequence[str]) -> str:
        """Return what stands for the visitor's address: an IPv4 address, or the /64 network of an IPv6 one.

        Args:
            peer: Address of the other end of the connection.
            forwarded_for: All ``X-Forwarded-For`` headers, in order.
        """
        address = _parse(peer)
        hops = [hop for header in forwarded_for for hop in header.split(",")][-_MOST_HOPS:]
        # From the right: each trusted proxy vouches for the hop before it, and nobody for what a visitor wrote.
        while address is not None and hops and self._is_trusted(address):
            before = _parse(hops.pop())
            if before is None:
                break
            address = before
        if address is None:
            return _UNKNOWN
        return str(IPv6Network((address, 64), strict=False) if address.version == 6 else address)

    def _is_trusted(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._trusted)


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
