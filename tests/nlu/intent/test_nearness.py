import numpy as np
import pytest

from helpline.nlu.intent.nearness import Nearness


def _unit_rows(count, width, seed):
    rows = np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_class_is_as_near_as_the_mean_of_its_three_nearest_messages():
    known, messages = _unit_rows(400, 60, 1), _unit_rows(300, 60, 2)
    targets = np.random.default_rng(3).integers(0, 7, 400)
    found = Nearness.of(known, targets, 7).similarities(messages)
    assert found.shape == (300, 7)
    for number in range(7):
        expected = np.sort(messages @ known[targets == number].T, axis=1)[:, -3:].mean(axis=1)
        assert found[:, number] == pytest.approx(expected, abs=1e-5)


def test_a_class_of_one_message_is_as_near_as_that():
    found = Nearness.of(np.eye(3, dtype=np.float32), np.array([0, 1, 1]), 2).similarities(np.eye(3, dtype=np.float32))
    assert found[:, 0] == pytest.approx([1, 0, 0], abs=1e-6)


def test_a_class_without_a_message_is_near_to_nothing():
    rows = _unit_rows(20, 8, 4)
    found = Nearness.of(rows, np.repeat([0, 2], 10), 4).similarities(rows)
    assert not found[:, [1, 3]].any()
    assert found[:10, 0].min() > 0.3
    assert found[10:, 2].min() > 0.3


def test_the_order_of_the_messages_changes_nothing():
    rows, targets = _unit_rows(90, 16, 5), np.arange(90) % 4
    order = np.random.default_rng(6).permutation(90)
    first, second = Nearness.of(rows, targets, 4), Nearness.of(rows[order], targets[order], 4)
    assert first.similarities(rows) == pytest.approx(second.similarities(rows), abs=1e-5)


def test_what_is_kept_takes_a_quarter_of_the_room_and_stays_as_near():
    exact = Nearness.of(_unit_rows(300, 384, 7), np.arange(300) % 3, 3)
    kept = exact.kept()
    assert kept["near_rows"].nbytes == 300 * 128
    read = Nearness.of_kept(kept, 3)
    messages = _unit_rows(50, 384, 8)
    assert read.similarities(messages) == pytest.approx(exact.similarities(messages), abs=0.005)


def test_what_is_typed_twice_counts_once():
    rows = _unit_rows(40, 16, 9)
    once, twice = Nearness.of(rows, np.arange(40) % 2, 2), Nearness.of(np.tile(rows, (2, 1)), np.arange(80) % 2, 2)
    assert twice.similarities(rows) == pytest.approx(once.similarities(rows), abs=1e-5)
    assert twice.kept()["near_rows"].shape == once.kept()["near_rows"].shape
