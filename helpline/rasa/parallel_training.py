"""Trains what does not need each other side by side: for a training process of our own alone.

Rasa trains one component after another. The intent classifier and the danger detector need nothing but the sentence
vectors, and each spends its time in arithmetic of one thread, so that the same data give the same model.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace

import dask.threaded
from rasa.engine.runner import dask as runner
from threadpoolctl import threadpool_limits

COMPONENTS_AT_ONCE = 2


@contextmanager
def parallel_training() -> Iterator[None]:
    """Train two components at a time while this is open, each with arithmetic on one thread."""
    kept = runner.dask
    runner.dask = SimpleNamespace(get=partial(dask.threaded.get, num_workers=COMPONENTS_AT_ONCE))
    try:
        with threadpool_limits(limits=1):
            yield
    finally:
        runner.dask = kept
