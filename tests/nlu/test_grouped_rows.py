"""The highest similarities of each class are among those that its groups hand on."""

import numpy as np
import pytest

from helpline.nlu.grouped_rows import GroupedRows

SIZES = (1, 5, 64, 65, 400)  # less than a group, a whole one, a little more, and many


def numbers(count, seed):
    return np.random.default_rng(seed).normal(size=(count, 12)).astype(np.float32)


@pytest.mark.parametrize("together", [1, 7, 8, 40], ids=str)
@pytest.mark.parametrize("count", [1, 3, 5])
def test_the_highest_of_each_class_are_handed_on(together, count):
    classes = np.repeat([-1, 0, 3, 4, 9], SIZES)
    rows, vectors = numbers(len(classes), 1), numbers(together, 2)
    grouped = GroupedRows(rows, classes)
    found, starts = grouped.highest(vectors, count)
    assert grouped.classes.tolist() == [-1, 0, 3, 4, 9]
    for number, of_class in zip(grouped.classes, np.split(found, starts[1:], axis=1), strict=True):
        expected = np.sort(vectors @ rows[classes == number].T, axis=1)[:, -count:]
        handed = np.sort(of_class, axis=1)[:, -expected.shape[1] :]
        assert handed == pytest.approx(expected, abs=1e-4)


def test_many_at_once_are_told_a_few_of_each_group_alone():
    grouped = GroupedRows(numbers(640, 3), np.zeros(640, np.int64))
    assert grouped.highest(numbers(8, 4), 3)[0].shape == (8, 30)


def test_rows_are_given_back_as_they_were():
    rows = numbers(sum(SIZES), 5)
    assert np.array_equal(GroupedRows(rows, np.repeat(np.arange(5), SIZES)).rows, rows)
