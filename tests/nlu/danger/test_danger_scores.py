"""Learned scores: the same every time, kept without loss, and strict with near misses."""

import numpy as np
import pytest

from helpline.nlu.danger.danger_scores import DangerScorer, DangerScorerOptions, score_of
from helpline.safety.dangers import CRISIS_SELF

OPTIONS = DangerScorerOptions(C=1.0, feature_scale=4.0, svd_components=8, false_positive_rate=0.0, random_state=1)
TEXTS = ["i want to die", "let me die now", "i will end my life", "what is ned", "what does stable mean", "thank you"]
LEAVES = [CRISIS_SELF, CRISIS_SELF, CRISIS_SELF, "faq/ned", "faq/stable_disease", "thanks"]


@pytest.fixture(scope="module")
def vectors():
    return np.random.default_rng(0).normal(size=(len(TEXTS), 16)).astype(np.float32)


def fitted(vectors):
    return DangerScorer.fitted(TEXTS, vectors, LEAVES, [False] * 3 + [True] * 3, OPTIONS)


def test_same_data_give_the_same_scores(vectors):
    first, second = fitted(vectors), fitted(vectors)
    assert first.scores(TEXTS, vectors) == second.scores(TEXTS, vectors)
    assert first.thresholds == second.thresholds


def test_what_is_kept_scores_the_same(vectors, tmp_path):
    scorer = fitted(vectors)
    scorer.save(tmp_path)
    loaded = DangerScorer.load(tmp_path)
    assert loaded.scores(TEXTS, vectors) == scorer.scores(TEXTS, vectors)
    assert loaded.thresholds == scorer.thresholds


def test_danger_scores_above_the_rest(vectors):
    scores = [score_of(each, "crisis") for each in fitted(vectors).scores(TEXTS, vectors)]
    assert min(scores[:3]) > max(scores[3:])


def test_a_text_without_words_has_a_score(vectors):
    assert sum(fitted(vectors).scores([""], vectors[:1])[0].values()) == pytest.approx(1)
