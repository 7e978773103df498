"""Learned scores: the same every time, and kept without loss."""

import numpy as np
import pytest

from helpline.nlu.danger.danger_scores import DangerScorer, DangerScorerOptions, MessageScores, score_of
from helpline.safety.dangers import CRISIS_SELF

OPTIONS = DangerScorerOptions(16, alpha=0.01, learning_rate=0.002, epochs=5, feature_scale=4.0, random_state=1)
LEAVES = [CRISIS_SELF, CRISIS_SELF, CRISIS_SELF, "faq/ned", "faq/stable_disease", "faq/lmd"]


@pytest.fixture(scope="module")
def vectors():
    return np.random.default_rng(0).normal(size=(len(LEAVES), 16)).astype(np.float32)


def fitted(vectors):
    return DangerScorer.fitted(vectors, LEAVES, OPTIONS)


def test_same_data_give_the_same_scores(vectors):
    first, second = fitted(vectors), fitted(vectors)
    assert first.scores(vectors) == second.scores(vectors)


def test_what_is_kept_scores_the_same(vectors, tmp_path):
    scorer = fitted(vectors)
    scorer.save(tmp_path)
    loaded = DangerScorer.load(tmp_path)
    assert loaded.scores(vectors) == scorer.scores(vectors)


def test_danger_scores_above_the_rest(vectors):
    scores = [score_of(each, "crisis") for each in fitted(vectors).scores(vectors)]
    assert min(scores[:3]) > max(scores[3:])


def test_scores_of_a_message_are_shares(vectors):
    assert sum(fitted(vectors).scores(vectors[:1])[0].values()) == pytest.approx(1)


def test_the_highest_sentence_counts_beside_the_whole():
    low, high = {"crisis/self": 0.1, "violence": 0.3}, {"crisis/self": 0.6, "violence": 0.2}
    scores = MessageScores.of(low, {}, [low, high])
    assert scores.part == {"crisis/self": 0.6, "violence": 0.3}
    assert scores.highest == {"crisis/self": 0.6, "violence": 0.3}
    assert MessageScores.of(high, {}).part == high
