"""What a message looks like: n-grams of its words and of their characters, weighted by how rare they are.

The sparse features of the classifier. N-grams of characters bear typos and names of drugs that the encoder never saw.
Kept as JSON and numbers, never as pickled objects. Knows nothing of Rasa.
"""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

WORD = r"\b\w+\b"
Analyse = Callable[[str], list[str]]


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
        self._halves: list[tuple[Analyse, dict[str, int], npt.NDArray[np.float64]]] = [
            (vectorizer.build_analyzer(), vectorizer.vocabulary_, vectorizer.idf_) for vectorizer in vectorizers
        ]

    @classmethod
    def fitted(cls, texts: list[str], min_df: int) -> tuple["NgramVectorizer", csr_matrix]:
        """Return the vectorizer of these texts, and what `rows` gives for them: counted once for both.

        Args:
            texts: The training messages, normalised.
            min_df: In how many messages an n-gram must stand to count.
        """
        lower = [text.lower() for text in texts]
        vectorizers = _vectorizers(min_df)
        halves = [vectorizer.fit_transform(lower) for vectorizer in vectorizers]
        return cls(vectorizers), hstack(halves, format="csr", dtype=np.float32)

    def rows(self, texts: list[str]) -> csr_matrix:
        """Return one sparse row a text, which is normalised: what ``transform`` of each half returns, side by side.

        That is made for many texts; for the one of a turn it takes three times as long as the n-grams.
        """
        values: list[npt.NDArray[np.float64]] = []
        places: list[npt.NDArray[np.int32]] = []
        ends = [0]
        for text in texts:
            first = 0
            for analyse, vocabulary, weights in self._halves:
                found = sorted(
                    Counter(vocabulary[ngram] for ngram in analyse(text.lower()) if ngram in vocabulary).items()
                )
                place = np.array([number for number, _ in found], np.int32)
                value = (1 + np.log([float(count) for _, count in found])) * weights[place]
                values.append(value / (np.sqrt(value @ value) or 1))
                places.append(place + np.int32(first))
                first += len(vocabulary)
            ends.append(ends[-1] + len(places[-1]) + len(places[-2]))
        width = sum(len(vocabulary) for _, vocabulary, _ in self._halves)
        data = np.concatenate(values).astype(np.float32) if values else np.zeros(0, np.float32)
        return csr_matrix((data, np.concatenate(places) if places else [], ends), shape=(len(texts), width))

    def save(self, path: Path) -> None:
        """Write the n-grams in their order, with their weights, to a JSON file."""
        halves = []
        for _, vocabulary, weights in self._halves:
            ngrams = sorted(vocabulary, key=vocabulary.__getitem__)
            halves.append({"ngrams": ngrams, "weights": weights.tolist()})
        path.write_text(json.dumps(halves, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "NgramVectorizer":
        """Read what `save` wrote."""
        halves = json.loads(path.read_text(encoding="utf-8"))
        vocabularies = [{ngram: i for i, ngram in enumerate(half["ngrams"])} for half in halves]
        vectorizers = _vectorizers(1, vocabularies)
        for vectorizer, half in zip(vectorizers, halves, strict=True):
            vectorizer.idf_ = np.array(half["weights"])  # which takes over the vocabulary as well
        return cls(vectorizers)
