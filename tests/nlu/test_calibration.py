import numpy as np
import pytest

from helpline.nlu.calibration import Calibration, folds


def unsure_shares(count=4000, seed=1):
    """Return shares whose largest says 0.4 or 0.6 and is right in 7 and 9 of 10, with the right columns."""
    random = np.random.default_rng(seed)
    sure = random.choice([0.4, 0.6], count).astype(np.float32)
    shares = np.hstack([sure[:, None], np.repeat((1 - sure)[:, None] / 40, 20, axis=1)])
    right = random.random(count) < np.where(sure < 0.5, 0.7, 0.9)
    return shares, np.where(right, 0, 1)


def test_confidence_becomes_the_share_that_is_right():
    shares, targets = unsure_shares()
    sure = Calibration.fitted(shares, targets).applied(shares).max(axis=1)
    assert sure[shares[:, 0] < 0.5].mean() == pytest.approx(0.7, abs=0.03)
    assert sure[shares[:, 0] > 0.5].mean() == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize("offset", [-6.0, -1.0, 0.0, 2.0])
def test_the_order_stays_and_nothing_adds_up_to_more_than_one(offset):
    shares = np.array([[0.5, 0.3, 0.1], [0.05, 0.04, 0.01], [0.2, 0.6, 0.2]], np.float32)
    after = Calibration(1.0, offset).applied(shares)
    assert (np.argsort(after, kind="stable") == np.argsort(shares, kind="stable")).all()
    assert (after.sum(axis=1) <= 1 + 1e-6).all()


def test_a_line_through_nothing_changes_nothing():
    shares = np.array([[0.5, 0.3, 0.1]], np.float32)
    assert Calibration().applied(shares) == pytest.approx(shares, abs=1e-6)


def test_folds_spread_each_label():
    assert folds(np.array([0, 0, 1, 0, 1]), 2).tolist() == [0, 1, 0, 0, 1]


def test_doubt_between_two_stays_doubt():
    shares = np.array([[0.3, 0.29, 0.01]], np.float32)
    first, second, _ = Calibration(2.0, 3.0).applied(shares)[0]
    assert 0.4 < second < first < 0.6
