"""What actions need from outside: the open store, the settings and the clock. Opened at the first use."""

from datetime import datetime, timezone
from functools import lru_cache

from helpline.settings import load_settings
from helpline.store.database import Database, open_database


@lru_cache(maxsize=1)
def store() -> Database:
    """Return the helpline store, opened once for the process."""
    return open_database(load_settings())


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(timezone.utc)
