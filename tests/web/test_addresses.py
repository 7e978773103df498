"""The visitor's address: the connection's, unless a proxy that we know says otherwise."""

import pytest

from helpline.errors import SettingsError
from helpline.web.addresses import Addresses

PROXY = "10.0.0.1"


@pytest.mark.parametrize("header", ["203.0.113.7", "127.0.0.1", "10.0.0.1, 10.0.0.1", "junk", ""])
def test_header_is_nothing_without_trusted_proxies(header: str) -> None:
    assert Addresses([]).of("198.51.100.2", [header]) == "198.51.100.2"


@pytest.mark.parametrize("header", ["203.0.113.7", "127.0.0.1", PROXY])
def test_header_of_somebody_who_is_no_proxy_is_nothing(header: str) -> None:
    assert Addresses([PROXY]).of("198.51.100.2", [header]) == "198.51.100.2"


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        (["203.0.113.7"], "203.0.113.7"),
        (["203.0.113.7:4711"], "203.0.113.7"),
        (["1.2.3.4, 203.0.113.7"], "203.0.113.7"),
        (["1.2.3.4", "203.0.113.7"], "203.0.113.7"),
        (["1.2.3.4, 203.0.113.7, 10.0.0.9"], "203.0.113.7"),
        (["203.0.113.7, junk"], PROXY),
        (["unknown"], PROXY),
        ([""], PROXY),
        ([], PROXY),
        (["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        (["[2001:db8:1:2::9]:443"], "2001:db8:1:2::/64"),
        (["fe80::1%eth0"], "fe80::/64"),
        (["::ffff:203.0.113.7"], "203.0.113.7"),
        ([", ".join(["10.0.0.2"] * 500)], "10.0.0.2"),
    ],
)
def test_trusted_proxy_says_who_came_to_it(headers: list[str], address: str) -> None:
    assert Addresses(["10.0.0.0/24"]).of(PROXY, headers) == address


def test_visitor_of_one_ipv6_network_is_one_visitor() -> None:
    addresses = Addresses([])
    assert addresses.of("2001:db8::1", []) == addresses.of("2001:db8::ffff:1", [])
    assert addresses.of("2001:db8::1", []) != addresses.of("2001:db8:0:1::1", [])


def test_connection_without_an_address_is_one_visitor() -> None:
    assert Addresses([]).of("", ["1.2.3.4"]) == "unknown"


def test_bad_proxy_stops_the_start_with_the_settings_name() -> None:
    with pytest.raises(SettingsError, match="HELPLINE_TRUSTED_PROXIES"):
        Addresses(["proxy.example.org"])
