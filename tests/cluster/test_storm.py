"""Faults of the cluster as `make chaos` makes them, for a shorter while: what visitors were told is what is stored."""

import asyncio
import shutil

import pytest

from evaluation.chaos.experiment import Extent, try_fault
from evaluation.chaos.faults import faults
from evaluation.product.checkout import Checkout
from tests.store.conftest import POSTGRES, empty_database

STORM = next(fault for fault in faults() if fault.name == "cluster: storm")


def test_nothing_is_lost_doubled_or_silent_in_a_storm(trained_model, tmp_path):
    if not shutil.which("redis-server") or not shutil.which("nginx", path="/usr/sbin:/usr/bin"):
        pytest.skip("needs redis-server and nginx")
    extent = Extent(asking=1, filling=1, before=3.0, after=5.0, longest=40.0, recovery=60.0)
    with empty_database("postgresql", tmp_path):  # skips where there is no server
        found = asyncio.run(try_fault(Checkout.this(), STORM, extent, POSTGRES))
    assert found.turns > 100
    assert found.confirmed > 0
    lost = (found.requests_lost, found.requests_doubled, found.requests_untold, found.turns_lost, found.turns_doubled)
    assert lost == (0, 0, 0, 0, 0)
    assert (found.silent, found.unanswered, found.crises_unanswered, found.flags_lost) == (0, 0, 0, 0)
    assert found.well_after is not None
