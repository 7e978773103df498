"""The held-out messages are many enough."""

import pytest

from evaluation.safety.safety_metrics import labelled


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("crisis", 120),
        ("crisis_lookalikes", 120),
        ("emergency", 80),
        ("emergency_lookalikes", 60),
        ("advice", 80),
        ("distress", 40),
        ("violence", 30),
        ("violence_lookalikes", 20),
    ],
)
def test_there_are_enough(name, count):
    assert len({message["text"] for message in labelled(name)}) >= count
