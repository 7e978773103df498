"""Learned scores: the same every time, kept without loss, and strict with near misses."""

import numpy as np
import pytest

from helpline.nlu.safety.learned import Fit, LearnedScores, of_kind
from helpline.safety.dangers import CRISIS_SELF

FIT = Fit(inverse_penalty=1.0, weight=4.0, directions=8, flagged=0.0, seed=1)
TEXTS = ["i want to die", "let me die now", "i will end my life", "what is ned", "what does stable mean", "thank you"]
LEAVES = [CRISIS_SELF, CRISIS_SELF, CRISIS_SELF, "faq/ned", "faq/stable_disease", "thanks"]


@pytest.fixture(scope="module")
def vectors():
    return np.random.default_rng(0).normal(size=(len(TEXTS), 16)).astype(np.float32)


def fitted(vectors):
    return LearnedScores.fitted(TEXTS, vectors, LEAVES, [False] * 3 + [True] * 3, FIT)


def test_same_data_give_the_same_scores(vectors):
    first, second = fitted(vectors), fitted(vectors)
    assert first.scores(TEXTS, vectors) == second.scores(TEXTS, vectors)
    assert first.thresholds == second.thresholds


def test_what_is_kept_scores_the_same(vectors, tmp_path):
    learned = fitted(vectors)
    learned.save(tmp_path)
    loaded = LearnedScores.load(tmp_path)
    assert loaded.scores(TEXTS, vectors) == learned.scores(TEXTS, vectors)
    assert loaded.thresholds == learned.thresholds


def test_danger_scores_above_the_rest(vectors):
    scores = [of_kind(each, "crisis") for each in fitted(vectors).scores(TEXTS, vectors)]
    assert min(scores[:3]) > max(scores[3:])


def test_a_text_without_words_has_a_score(vectors):
    assert sum(fitted(vectors).scores([""], vectors[:1])[0].values()) == pytest.approx(1)
