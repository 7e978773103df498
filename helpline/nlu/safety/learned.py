"""The learned half of the safety net: how much a message resembles the examples of danger.

It catches what no pattern names, by meaning (the sentence vector) and by its mended words. Everything that
is no danger is one class, topics, distress and advice included. How high a score must be is found on
held-out folds of the training data: so high that hardly any near miss reaches it. Knows nothing of Rasa.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from helpline.nlu.calibration import folds
from helpline.nlu.safety.kinds import KINDS, LEAVES, NONE, kind_of
from helpline.nlu.sentence_encoder import Vectors
from helpline.nlu.softmax_model import Fit, SoftmaxModel, fit_softmax

Scores = Mapping[str, float]

_MODEL_FILE = "model.npz"
_THRESHOLDS_FILE = "thresholds.json"
_FOLDS = 3
# Runs of up to three words are counted in this many boxes, by their checksum: nothing to keep but weights.
_BOXES = 2**15
_LONGEST_RUN = 3
# Under this, a score means nothing, whatever the folds say.
_LOWEST_THRESHOLD = 0.5


class LearnedScores:
    """Scores messages for each leaf intent of danger, and knows from where on a score counts."""

    def __init__(self, model: SoftmaxModel, thresholds: Mapping[str, float]) -> None:
        self._model = model
        self.thresholds = thresholds

    @classmethod
    def fitted(
        cls, texts: list[str], vectors: Vectors, leaves: Sequence[str], near: Sequence[bool], fit: Fit, flagged: float
    ) -> "LearnedScores":
        """Fit to the training data.

        Args:
            texts: Mended words of the messages, with spaces between.
            vectors: Their sentence vectors, one row each.
            leaves: Their leaf intents.
            near: Which of them, of those without danger, come near it.
            fit: How to fit.
            flagged: Part of the near ones that may score as danger on data not seen.
        """
        labels = [leaf if leaf in LEAVES else NONE for leaf in leaves]
        rows = _runs(texts)
        _, targets = np.unique(labels, return_inverse=True)
        numbers = folds(targets, _FOLDS)
        held_out: list[Scores] = [{}] * len(texts)
        for number in range(_FOLDS):
            inside, outside = np.flatnonzero(numbers != number), np.flatnonzero(numbers == number)
            model = fit_softmax(vectors[inside], rows[inside], [labels[i] for i in inside], fit)
            for i, row in zip(outside, model.probabilities(vectors[outside], rows[outside]), strict=True):
                held_out[i] = dict(zip(model.labels, map(float, row), strict=True))
        chosen = [held_out[i] for i in range(len(texts)) if near[i] and labels[i] == NONE]
        thresholds = {kind: _threshold([of_kind(scores, kind) for scores in chosen], flagged) for kind in KINDS}
        return cls(fit_softmax(vectors, rows, labels, fit), thresholds)

    def scores(self, texts: list[str], vectors: Vectors) -> list[dict[str, float]]:
        """Return the probability of each leaf intent, one mapping a text.

        Args:
            texts: Mended words, with spaces between.
            vectors: Their sentence vectors, one row each.
        """
        rows = self._model.probabilities(vectors, _runs(texts))
        return [dict(zip(self._model.labels, map(float, row), strict=True)) for row in rows]

    def save(self, directory: Path) -> None:
        """Write what was learned to a directory."""
        self._model.save(directory / _MODEL_FILE)
        (directory / _THRESHOLDS_FILE).write_text(json.dumps(dict(self.thresholds)), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> "LearnedScores":
        """Read what ``save`` wrote."""
        thresholds = json.loads((directory / _THRESHOLDS_FILE).read_text(encoding="utf-8"))
        return cls(SoftmaxModel.load(directory / _MODEL_FILE), thresholds)


def of_kind(scores: Scores, kind: str) -> float:
    """Return how much a message resembles a kind of danger, from 0 to 1."""
    return sum(score for leaf, score in scores.items() if kind_of(leaf) == kind)


def _runs(texts: list[str]) -> csr_matrix:
    """Return the runs of words of each text as a row of length one."""
    columns: list[int] = []
    values: list[float] = []
    starts = [0]
    for text in texts:
        words = text.split()
        boxes = {
            zlib.crc32(" ".join(words[start:end]).encode()) % _BOXES
            for start in range(len(words))
            for end in range(start + 1, min(start + _LONGEST_RUN, len(words)) + 1)
        }
        columns += sorted(boxes)
        values += [1 / len(boxes) ** 0.5] * len(boxes) if boxes else []
        starts.append(len(columns))
    return csr_matrix((np.array(values, np.float32), columns, starts), shape=(len(texts), _BOXES))


def _threshold(near: Sequence[float], flagged: float) -> float:
    values: npt.NDArray[np.float64] = np.array([0.0, *near])
    return max(_LOWEST_THRESHOLD, float(np.quantile(values, 1 - flagged)))
