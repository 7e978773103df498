"""Leaves out what Rasa does for its cache of trained components: for a training process of our own alone.

A model is always trained as a whole, and the cache is off (``RASA_MAX_CACHE_SIZE``). Rasa takes a fingerprint of all
that goes into each component and comes out of it nevertheless, so as to know it again, and with tens of thousands of
examples that takes as long as reading them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from rasa.engine.training.hooks import TrainingHook


@contextmanager
def without_cache() -> Iterator[None]:
    """Keep nothing of a component for another training while this is open."""
    with (
        patch.object(TrainingHook, "on_before_node", _nothing_noted),
        patch.object(TrainingHook, "on_after_node", _nothing_kept),
    ):
        yield


def _nothing_noted(*args: Any, **kwargs: Any) -> dict[str, Any]:
    return {}


def _nothing_kept(*args: Any, **kwargs: Any) -> None:
    return None
