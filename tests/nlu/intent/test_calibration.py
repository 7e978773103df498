import numpy as np
import pytest

from helpline.nlu.intent.calibration import Calibration, with_top_probability


def test_confidence_becomes_the_share_that_is_right():
    random = np.random.default_rng(1)
    score, nearness = random.choice([-0.5, 1.0], 8000), random.choice([0.2, 0.8], 8000)
    chance = np.where(score > 0, 0.8, 0.5) + np.where(nearness > 0.5, 0.15, 0.0)
    calibration = Calibration.fitted(score, nearness, random.random(8000) < chance, np.ones(8000, bool))
    for one, other, right in [(-0.5, 0.2, 0.5), (1.0, 0.8, 0.95)]:
        assert calibration.confidence(np.array([one]), np.array([other]))[0] == pytest.approx(right, abs=0.05)


def test_held_out_classes_teach_nearness_and_not_how_sure_to_be():
    random = np.random.default_rng(2)
    known = random.random(8000) < 0.7
    nearness = np.where(known, 0.7, 0.4) + random.normal(0, 0.05, 8000)
    right = known & (random.random(8000) < 0.9)
    calibration = Calibration.fitted(np.zeros(8000), nearness, right, known)
    assert calibration.nearness > 0
    sure = calibration.confidence(np.zeros(8000), nearness)
    assert sure[known].mean() == pytest.approx(0.9, abs=0.02)
    assert sure[~known].mean() < 0.5


def test_all_right_is_no_certainty_without_end():
    calibration = Calibration.fitted(np.ones(20), np.ones(20), np.ones(20, bool), np.ones(20, bool))
    assert np.isfinite([calibration.score, calibration.nearness, calibration.intercept]).all()


@pytest.mark.parametrize("confidence", [0.0, 0.05, 0.5, 0.97, 1.0])
def test_the_likeliest_stays_and_nothing_adds_up_to_more_than_one(confidence):
    shares = np.array([[0.5, 0.3, 0.1], [0.05, 0.04, 0.01], [0.2, 0.6, 0.2]], np.float32)
    after = with_top_probability(shares, np.full(3, confidence, np.float32))
    assert after[np.arange(3), [0, 0, 1]] == pytest.approx(confidence)
    assert (after.max(axis=1) <= confidence + 1e-6).all()
    assert (after.sum(axis=1) <= 1 + 1e-6).all()


def test_doubt_between_two_stays_doubt():
    first, second, _ = with_top_probability(np.array([[0.3, 0.29, 0.01]], np.float32), np.array([0.5], np.float32))[0]
    assert first == 0.5
    assert 0.4 < second < 0.5


def test_a_row_of_zeros_is_no_error():
    assert np.isfinite(with_top_probability(np.zeros((1, 3), np.float32), np.array([0.1], np.float32))).all()
