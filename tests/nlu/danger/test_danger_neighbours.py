"""How near a message is to training messages, and what is kept of them."""

import numpy as np
import pytest

from helpline.nlu.danger.danger_neighbours import DangerNeighbours

# Two corners of a room, five messages in each, and what they are.
CRISES = [[1, 0.1 * number, 0] for number in range(5)]
HARMLESS = [[0, 0.1 * number, 1] for number in range(5)]
KINDS = [*["crisis"] * 4, "despair", *[None] * 5]


@pytest.fixture
def vectors():
    rows = np.array([*CRISES, *HARMLESS], np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_message_is_near_to_its_kind_and_far_from_the_others(vectors):
    (found,) = DangerNeighbours.of(vectors, KINDS).nearness(vectors[:1])
    assert found["crisis"].of_kind > 0.9
    assert found["crisis"].of_others < found["crisis"].of_kind
    assert DangerNeighbours.of(vectors, KINDS).nearness(vectors[-1:])[0]["crisis"].of_others > 0.9


def test_a_crisis_counts_as_despair_as_well(vectors):
    (found,) = DangerNeighbours.of(vectors, KINDS).nearness(vectors[:1])
    assert found["despair"].of_kind > 0.9
    assert found["despair"].of_others < found["crisis"].of_others


def test_a_kind_without_messages_is_near_to_nothing(vectors):
    assert DangerNeighbours.of(vectors, KINDS).nearness(vectors[:1])[0]["violence"].of_kind == 0


def test_what_is_kept_is_as_near(vectors, tmp_path):
    neighbours = DangerNeighbours.of(vectors, KINDS)
    neighbours.save(tmp_path)
    kept = DangerNeighbours.load(tmp_path).nearness(vectors[:1])[0]["crisis"]
    assert kept.of_kind == pytest.approx(neighbours.nearness(vectors[:1])[0]["crisis"].of_kind, abs=0.02)
