import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from helpline.nlu.intent.ngrams import WORD, NgramVectorizer

TEXTS = ["what is metastasis", "is metastasis bad", "good morning", "good night", "wh\u00e4t is \u201cNED\u201d"]


def test_a_typo_shares_pieces_with_the_word():
    vectorizer, _ = NgramVectorizer.fitted(TEXTS, 1)
    right, typo, other = vectorizer.rows(["metastasis", "metastesis", "morning"]).toarray()
    assert right @ typo > right @ other + 0.2


def test_what_stands_too_rarely_does_not_count():
    (_, twice), (_, once) = NgramVectorizer.fitted(TEXTS, 2), NgramVectorizer.fitted(TEXTS, 1)
    assert twice.shape[1] < once.shape[1]


def test_the_rows_of_its_texts_are_those_that_it_gives_for_them():
    vectorizer, rows = NgramVectorizer.fitted(TEXTS, 1)
    assert rows.dtype == np.float32
    assert np.allclose(rows.toarray(), vectorizer.rows(TEXTS).toarray(), atol=1e-6)


def test_saved_and_loaded_gives_the_same_rows(tmp_path):
    vectorizer, _ = NgramVectorizer.fitted(TEXTS, 1)
    vectorizer.save(tmp_path / "ngrams.json")
    queries = [*TEXTS, "never seen before"]
    loaded = NgramVectorizer.load(tmp_path / "ngrams.json").rows(queries)
    assert np.array_equal(loaded.toarray(), vectorizer.rows(queries).toarray())


def test_a_row_is_what_both_halves_of_scikit_learn_return():
    queries = [*TEXTS, "Good good good METASTASIS", "xyz", ""]
    lower = [text.lower() for text in queries]
    halves = [
        TfidfVectorizer(token_pattern=WORD, ngram_range=(1, 2), sublinear_tf=True).fit(TEXTS).transform(lower),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True).fit(TEXTS).transform(lower),
    ]
    vectorizer, _ = NgramVectorizer.fitted([text.lower() for text in TEXTS], 1)
    rows = vectorizer.rows(queries)
    assert np.allclose(rows.toarray(), np.hstack([half.toarray() for half in halves]), atol=1e-6)
    assert vectorizer.rows([]).shape == (0, rows.shape[1])
