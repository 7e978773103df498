"""Weighs what speaks for danger in a message: the learned score, and what the patterns see.

One logistic regression for each kind of danger turns the signs into a probability, and one more for what calls for the
sentence on whom to call: a crisis or despair. They are fitted on the reserved training messages, which neither the
score's fit nor the encoder saw. A message is raised where hardly any everyday message, and few that are near
danger, reach its probability. Knows nothing of Rasa.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from helpline.nlu.danger.danger_neighbours import Nearness
from helpline.nlu.danger.danger_scores import MessageScores, Scores, score_of
from helpline.safety.dangers import CRISIS, DANGERS, DESPAIR, DESPAIR_LEAF, KINDS, kinds_meant
from helpline.safety.matching import PatternMatches

_FILE = "weighing.json"
# Scores at 0 and 1 have no log-odds.
_SMALLEST = 1e-5
# Cosines beside log-odds: what differs by a tenth counts as one.
_COSINE = 10.0
# Of the weights: the signs are few, and the rarer ones speak from few messages.
_C = 1.0
# What the numbers of `DangerSigns.row` are, in their order.
SIGNS = ("score", "part", "near_kind", "near_others", "words", "witness", "look_alike", "despair")


@dataclass(frozen=True)
class DangerSigns:
    """What speaks for and against one kind of danger in a message.

    Attributes:
        score: The learned probability, from 0 to 1.
        part: The highest of any sentence of a long message, or the score again.
        nearness: How near the message is to training messages of this danger, and to others.
        words: What its words alone say: above zero where they are like this danger.
        witness: Whether a pattern that raises only with others matches outright.
        look_alike: Whether the patterns see an idiom, or an expression that is taken back.
        despair: Whether the patterns see despair without a word of death.
    """

    score: float
    part: float
    nearness: Nearness
    words: float
    witness: bool
    look_alike: bool
    despair: bool

    @classmethod
    def of(
        cls, danger: str, matches: PatternMatches, scores: MessageScores, nearness: Mapping[str, Nearness]
    ) -> "DangerSigns":
        """Return the signs of a kind of danger, or of despair, in what patterns and learned scores tell of a message.

        What may be a crisis may be despair as well: a check-in is right for both.
        """
        score, part = _score(danger, scores.whole), _score(danger, scores.part)
        near, words = nearness[danger], scores.words[danger]
        danger = CRISIS if danger == DESPAIR else danger
        witness, look_alike = bool(matches.outright(danger)), danger in matches.look_alikes
        return cls(score, part, near, words, witness, look_alike, matches.despair)

    @property
    def row(self) -> list[float]:
        """The signs as numbers."""
        scores = np.clip([self.score, self.part], _SMALLEST, 1 - _SMALLEST)
        near = (_COSINE * self.nearness.of_kind, _COSINE * self.nearness.of_others)
        seen = (float(self.witness), float(self.look_alike), float(self.despair))
        return [*map(float, logit(scores)), *near, self.words, *seen]


@dataclass(frozen=True)
class DangerRates:
    """How often a message that is no danger may be taken for it, on data not seen.

    Attributes:
        everyday: Part of the everyday messages that may be raised, for each kind of danger and for despair.
        near: Part of the messages near danger that may be raised, for each of them. To be raised as despair is to
            be told whom to call.
    """

    everyday: Mapping[str, float]
    near: Mapping[str, float]


@dataclass(frozen=True)
class WeighedDanger:
    """How one kind of danger was weighed in a message, for whoever asks why.

    Attributes:
        kind: The kind of danger, or despair.
        probability: How likely the message is it, from 0 to 1.
        threshold: From which probability on it counts.
        signs: For each sign its name, its value and its weight. One times the other is added to the log-odds.
        intercept: What is added to them whatever the message says.
        patterns: Codes of the patterns that match outright.
    """

    kind: str
    probability: float
    threshold: float
    signs: tuple[tuple[str, float, float], ...]
    intercept: float
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class _Line:
    weights: list[float]
    intercept: float
    threshold: float


class DangerWeighing:
    """The probability of each kind of danger and of a need for a check-in, and from where on it counts."""

    def __init__(self, lines: Mapping[str, _Line]) -> None:
        self._lines = lines

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of danger that were learned, and despair."""
        return tuple(self._lines)

    def probability(self, danger: str, signs: DangerSigns) -> float:
        """Return how likely a message is this kind of danger, from 0 to 1; 0 for a kind never learned."""
        if danger not in self._lines:
            return 0.0
        line = self._lines[danger]
        return float(expit(np.dot(line.weights, signs.row) + line.intercept))

    def weighed(self, danger: str, signs: DangerSigns, patterns: Sequence[str]) -> WeighedDanger:
        """Tell how this kind of danger was weighed.

        Args:
            danger: The kind of danger, or despair.
            signs: What speaks for and against it.
            patterns: Codes of the patterns that match outright.
        """
        line = self._lines[danger]
        return WeighedDanger(
            danger,
            self.probability(danger, signs),
            line.threshold,
            tuple(zip(SIGNS, signs.row, line.weights, strict=True)),
            line.intercept,
            tuple(dict.fromkeys(patterns)),
        )

    def raises(self, danger: str, signs: DangerSigns) -> bool:
        """Whether a message is this kind of danger."""
        return danger in self._lines and self.probability(danger, signs) >= self._lines[danger].threshold

    def calls_for_check_in(self, signs: DangerSigns) -> bool:
        """Whether a message that was not raised may still be a crisis, or is despair, whose signs are given."""
        return self.raises(DESPAIR, signs)

    @classmethod
    def fitted(
        cls,
        signs: Mapping[str, Sequence[DangerSigns]],
        kinds: Sequence[str | None],
        near: Sequence[bool],
        rates: DangerRates,
    ) -> "DangerWeighing":
        """Fit to messages that the score's fit did not see.

        Args:
            signs: For each kind of danger, and for despair, the signs of each message.
            kinds: What each message is: a kind of danger, despair, or None.
            near: Which of those without danger come near it.
            rates: How often what is no danger may be taken for it.
        """
        found_kinds = np.array([kind or "" for kind in kinds])
        lines = {}
        for danger in KINDS:
            meant = np.isin(found_kinds, kinds_meant(danger))
            if not meant.any():
                continue
            harmless = ~meant & ~np.isin(found_kinds, DANGERS)
            is_near = np.array(near, bool) & harmless
            everyday = ~is_near & harmless
            rows = np.array([each.row for each in signs[danger]])
            model = LogisticRegression(C=_C).fit(rows, meant)
            found = model.predict_proba(rows)[:, 1]
            threshold = max(
                _quantile(found[everyday], rates.everyday[danger]), _quantile(found[is_near], rates.near[danger])
            )
            lines[danger] = _Line(model.coef_[0].tolist(), float(model.intercept_[0]), threshold)
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


def _score(danger: str, scores: Scores) -> float:
    return score_of(scores, CRISIS) + scores[DESPAIR_LEAF] if danger == DESPAIR else score_of(scores, danger)


def _quantile(values: npt.NDArray[np.float64], rate: float) -> float:
    """Return what only that part of the values reaches; never so low that it means nothing."""
    return max(_LOWEST, float(np.quantile(np.append(values, 0.0), 1 - rate)))


# Under this probability a message counts as nothing, whatever the data say.
_LOWEST = 0.1
