"""How much one session and one address may ask of the server, in memory or shared by servers in Redis."""

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable
from inspect import isawaitable
from math import ceil
from typing import TYPE_CHECKING

from pyrate_limiter import Duration, Rate, RateItem, StateBucket, TokenBucket
from pyrate_limiter.abstracts.algorithm import Decision

from helpline.observability.figures import figures
from helpline.settings import Settings
from helpline.web.api_errors import RATE_LIMITED, ApiError

if TYPE_CHECKING:
    from helpline.web.redis_limits import RedisLimits

# Buckets kept in memory; the ones unused for longest go first, so that a flood of addresses has an end.
MOST_BUCKETS = 20_000


class Limits:
    """Token buckets by kind of limit and by who asks.

    Keys are hashed with the server's secret, so that no address lies in memory or in Redis. When Redis fails,
    the limits go on in this process: a visitor must not lose the chat over them.

    Args:
        rates: Rate of each kind of limit.
        secret: What hashes the keys.
        redis_url: Redis that is shared with other servers; None for this process alone.
    """

    def __init__(self, rates: dict[str, Rate], secret: str, redis_url: str | None = None) -> None:
        self._rates = rates
        self._salt = hashlib.sha256(secret.encode()).digest()
        self._buckets: OrderedDict[str, StateBucket] = OrderedDict()
        self._shared: RedisLimits | None = None
        if redis_url:
            from helpline.web import redis_limits

            self._shared = redis_limits.RedisLimits(redis_url)

    async def spend(self, kind: str, who: str) -> None:
        """Count one request.

        Args:
            kind: Which limit.
            who: The session or address.

        Raises:
            ApiError: That was one too many; its ``Retry-After`` says when to come back.
        """
        key = hashlib.blake2b(f"{kind}:{who}".encode(), key=self._salt, digest_size=16).hexdigest()
        decision = await self._decide(key, self._rates[kind])
        if not decision.allowed:
            figures.count("helpline_limited_total", limit=kind)
            wait = ceil((decision.retry_after_ms or 1000) / 1000)
            raise ApiError(RATE_LIMITED, {"Retry-After": str(max(1, wait))})

    async def refusal(self, kind: str, who: str) -> ApiError | None:
        """Count one request as `spend` does; return the error instead of raising it, None while all is well."""
        try:
            await self.spend(kind, who)
        except ApiError as error:
            return error
        return None

    async def _decide(self, key: str, rate: Rate) -> Decision:
        shared = await self._shared.decide(key, rate) if self._shared is not None else None
        return shared if shared is not None else await put(self._bucket(key, rate))

    def _bucket(self, key: str, rate: Rate) -> StateBucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = StateBucket([rate], TokenBucket())
            if len(self._buckets) > MOST_BUCKETS:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        return bucket

    async def close(self) -> None:
        """Close the connections to Redis."""
        if self._shared is not None:
            await self._shared.close()


def make_limits(settings: Settings, secret: str) -> Limits:
    """Return the channel's limits, as the settings say."""
    return Limits(
        {
            "session messages": Rate(settings.messages_per_minute, Duration.MINUTE),
            "address messages": Rate(settings.address_messages_per_minute, Duration.MINUTE),
            "address reads": Rate(settings.address_messages_per_minute, Duration.MINUTE),
            "address sessions": Rate(settings.sessions_per_hour, Duration.HOUR),
            "sender notices": Rate(1, Duration.MINUTE),
            "address links": Rate(60, Duration.MINUTE),
        },
        secret,
        settings.redis_url,
    )


async def put(bucket: StateBucket) -> Decision:
    """Count one request in a bucket."""
    now: int = bucket.now()  # type: ignore[no-untyped-call]
    decision: Decision | Awaitable[Decision] = bucket.put_decision(RateItem("request", now))
    return await decision if isawaitable(decision) else decision
