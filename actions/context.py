"""What actions need from outside: the open store, the settings and the clock. Opened at the first use.

In a trial of staff's the store is one in memory, which nobody but that trial sees and which is never written down.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timezone
from functools import lru_cache

from helpline.settings import load_settings
from helpline.store.database import Database, open_database
from helpline.store.trial_stores import TrialStores

_trial_turns: ContextVar[Sequence[str]] = ContextVar("trial_turns", default=())


def store() -> Database:
    """Return the helpline store; in a trial the trial's own."""
    turns = _trial_turns.get()
    return _trial_stores().of_turn(turns) if turns else _helpline_store()


@contextmanager
def trial(turns: Sequence[str]) -> Iterator[None]:
    """Give actions the store of a trial.

    Args:
        turns: Names of the trial's turns, the newest first; without any it is no trial.
    """
    token = _trial_turns.set(turns)
    try:
        yield
    finally:
        _trial_turns.reset(token)


@lru_cache(maxsize=1)
def _helpline_store() -> Database:
    return open_database(load_settings())


@lru_cache(maxsize=1)
def _trial_stores() -> TrialStores:
    return TrialStores()


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(timezone.utc)
