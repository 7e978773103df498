"""Weighs what speaks for danger in a message: the learned score, and what the patterns see.

One logistic regression for each kind of danger turns the signs into a probability. It is fitted on training messages
held out of the score's fit, of those that the encoder was not tuned on. A message is raised where hardly any everyday
message, and few that are near danger, reach its probability; below that, a possible crisis calls for the sentence on
whom to call. Knows nothing of Rasa.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from helpline.nlu.danger.danger_scores import Scores, score_of
from helpline.safety.dangers import CRISIS, DANGERS
from helpline.safety.matching import PatternMatches

_FILE = "weighing.json"
# Scores at 0 and 1 have no log-odds.
_SMALLEST = 1e-5
# Of the weights: the signs are few, and the rarer ones speak from few messages.
_C = 1.0


@dataclass(frozen=True)
class DangerSigns:
    """What speaks for and against one kind of danger in a message.

    Attributes:
        score: The learned probability, from 0 to 1.
        witness: Whether a pattern that raises only with others matches outright.
        look_alike: Whether the patterns see an idiom, or an expression that is taken back.
        despair: Whether the patterns see despair without a word of death.
    """

    score: float
    witness: bool
    look_alike: bool
    despair: bool

    @classmethod
    def of(cls, danger: str, matches: PatternMatches, scores: Scores) -> "DangerSigns":
        """Return the signs of a kind of danger in what patterns and learned scores tell of a message."""
        return cls(
            score_of(scores, danger), bool(matches.outright(danger)), danger in matches.look_alikes, matches.despair
        )

    @property
    def row(self) -> list[float]:
        """The signs as numbers."""
        score = float(logit(min(max(self.score, _SMALLEST), 1 - _SMALLEST)))
        return [score, float(self.witness), float(self.look_alike), float(self.despair)]


@dataclass(frozen=True)
class DangerRates:
    """How often a message that is no danger may be taken for it, on data not seen.

    Attributes:
        everyday: Part of the everyday messages that may be raised, for each kind of danger.
        near: Part of the messages near danger that may be raised, for each kind of danger.
        check_in: Part of the everyday messages that may be told whom to call.
    """

    everyday: Mapping[str, float]
    near: Mapping[str, float]
    check_in: float


@dataclass(frozen=True)
class _Line:
    weights: list[float]
    intercept: float
    threshold: float
    check_in: float


class DangerWeighing:
    """The probability of each kind of danger, and from where on it counts."""

    def __init__(self, lines: Mapping[str, _Line]) -> None:
        self._lines = lines

    def probability(self, danger: str, signs: DangerSigns) -> float:
        """Return how likely a message is this kind of danger, from 0 to 1."""
        line = self._lines[danger]
        return float(expit(np.dot(line.weights, signs.row) + line.intercept))

    def raises(self, danger: str, signs: DangerSigns) -> bool:
        """Whether a message is this kind of danger."""
        return self.probability(danger, signs) >= self._lines[danger].threshold

    def calls_for_check_in(self, signs: DangerSigns) -> bool:
        """Whether a message that was not raised may still be a crisis."""
        return self.probability(CRISIS, signs) >= self._lines[CRISIS].check_in

    @classmethod
    def fitted(
        cls,
        signs: Mapping[str, Sequence[DangerSigns]],
        dangers: Sequence[str | None],
        near: Sequence[bool],
        rates: DangerRates,
    ) -> "DangerWeighing":
        """Fit to messages whose scores come from fits that did not see them.

        Args:
            signs: For each kind of danger the signs of each message.
            dangers: What each message is: a kind of danger, or None.
            near: Which of them, of those without danger, come near it.
            rates: How often what is no danger may be taken for it.
        """
        kinds = np.array([danger or "" for danger in dangers])
        is_near = np.array(near, bool) & (kinds == "")
        everyday = ~is_near & (kinds == "")
        lines = {}
        for danger in DANGERS:
            rows = np.array([each.row for each in signs[danger]])
            model = LogisticRegression(C=_C).fit(rows, kinds == danger)
            found = model.predict_proba(rows)[:, 1]
            threshold = max(
                _quantile(found[everyday], rates.everyday[danger]), _quantile(found[is_near], rates.near[danger])
            )
            check_in = min(threshold, _quantile(found[everyday], rates.check_in))
            lines[danger] = _Line(model.coef_[0].tolist(), float(model.intercept_[0]), threshold, check_in)
        return cls(lines)

    def save(self, directory: Path) -> None:
        """Write what was learned to a directory."""
        lines = {danger: asdict(line) for danger, line in self._lines.items()}
        (directory / _FILE).write_text(json.dumps(lines), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> "DangerWeighing":
        """Read what ``save`` wrote."""
        lines = json.loads((directory / _FILE).read_text(encoding="utf-8"))
        return cls({danger: _Line(**line) for danger, line in lines.items()})


def _quantile(values: npt.NDArray[np.float64], rate: float) -> float:
    """Return what only that part of the values reaches; never so low that it means nothing."""
    return max(_LOWEST, float(np.quantile(np.append(values, 0.0), 1 - rate)))


# Under this probability a message counts as nothing, whatever the data say.
_LOWEST = 0.05
