"""Limits that several servers share in Redis. Imported where there is one: without Redis its client costs 8 MB."""

import logging
import time

from pyrate_limiter import Rate, StateBucket, TokenBucket
from pyrate_limiter.abstracts.algorithm import Decision
from pyrate_limiter.buckets.redis_state import RedisStateStore
from redis.asyncio import Redis
from redis.exceptions import RedisError

from helpline.web.limits import put

logger = logging.getLogger(__name__)

REDIS_TIMEOUT = 0.5
# After Redis failed, how long only the memory's buckets count before it is tried again.
REDIS_REST = 15.0


class RedisLimits:
    """Token buckets in Redis.

    Args:
        url: Of Redis.
    """

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, socket_timeout=REDIS_TIMEOUT, socket_connect_timeout=REDIS_TIMEOUT)
        self._rests_until = 0.0

    async def decide(self, key: str, rate: Rate) -> Decision | None:
        """Count one request; return None while Redis fails, and for a while after that."""
        if time.monotonic() < self._rests_until:
            return None
        try:
            store = RedisStateStore(self._redis, f"helpline:limit:{key}")
            return await put(StateBucket([rate], TokenBucket(), store))
        except RedisError as error:
            self._rests_until = time.monotonic() + REDIS_REST
            logger.error("Redis failed (%s); limits count in this process for now.", type(error).__name__)
            return None

    async def close(self) -> None:
        """Close the connections to Redis."""
        await self._redis.close()
