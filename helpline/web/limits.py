"""How much one session and one address may ask of the server, in memory or shared by servers in Redis."""

import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable
from inspect import isawaitable
from math import ceil

from pyrate_limiter import Duration, Rate, RateItem, StateBucket, TokenBucket
from pyrate_limiter.abstracts.algorithm import Decision
from pyrate_limiter.buckets.redis_state import RedisStateStore
from redis.asyncio import Redis
from redis.exceptions import RedisError

from helpline.observability.figures import figures
from helpline.settings import Settings
from helpline.web.api_errors import RATE_LIMITED, ApiError

logger = logging.getLogger(__name__)

# Buckets kept in memory; the ones unused for longest go first, so that a flood of addresses has an end.
MOST_BUCKETS = 20_000
REDIS_TIMEOUT = 0.5
# After Redis failed, how long only the memory's buckets count before it is tried again.
REDIS_REST = 15.0


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
        self._redis: Redis | None = None
        if redis_url:
            self._redis = Redis.from_url(redis_url, socket_timeout=REDIS_TIMEOUT, socket_connect_timeout=REDIS_TIMEOUT)
        self._redis_rests_until = 0.0

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
        if self._redis is not None and time.monotonic() >= self._redis_rests_until:
            try:
                store = RedisStateStore(self._redis, f"helpline:limit:{key}")
                return await _decision(StateBucket([rate], TokenBucket(), store))
            except RedisError as error:
                self._redis_rests_until = time.monotonic() + REDIS_REST
                logger.error("Redis failed (%s); limits count in this process for now.", type(error).__name__)
        return await _decision(self._bucket(key, rate))

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
        if self._redis is not None:
            await self._redis.close()


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


async def _decision(bucket: StateBucket) -> Decision:
    now: int = bucket.now()  # type: ignore[no-untyped-call]
    decision: Decision | Awaitable[Decision] = bucket.put_decision(RateItem("request", now))
    return await decision if isawaitable(decision) else decision
