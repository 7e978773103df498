"""Floods end, and one visitor's flood is nobody else's."""

import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import httpx
import pytest
import redis
from pyrate_limiter import Duration, Rate

from helpline.web import limits
from helpline.web.api_errors import ApiError
from helpline.web.limits import Limits
from tests.web.server import Door, Site


def assert_ends(answers: list[httpx.Response]) -> None:
    """Some answers were refused, kindly. (Not always the last: on a slow machine buckets fill meanwhile.)"""
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    for answer in refused:
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.json()["error"]["code"] == "rate_limited"
        assert "(888) 753-LBBC (5222)" in answer.json()["error"]["text"]
        assert "988" in answer.json()["error"]["text"]


def test_flood_of_messages_in_a_session_ends(serve: Callable[..., Door]) -> None:
    url = serve(messages_per_minute=5).url
    site, other = Site(url), Site(url)
    site.open()
    other.open()
    answers = [site.send(text="helpline") for _ in range(12)]
    assert [answer.status_code for answer in answers[:5]] == [200] * 5
    assert_ends(answers)
    assert other.send(text="helpline").status_code == 200


def test_flood_from_an_address_ends_whatever_its_sessions(serve: Callable[..., Door]) -> None:
    url = serve(address_messages_per_minute=5).url
    sites = [Site(url) for _ in range(4)]
    for site in sites:
        site.open()
    answers = [site.send(text="helpline") for _ in range(3) for site in sites]
    assert_ends(answers)


def test_flood_of_sessions_ends(serve: Callable[..., Door]) -> None:
    url = serve(sessions_per_hour=5).url
    answers = [Site(url).open() for _ in range(8)]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429] * 3
    assert_ends(answers)


def test_flood_of_reads_and_of_forged_tokens_ends(serve: Callable[..., Door]) -> None:
    site = Site(serve(address_messages_per_minute=5).url)
    site.token = "forged"
    answers = [site.conversation() for _ in range(8)]
    assert answers[0].status_code == 401
    assert_ends(answers)
    assert_ends([site.send(text="helpline") for _ in range(8)])


@pytest.mark.parametrize(
    "name", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP", "Client-IP"]
)
def test_headers_that_name_an_address_buy_nothing(serve: Callable[..., Door], name: str) -> None:
    url = serve(sessions_per_hour=3).url
    answers = [httpx.post(f"{url}/sessions", json={}, headers={name: f"203.0.113.{number}"}) for number in range(6)]
    assert [answer.status_code for answer in answers] == [201] * 3 + [429] * 3


def test_proxy_that_we_know_tells_visitors_apart(serve: Callable[..., Door]) -> None:
    url = serve(sessions_per_hour=1, trusted_proxies=["127.0.0.1"]).url

    def open_from(header: str) -> int:
        return httpx.post(f"{url}/sessions", json={}, headers={"X-Forwarded-For": header}).status_code

    assert open_from("203.0.113.1") == 201
    assert open_from("203.0.113.2") == 201
    assert open_from("203.0.113.1") == 429
    assert open_from("198.51.100.9, 203.0.113.1") == 429  # what a visitor wrote before the proxy did


async def test_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_BUCKETS", 100)
    memory = Limits({"message": Rate(1, Duration.HOUR)}, "secret")
    for number in range(500):
        await memory.spend("message", str(number))
    assert len(memory._buckets) == 100
    with pytest.raises(ApiError):
        await memory.spend("message", "499")


async def test_bucket_fills_again() -> None:
    bucket = Limits({"message": Rate(1, Duration.SECOND)}, "secret")
    refused = admitted_again = False
    for _ in range(200):
        try:
            await bucket.spend("message", "a")
            admitted_again = refused
        except ApiError:
            refused = True
        if admitted_again:
            break
        time.sleep(0.05)
    assert admitted_again


async def test_servers_share_their_limits_in_redis(redis_url: str) -> None:
    secret = secrets.token_hex()
    rates = {"message": Rate(3, Duration.HOUR)}
    servers = [Limits(rates, secret, redis_url) for _ in range(2)]
    for server in (servers[0], servers[1], servers[0]):
        await server.spend("message", "203.0.113.7")
    for server in servers:
        with pytest.raises(ApiError) as refusal:
            await server.spend("message", "203.0.113.7")
        assert int(refusal.value.headers["Retry-After"]) > 1000
    await servers[0].spend("message", "203.0.113.8")
    for server in servers:
        await server.close()


async def test_redis_holds_no_address_and_nothing_for_ever(redis_url: str) -> None:
    client = redis.Redis.from_url(redis_url)
    before = set(client.keys())
    server = Limits({"message": Rate(3, Duration.MINUTE)}, secrets.token_hex(), redis_url)
    await server.spend("message", "203.0.113.7")
    (key,) = set(client.keys()) - before
    assert b"203.0.113.7" not in key
    assert 0 < client.ttl(key) <= 3600
    assert b"203.0.113.7" not in b"".join(client.hvals(key))
    await server.close()


async def test_redis_that_fails_costs_no_visitor_the_chat() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    server = Limits({"message": Rate(2, Duration.HOUR)}, "secret", f"redis://127.0.0.1:{port}/0")
    await server.spend("message", "a")
    await server.spend("message", "a")
    with pytest.raises(ApiError):
        await server.spend("message", "a")
    await server.close()


def test_channel_limits_through_redis(serve: Callable[..., Door], redis_url: str) -> None:
    url = serve(sessions_per_hour=2, redis_url=redis_url, trusted_proxies=["127.0.0.1"]).url
    headers = {"X-Forwarded-For": f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.1"}
    answers = [httpx.post(f"{url}/sessions", json={}, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]


def test_a_front_door_with_no_channel_and_no_redis_holds_no_client_of_either_and_nothing_for_terminals() -> None:
    code = """
import sys
from helpline.processes.parent import begin_part
begin_part()
import helpline.channels.providers, helpline.web.app, helpline.web.http_server
loaded = {name for name, module in sys.modules.items() if module}
print(sorted({"click", "httpx", "pygments", "redis", "rich"} & loaded))
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout.strip() == "['click']"  # uvicorn's own
