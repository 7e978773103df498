"""The learned half of the danger detector: how much a message resembles the training messages of danger.

It catches what no pattern names, by meaning: a small neural network reads the sentence vector. What is no danger is
told apart by its group: topics, feelings, advice, everything else; despair has a label of its own. From where on a
score counts is for `danger_weighing`. Knows nothing of Rasa.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
import numpy.typing as npt
from scipy.special import softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from helpline.nlu.intents import SCORED_LEAVES, danger_label, group_of
from helpline.nlu.sentence_encoder import Vectors

Scores = Mapping[str, float]
Matrix = npt.NDArray[np.float32]

_MODEL_FILE = "model.npz"
_BATCH = 256
# Few examples are seen more often than many are: so many steps are taken at least.
_FEWEST_STEPS = 1500


@dataclass(frozen=True)
class DangerScorerOptions:
    """How to fit.

    Attributes:
        hidden_units: Of the network's one hidden layer.
        alpha: How strongly large weights are held back (L2).
        learning_rate: How far one step goes at first (Adam).
        epochs: How often all examples are seen, where there are many.
        feature_scale: Length of a sentence vector as the network reads it.
        random_state: Seed of the first weights and of the order.
    """

    hidden_units: int
    alpha: float
    learning_rate: float
    epochs: int
    feature_scale: float
    random_state: int

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "DangerScorerOptions":
        """Take them from among the options of a component."""
        return cls(**{field.name: options[field.name] for field in fields(cls)})


@dataclass(frozen=True)
class _Network:
    """One hidden layer of rectified units, then the softmax over the labels."""

    labels: list[str]
    hidden: Matrix
    hidden_bias: Matrix
    output: Matrix
    output_bias: Matrix

    def probabilities(self, vectors: Vectors) -> Matrix:
        units = np.maximum(vectors @ self.hidden + self.hidden_bias, 0)
        found: Matrix = softmax(units @ self.output + self.output_bias, axis=1)
        return found


class DangerScorer:
    """Scores messages for each leaf intent of danger.

    Args:
        network: Reads sentence vectors.
    """

    def __init__(self, network: _Network) -> None:
        self._network = network

    @classmethod
    def fitted(cls, vectors: Vectors, leaves: Sequence[str], options: DangerScorerOptions) -> "DangerScorer":
        """Fit to training messages: the same data and seed give the same weights.

        Args:
            vectors: Sentence vectors of the messages, one row each.
            leaves: Their leaf intents.
            options: How to fit.
        """
        labels = np.array([danger_label(leaf) for leaf in leaves])
        with threadpool_limits(limits=1):
            return cls(_fitted(vectors, labels, options))

    def scores(self, vectors: Vectors) -> list[dict[str, float]]:
        """Return the probability of each leaf intent of danger, of despair and of what is neither, one mapping a text.

        Args:
            vectors: Sentence vectors of the texts, one row each.
        """
        none = dict.fromkeys(SCORED_LEAVES, 0.0)
        labels = self._network.labels
        rows = self._network.probabilities(vectors)
        return [{**none, **dict(zip(labels, map(float, row), strict=True))} for row in rows]

    def save(self, directory: Path) -> None:
        """Write what was learned to a directory."""
        kept = {**vars(self._network), "labels": np.array(self._network.labels)}
        np.savez(directory / _MODEL_FILE, **kept)

    @classmethod
    def load(cls, directory: Path) -> "DangerScorer":
        """Read what ``save`` wrote."""
        with np.load(directory / _MODEL_FILE, allow_pickle=False) as kept:
            layers = {name: kept[name] for name in kept.files if name != "labels"}
            return cls(_Network([str(label) for label in kept["labels"]], **layers))


@dataclass(frozen=True)
class MessageScores:
    """Scores of a message and of its sentences.

    Attributes:
        whole: Of the whole message.
        part: The highest of any sentence, for each leaf; those of the whole where no sentence was scored.
        words: What the words of the whole message say of each kind of danger, and of despair (`danger_words`).
    """

    whole: Scores
    part: Scores
    words: Mapping[str, float]

    @classmethod
    def of(cls, whole: Scores, words: Mapping[str, float], parts: Sequence[Scores] = ()) -> "MessageScores":
        """Take the scores of a message and of its words, and the scores of its sentences."""
        return cls(whole, {leaf: max(each[leaf] for each in parts) for leaf in whole} if parts else whole, words)

    @property
    def highest(self) -> Scores:
        """The higher of both, for each leaf."""
        return {leaf: max(score, self.part[leaf]) for leaf, score in self.whole.items()}


def score_of(scores: Scores, danger: str) -> float:
    """Return how much a message resembles a kind of danger, from 0 to 1."""
    return sum(score for leaf, score in scores.items() if group_of(leaf) == danger)


def _fitted(vectors: Vectors, labels: npt.NDArray[np.str_], options: DangerScorerOptions) -> _Network:
    scale = np.float32(options.feature_scale)
    batch = min(_BATCH, len(vectors))
    model = MLPClassifier(
        (options.hidden_units,),
        alpha=options.alpha,
        learning_rate_init=options.learning_rate,
        batch_size=batch,
        max_iter=max(options.epochs, _FEWEST_STEPS * batch // len(vectors)),
        random_state=options.random_state,
    )
    with catch_warnings():
        simplefilter("ignore", ConvergenceWarning)
        model.fit(vectors * scale, labels)
    (hidden, output), (hidden_bias, output_bias) = model.coefs_, model.intercepts_
    if output.shape[1] == 1:  # Of two classes only the second has weights; the first is the rest.
        output, output_bias = np.hstack([np.zeros_like(output), output]), np.array([0.0, *output_bias])
    layers = [np.asarray(layer, np.float32) for layer in (hidden * scale, hidden_bias, output, output_bias)]
    return _Network([str(label) for label in model.classes_], *layers)
