"""Learned scores: the same every time, kept without loss, and those held out come from fits that did not see them."""

import numpy as np
import pytest

from helpline.nlu.danger.danger_scores import DangerScorer, DangerScorerOptions, score_of
from helpline.safety.dangers import CRISIS_SELF

OPTIONS = DangerScorerOptions(C=1.0, feature_scale=4.0, svd_components=8, random_state=1)
TEXTS = [
    "i want to die",
    "let me die now",
    "i will end my life",
    "what is ned",
    "what does stable mean",
    "tell me more",
]
LEAVES = [CRISIS_SELF, CRISIS_SELF, CRISIS_SELF, "faq/ned", "faq/stable_disease", "faq/lmd"]


@pytest.fixture(scope="module")
def vectors():
    return np.random.default_rng(0).normal(size=(len(TEXTS), 16)).astype(np.float32)


def fitted(vectors):
    scorer, _ = DangerScorer.fitted(TEXTS, vectors, LEAVES, OPTIONS)
    return scorer


def test_same_data_give_the_same_scores(vectors):
    first, second = fitted(vectors), fitted(vectors)
    assert first.scores(TEXTS, vectors) == second.scores(TEXTS, vectors)


def test_what_is_kept_scores_the_same(vectors, tmp_path):
    scorer = fitted(vectors)
    scorer.save(tmp_path)
    loaded = DangerScorer.load(tmp_path)
    assert loaded.scores(TEXTS, vectors) == scorer.scores(TEXTS, vectors)


def test_danger_scores_above_the_rest(vectors):
    scores = [score_of(each, "crisis") for each in fitted(vectors).scores(TEXTS, vectors)]
    assert min(scores[:3]) > max(scores[3:])


def test_a_text_without_words_has_a_score(vectors):
    assert sum(fitted(vectors).scores([""], vectors[:1])[0].values()) == pytest.approx(1)


def test_validated_scores_are_of_fits_that_did_not_see_the_message(vectors):
    scorer, validated = DangerScorer.fitted(TEXTS, vectors, LEAVES, OPTIONS)
    assert len(validated) == len(TEXTS)
    assert validated != scorer.scores(TEXTS, vectors)
