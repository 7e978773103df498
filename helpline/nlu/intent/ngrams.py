"""What a message looks like: n-grams of its words and of their characters, weighted by how rare they are.

The sparse features of the classifier. N-grams of characters bear typos and names of drugs that the encoder never saw.
Kept as JSON and numbers, never as pickled objects. Knows nothing of Rasa.
"""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.utils.sparsefuncs_fast import inplace_csr_row_normalize_l2

WORD = r"\b\w+\b"


def _vectorizers(min_df: int, vocabularies: list[dict[str, int]] | None = None) -> list[TfidfVectorizer]:
    words, characters = vocabularies or (None, None)
    return [
        TfidfVectorizer(
            token_pattern=WORD,
            ngram_range=(1, 2),
            sublinear_tf=True,
            lowercase=False,
            min_df=min_df,
            vocabulary=words,
        ),
        TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=(2, 4),
            sublinear_tf=True,
            lowercase=False,
            min_df=min_df,
            vocabulary=characters,
        ),
    ]


class NgramVectorizer:
    """Turns texts into sparse TF-IDF rows; the half of words and the half of characters each have length one."""

    def __init__(self, vectorizers: list[TfidfVectorizer]) -> None:
        self._vectorizers = vectorizers
        self._weights: list[npt.NDArray[np.float64]] = [vectorizer.idf_ for vectorizer in vectorizers]

    @classmethod
    def fitted(cls, texts: list[str], min_df: int) -> "NgramVectorizer":
        """Return the vectorizer of these texts.

        Args:
            texts: The training messages, normalised.
            min_df: In how many messages an n-gram must stand to count.
        """
        lower = [text.lower() for text in texts]
        return cls([vectorizer.fit(lower) for vectorizer in _vectorizers(min_df)])

    def rows(self, texts: list[str]) -> csr_matrix:
        """Return one sparse row a text, which is normalised."""
        lower = [text.lower() for text in texts]
        halves = [_half(*half, lower) for half in zip(self._vectorizers, self._weights, strict=True)]
        return hstack(halves, format="csr", dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write the n-grams in their order, with their weights, to a JSON file."""
        halves = []
        for vectorizer, weights in zip(self._vectorizers, self._weights, strict=True):
            ngrams = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
            halves.append({"ngrams": ngrams, "weights": weights.tolist()})
        path.write_text(json.dumps(halves, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "NgramVectorizer":
        """Read what `save` wrote."""
        halves = json.loads(path.read_text(encoding="utf-8"))
        vocabularies = [{ngram: i for i, ngram in enumerate(half["ngrams"])} for half in halves]
        vectorizers = _vectorizers(1, vocabularies)
        for vectorizer, half in zip(vectorizers, halves, strict=True):
            vectorizer.idf_ = np.array(half["weights"])
        return cls(vectorizers)


def _half(vectorizer: TfidfVectorizer, weights: npt.NDArray[np.float64], texts: list[str]) -> csr_matrix:
    """Return what ``vectorizer.transform`` does.

    That asks each time whether it is fitted, and so takes the weights out of a matrix anew: half of its time.
    """
    rows = CountVectorizer.transform(vectorizer, texts)
    np.log(rows.data, rows.data)
    rows.data += 1
    rows.data *= weights[rows.indices]
    inplace_csr_row_normalize_l2(rows)
    return rows
