"""Stores of staff's trials: in memory, each with a key that is thrown away, so that a trial saves nothing.

What a trial saved in one turn is there in the next, and gone again when the turn is taken back: each turn that looks
has a store of its own, which begins as the one before was left.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache

from cryptography.fernet import Fernet

from helpline.store.database import Database
from helpline.store.encryption import Cipher

# How many are kept; the oldest go first.
ROOM = 64


class TrialStores:
    """The stores of the trials that were used last, by the names of their turns."""

    def __init__(self) -> None:
        self._stores: OrderedDict[str, Database] = OrderedDict()
        self._lock = threading.Lock()

    def of_turn(self, turns: Sequence[str]) -> Database:
        """Return the store of a turn.

        Args:
            turns: Names of the turns of one trial, the newest first: its store, or one that begins as that of the
                nearest turn before it that has one.
        """
        newest, *earlier = turns
        with self._lock:
            if newest not in self._stores:
                before = next((self._stores[turn] for turn in earlier if turn in self._stores), _empty())
                self._stores[newest] = _copied(before)
            self._stores.move_to_end(newest)
            while len(self._stores) > ROOM:
                self._stores.popitem(last=False)[1].close()
            return self._stores[newest]


@lru_cache(maxsize=1)
def _empty() -> Database:
    made = Database("sqlite://", Cipher([Fernet.generate_key().decode()]))
    made.upgrade()
    return made


def _copied(store: Database) -> Database:
    made = Database("sqlite://", store.cipher)
    with store.engine.connect() as source, made.engine.connect() as target:
        source.connection.dbapi_connection.backup(target.connection.dbapi_connection)
    return made
