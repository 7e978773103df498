import numpy as np

from helpline.nlu.intent.ngrams import NgramVectorizer

TEXTS = ["what is metastasis", "is metastasis bad", "good morning", "good night", "wh\u00e4t is \u201cNED\u201d"]


def test_a_typo_shares_pieces_with_the_word():
    vectorizer = NgramVectorizer.fitted(TEXTS, 1)
    right, typo, other = vectorizer.rows(["metastasis", "metastesis", "morning"]).toarray()
    assert right @ typo > right @ other + 0.2


def test_what_stands_too_rarely_does_not_count():
    assert NgramVectorizer.fitted(TEXTS, 2).rows(TEXTS).shape[1] < NgramVectorizer.fitted(TEXTS, 1).rows(TEXTS).shape[1]


def test_saved_and_loaded_gives_the_same_rows(tmp_path):
    vectorizer = NgramVectorizer.fitted(TEXTS, 1)
    vectorizer.save(tmp_path / "ngrams.json")
    queries = [*TEXTS, "never seen before"]
    loaded = NgramVectorizer.load(tmp_path / "ngrams.json").rows(queries)
    assert np.array_equal(loaded.toarray(), vectorizer.rows(queries).toarray())
