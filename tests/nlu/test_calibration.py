import numpy as np
import pytest

from helpline.nlu.calibration import fitted_temperature, folds
from helpline.nlu.linear_model import softmax


def test_temperature_brings_confidence_to_what_is_right():
    random = np.random.RandomState(0)
    targets = random.randint(0, 4, 4000)
    # Right in 7 of 10, and claimed with next to certainty.
    claimed = np.where(random.rand(4000) < 0.7, targets, (targets + 1) % 4)
    scores = 8 * np.eye(4, dtype=np.float32)[claimed]
    sure = softmax(scores / np.float32(fitted_temperature(scores, targets))).max(axis=1).mean()
    assert sure == pytest.approx(0.7, abs=0.03)


def test_folds_spread_each_label():
    targets = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2])
    numbers = folds(targets, 2)
    for label in (0, 1):
        assert sorted(numbers[targets == label]) == [0, 0, 1, 1]
