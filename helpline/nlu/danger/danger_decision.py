"""Weighs what the patterns found and what was learned, and decides whether a message is in danger.

Either may raise. What the patterns recognise as an idiom, as denied or as long over needs a clear learned score, or a
wide margin of the intent classifier. Where several kinds are raised, the learned score tells them apart, and a crisis
wins when in doubt. Knows no files and nothing of Rasa.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from helpline.nlu.danger.danger_scores import Scores, score_of
from helpline.nlu.intent.linear_model import Matrix
from helpline.nlu.intents import group_of
from helpline.safety.dangers import (
    CRISIS,
    CRISIS_OTHER,
    CRISIS_SELF,
    DANGERS,
    EMERGENCY,
    LIFE_THREAT,
    POISONING,
    URGENT,
    VIOLENCE,
)
from helpline.safety.matching import PatternMatches

# Name of the message's property that holds the margins.
MARGINS = "danger_margins"
# The score of a class that does not fit at all: what the intent classifier's linear model is fitted to.
_NO_FIT = -1.0
# A crisis that is raised gives way to another raised kind only below this score.
_CRISIS_IN_DOUBT = 0.2
# How far from its threshold to certainty a score must be where the patterns see a look-alike.
_LOOK_ALIKE_THRESHOLD = 0.85
# By how much danger must beat everything else in the intent classifier to count, and where the patterns see a
# look-alike. On training messages left out of a fit, 1 in 200 that are no danger reach the first, 1 in 1000 the second
# (docs/safety.md).
_MARGIN = 0.5
_LOOK_ALIKE_MARGIN = 1.0
# Above it a crisis is likelier than anything else: nothing is raised, and yet the numbers are named.
_CHECK_IN_MARGIN = 0.0
# How much likelier a threat to life must be where the words are those of an urgent symptom.
_URGENT_SAID = 6.0


@dataclass(frozen=True)
class DangerPrediction:
    """What a message is, and what raised it.

    Attributes:
        leaf: The leaf intent; None where nothing is raised and yet the visitor is to be told whom to call.
        code: What raised it, without a word of the message: ``crisis.kill_self.pattern``.
    """

    leaf: str | None
    code: str


CHECK_IN = DangerPrediction(None, "crisis.check_in")


def danger_margins(labels: Sequence[str], scores: Matrix) -> list[dict[str, float]]:
    """Return by how much the best leaf of each kind of danger beats the best that is none, for each row.

    Args:
        labels: Leaf intents, one for each column.
        scores: The intent classifier's scores, about -1 where a leaf does not fit and 1 where it does.
    """
    groups = np.array([group_of(label) for label in labels])
    harmless = scores[:, ~np.isin(groups, sorted(DANGERS))].max(axis=1, initial=_NO_FIT)
    best = {danger: scores[:, groups == danger].max(axis=1, initial=_NO_FIT) - harmless for danger in sorted(DANGERS)}
    return [{danger: float(values[row]) for danger, values in best.items()} for row in range(len(scores))]


def decide_danger(
    matches: PatternMatches, scores: Scores, thresholds: Mapping[str, float], margins: Mapping[str, float]
) -> DangerPrediction | None:
    """Return what a message is, or None when it is no danger.

    Args:
        matches: What the patterns find.
        scores: Learned probability of each leaf intent.
        thresholds: For each kind of danger, from where on its score counts.
        margins: By how much each kind beats everything else in the intent classifier.
    """
    said = {danger: f"{found[0].expression.code}.pattern" for danger in DANGERS if (found := matches.alone(danger))}
    learned = {
        danger: code
        for danger in DANGERS
        if (code := _raised_by_learning(danger, matches, scores, thresholds, margins))
    }
    # What is said outright goes before what is only like it.
    raised = said or learned
    if not raised:
        return None
    danger = max(raised, key=lambda each: score_of(scores, each))
    if CRISIS in raised and score_of(scores, CRISIS) >= _CRISIS_IN_DOUBT:
        danger = CRISIS
    return DangerPrediction(_leaf(danger, matches, scores), raised[danger])


def calls_for_check_in(margins: Mapping[str, float]) -> bool:
    """Whether a message that was not raised may still be a crisis: the visitor is told whom to call, in a sentence."""
    return margins.get(CRISIS, _NO_FIT) > _CHECK_IN_MARGIN


def _raised_by_learning(
    danger: str, matches: PatternMatches, scores: Scores, thresholds: Mapping[str, float], margins: Mapping[str, float]
) -> str | None:
    threshold, margin = thresholds[danger], _MARGIN
    if danger in matches.look_alikes:
        threshold, margin = threshold + _LOOK_ALIKE_THRESHOLD * (1 - threshold), _LOOK_ALIKE_MARGIN
    if score_of(scores, danger) >= threshold:
        return f"{danger}.learned"
    return f"{danger}.classifier" if margins.get(danger, _NO_FIT) >= margin else None


def _leaf(danger: str, matches: PatternMatches, scores: Scores) -> str:
    said = matches.leaf(danger)
    if said is not None:
        return said
    if danger == VIOLENCE:
        return VIOLENCE
    if danger == EMERGENCY:
        odds = _URGENT_SAID if matches.outright(danger) else 1.0
        if scores[POISONING] > odds * max(scores[LIFE_THREAT], scores[URGENT]):
            return POISONING
        return LIFE_THREAT if scores[LIFE_THREAT] > odds * scores[URGENT] else URGENT
    return CRISIS_OTHER if scores[CRISIS_OTHER] > scores[CRISIS_SELF] else CRISIS_SELF
