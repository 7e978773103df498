"""Weighs what the patterns found and what was learned, and decides whether a message is in danger.

Either may raise. What the patterns recognise as an idiom, as denied or as long over needs a clear learned
score, or a wide margin of the classifier. Where several kinds are raised, the learned score tells
them apart, and a crisis wins when in doubt. Pure: knows no files and nothing of Rasa.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from helpline.nlu.danger import NOT_THIS
from helpline.nlu.safety.learned import Scores, of_kind
from helpline.safety.dangers import CRISIS_OTHER, CRISIS_SELF, DANGERS, EMERGENCY, LIFE_THREAT, URGENT, VIOLENCE
from helpline.safety.matching import PatternMatches

# A crisis that is raised gives way to another raised kind only below this score.
_CRISIS_IN_DOUBT = 0.2
# How far from its threshold to certainty a score must be where the patterns see a look-alike.
_LOOK_ALIKE_MARGIN = 0.85
# By how much danger must beat everything else in the general classifier to count, and where the patterns see a
# look-alike. On training messages left out of a fit, 1 in 200 that are no danger reach the first, 1 in 1000 the second
# (docs/safety.md).
_MARGIN = 0.5
_CLEAR_MARGIN = 1.0
# Above it a crisis is likelier than anything else: nothing is raised, and yet the numbers are named.
_CHECK_IN_MARGIN = 0.0
# How much likelier a threat to life must be where the words are those of an urgent symptom.
_URGENT_SAID = 6.0


@dataclass(frozen=True)
class Verdict:
    """What the message is, and what raised it.

    Attributes:
        leaf: The leaf intent; None where nothing is raised and yet the visitor is to be told whom to call.
        code: What raised it, without a word of the message: ``crisis.kill_self.pattern``.
    """

    leaf: str | None
    code: str


CHECK_IN = Verdict(None, "crisis.check_in")


def decide(
    matches: PatternMatches, scores: Scores, thresholds: Mapping[str, float], margins: Mapping[str, float]
) -> Verdict | None:
    """Return what a message is, or None when it is no danger.

    Args:
        matches: What the patterns find.
        scores: Learned probability of each leaf intent.
        thresholds: From where on a score of a kind counts.
        margins: By how much each kind beats everything else in the general classifier.
    """
    raised = {kind: f"{found[0].expression.code}.pattern" for kind in DANGERS if (found := matches.outright(kind))}
    sensed = {kind: code for kind in DANGERS if (code := _sensed(kind, matches, scores, thresholds, margins))}
    # What is said outright goes before what is only like it.
    chosen = raised or sensed
    if not chosen:
        return None
    kind = max(chosen, key=lambda each: of_kind(scores, each))
    if "crisis" in chosen and of_kind(scores, "crisis") >= _CRISIS_IN_DOUBT:
        kind = "crisis"
    return Verdict(_leaf(kind, matches, scores), chosen[kind])


def _sensed(
    kind: str, matches: PatternMatches, scores: Scores, thresholds: Mapping[str, float], margins: Mapping[str, float]
) -> str | None:
    threshold, margin = thresholds[kind], _MARGIN
    if kind in matches.look_alikes:
        threshold, margin = threshold + _LOOK_ALIKE_MARGIN * (1 - threshold), _CLEAR_MARGIN
    if of_kind(scores, kind) >= threshold:
        return f"{kind}.learned"
    return f"{kind}.classifier" if margins.get(kind, NOT_THIS) >= margin else None


def calls_for_check_in(margins: Mapping[str, float]) -> bool:
    """Whether a message that was not raised may still be a crisis: the visitor is told whom to call, in a sentence."""
    return margins.get("crisis", NOT_THIS) > _CHECK_IN_MARGIN


def _leaf(kind: str, matches: PatternMatches, scores: Scores) -> str:
    said = matches.leaf(kind)
    if said is not None:
        return said
    if kind == VIOLENCE:
        return VIOLENCE
    if kind == EMERGENCY:
        odds = _URGENT_SAID if matches.outright(kind) else 1.0
        return LIFE_THREAT if scores[LIFE_THREAT] > odds * scores[URGENT] else URGENT
    return CRISIS_OTHER if scores[CRISIS_OTHER] > scores[CRISIS_SELF] else CRISIS_SELF
