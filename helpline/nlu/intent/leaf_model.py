"""The model behind the intent classifier: scores of all leaf intents, and calibrated confidences.

A score is a linear model's, and how near the message is to training messages of the class. Measured on messages of a
writer, and on subjects, that the training left out, the squared hinge loss beats logistic regression; what is near adds
to it since the encoder is tuned (docs/understanding.md). Kept as one NumPy file. Knows nothing of Rasa.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.special import softmax
from sklearn.model_selection import StratifiedKFold
from sklearn.utils.extmath import randomized_svd
from threadpoolctl import threadpool_limits

from helpline.nlu.intent.calibration import Calibration, with_top_probability
from helpline.nlu.intent.linear_model import LinearModel, Matrix, Numbers, fitted_weights
from helpline.nlu.intent.nearness import Nearness

# Arithmetic runs on one thread, so that sums are added up in one order; whole fits run side by side.
PARALLEL = 2
# SVD components are those of one message in so many: those of all of them tell no more, and take three times as long.
_SVD_ONE_IN = 3
# What the scores are multiplied with for the shares of the classes beside the likeliest.
SHARPNESS = np.float32(2.5)


@dataclass(frozen=True)
class LeafModelOptions:
    """How to fit a model.

    Attributes:
        ngram_weight: Length of an n-gram row beside the dense row's one.
        nearness_weight: What a class's nearness is multiplied with beside its linear score.
        svd_components: SVD components of the n-grams kept while fitting.
        C: How freely weights grow, as of a support vector machine.
        max_iter: Steps of the optimizer at most.
        cv_folds: Folds for calibration, each held out once.
        held_out_classes: Of so many classes one is held out of each fold as well; more than there are folds.
        random_state: Seed of the projection.
    """

    ngram_weight: float
    nearness_weight: float
    svd_components: int
    C: float
    max_iter: int
    cv_folds: int
    held_out_classes: int
    random_state: int

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "LeafModelOptions":
        """Take them from among the options of a component."""
        return cls(**{field.name: options[field.name] for field in fields(cls)})


class LeafModel:
    """Scores and calibrated probabilities of classes for rows of dense and sparse features."""

    def __init__(
        self,
        labels: list[str],
        linear: LinearModel,
        nearness: Nearness,
        nearness_weight: float,
        calibration: Calibration,
    ) -> None:
        self.labels = labels
        self.calibration = calibration
        self._linear = linear
        self._nearness = nearness
        self._nearness_weight = np.float32(nearness_weight)

    def probabilities(self, dense: Matrix, sparse: csr_matrix) -> Matrix:
        """Return one row of probabilities a message, in the order of `labels`; what is missing to 1 is for none."""
        near = self._nearness.similarities(dense)
        scores = self._linear.scores(dense, sparse) + self._nearness_weight * near
        confidence = self.calibration.confidence(*_of_likeliest(scores, near)[1:])
        return with_top_probability(_softmax(SHARPNESS * scores), confidence)

    def save(self, path: Path) -> None:
        """Write the model to a NumPy file."""
        np.savez(
            path,
            labels=np.array(self.labels),
            dense=self._linear.dense,
            sparse=self._linear.sparse,
            sparse_step=self._linear.step,
            intercept=self._linear.intercept,
            calibration=np.array(astuple(self.calibration)),
            near_weight=self._nearness_weight,
            **self._nearness.kept(),
        )

    @classmethod
    def load(cls, path: Path) -> "LeafModel":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            labels = [str(label) for label in kept["labels"]]
            return cls(
                labels,
                LinearModel(kept["dense"], kept["sparse"], kept["sparse_step"], kept["intercept"]),
                Nearness.of_kept(kept, len(labels)),
                float(kept["near_weight"]),
                Calibration(*kept["calibration"].tolist()),
            )


def fit_leaf_model(
    dense: Matrix,
    sparse: csr_matrix,
    labels: list[str],
    options: LeafModelOptions,
    reserved: Sequence[bool] | None = None,
) -> LeafModel:
    """Fit a model to labelled rows, its calibration found on held-out folds of them.

    Args:
        dense: Sentence vectors, a row for each message.
        sparse: N-grams, a row for each message.
        labels: The class of each.
        options: How to fit.
        reserved: Rows that the calibration is fitted on: those that the encoder was not tuned on. All if left out.
    """
    names, targets = np.unique(labels, return_inverse=True)
    width = dense.shape[1]
    with threadpool_limits(limits=1):
        some = sparse[::_SVD_ONE_IN]
        count = min(options.svd_components, min(some.shape) - 1)
        _, _, components = randomized_svd(some, count, n_iter=2, random_state=options.random_state)
        rows = np.hstack([dense, options.ngram_weight * np.asarray(sparse @ components.T)]).astype(np.float32)
        folds = StratifiedKFold(options.cv_folds, shuffle=True, random_state=options.random_state)
        fold_of = np.zeros(len(targets), np.int64)
        for fold, (_, members) in enumerate(folds.split(rows, targets)):
            fold_of[members] = fold
        held_out = [targets % options.held_out_classes == fold for fold in range(options.cv_folds)]
        seen = [(fold_of != fold) & ~held_out[fold] for fold in range(options.cv_folds)]
        fit = partial(fitted_weights, classes=len(names), C=options.C)
        with ThreadPoolExecutor(PARALLEL) as pool:
            fold_weights = list(
                pool.map(lambda chosen: fit(rows[chosen], targets[chosen], max_iter=options.max_iter), seen)
            )
            # The fit to all goes on from where the folds came to, and so needs half the steps.
            start = np.mean(fold_weights, axis=0)
            fitting = pool.submit(fit, rows, targets, max_iter=options.max_iter // 2, start=start)
            validated = [
                _validated(rows, width, targets, chosen, fold_of == fold, fold_weights[fold], options.nearness_weight)
                for fold, chosen in enumerate(seen)
            ]
            weights = fitting.result()
        class_seen = np.concatenate([~held_out[fold][fold_of == fold] for fold in range(options.cv_folds)])
        carried = (options.ngram_weight * components.T).astype(np.float32)
        linear = LinearModel.of(weights[:width], carried @ weights[width:-1], weights[-1])
    score, near, right = (np.concatenate(each) for each in zip(*validated, strict=True))
    counts = np.ones(len(targets), bool) if reserved is None else np.array(reserved, bool)
    counts = np.concatenate([counts[fold_of == fold] for fold in range(options.cv_folds)])
    calibration = Calibration.fitted(score[counts], near[counts], right[counts], class_seen[counts])
    nearness = Nearness.of(dense, targets, len(names))
    return LeafModel([str(name) for name in names], linear, nearness, options.nearness_weight, calibration)


def _validated(
    rows: Matrix,
    width: int,
    targets: Numbers,
    seen: npt.NDArray[np.bool_],
    held_out: npt.NDArray[np.bool_],
    weights: Matrix,
    nearness_weight: float,
) -> tuple[Matrix, Matrix, npt.NDArray[np.bool_]]:
    """Return the likeliest class's score and nearness, and whether it is right, for rows that a fit did not see."""
    known = Nearness.of(rows[seen, :width], targets[seen], weights.shape[1])
    near = known.similarities(rows[held_out, :width])
    scores = rows[held_out] @ weights[:-1] + weights[-1] + np.float32(nearness_weight) * near
    likeliest, score, nearness = _of_likeliest(scores, near)
    return score, nearness, likeliest == targets[held_out]


def _of_likeliest(scores: Matrix, near: Matrix) -> tuple[Numbers, Matrix, Matrix]:
    """Return the column of each row's highest score, that score, and how near its class is."""
    likeliest = scores.argmax(axis=1)
    rows = np.arange(len(scores))
    return likeliest, scores[rows, likeliest], near[rows, likeliest]


def _softmax(scores: Matrix) -> Matrix:
    """Turn rows of scores into rows of probabilities."""
    result: Matrix = softmax(scores, axis=1)
    return result
