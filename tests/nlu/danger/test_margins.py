import numpy as np
import pytest

from helpline.nlu.danger.danger_decision import danger_margins

LABELS = ["crisis/other", "crisis/self", "distress/fear", "faq/ned", "violence"]


def test_the_best_of_a_kind_is_held_against_the_best_that_is_no_danger():
    (found,) = danger_margins(LABELS, np.array([[-0.2, 0.6, 0.1, -0.9, -1.0]], np.float32))
    assert found["crisis"] == pytest.approx(0.5)
    assert found["violence"] == pytest.approx(-1.1)


def test_a_kind_without_examples_is_no_danger():
    (found,) = danger_margins(LABELS, np.zeros((1, 5), np.float32))
    assert found["emergency"] == pytest.approx(-1.0)
