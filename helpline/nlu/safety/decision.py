"""Weighs what the patterns found and what was learned, and decides whether a message is in danger.

Either may raise. What the patterns recognise as an idiom, as denied or as long over needs a clear learned
score, and the classifier's word does not count there. Where several kinds are raised, the learned score tells
them apart, and a crisis wins when in doubt. Pure: knows no files and nothing of Rasa.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from helpline.nlu.safety.kinds import KINDS, LIFE_THREAT, OTHER, SELF, URGENT, VIOLENCE, kind_of
from helpline.nlu.safety.learned import Scores, of_kind
from helpline.nlu.safety.patterns import Sight

# A crisis that is raised gives way to another raised kind only below this score.
_CRISIS_IN_DOUBT = 0.2
# How far from its threshold to certainty a score must be where the patterns see a look-alike.
_LOOK_ALIKE_MARGIN = 0.85
# From where on the general classifier's own word counts, and with how much of a learned score.
_CLASSIFIER_SURE = 0.8
_CLASSIFIER_BACKED = 0.5
# How much likelier a threat to life must be where the words are those of an urgent symptom.
_URGENT_SAID = 6.0
_OTHERS = frozenset(("herself", "himself", "themselves", "themself", "her", "she", "he"))


@dataclass(frozen=True)
class Verdict:
    """What the message is, and what raised it.

    Attributes:
        leaf: The leaf intent.
        code: What raised it, without a word of the message: ``crisis.kill_self.pattern``.
    """

    leaf: str
    code: str


def decide(sight: Sight, scores: Scores, thresholds: Mapping[str, float], guess: tuple[str, float]) -> Verdict | None:
    """Return what a message is, or None when it is no danger.

    Args:
        sight: What the patterns see.
        scores: Learned probability of each leaf intent.
        thresholds: From where on a score of a kind counts.
        guess: The general classifier's leaf intent and its confidence.
    """
    raised = {kind: f"{found[0].rule.code}.pattern" for kind in KINDS if (found := sight.certain(kind))}
    sensed = {kind: code for kind in KINDS if (code := _sensed(kind, sight, scores, thresholds, guess))}
    # What is said outright goes before what is only like it.
    chosen = raised or sensed
    if not chosen:
        return None
    kind = max(chosen, key=lambda each: of_kind(scores, each))
    if "crisis" in chosen and of_kind(scores, "crisis") >= _CRISIS_IN_DOUBT:
        kind = "crisis"
    return Verdict(_leaf(kind, sight, scores), chosen[kind])


def _sensed(
    kind: str, sight: Sight, scores: Scores, thresholds: Mapping[str, float], guess: tuple[str, float]
) -> str | None:
    score, threshold = of_kind(scores, kind), thresholds[kind]
    if kind in sight.look_alikes:
        return f"{kind}.learned" if score >= threshold + _LOOK_ALIKE_MARGIN * (1 - threshold) else None
    if score >= threshold:
        return f"{kind}.learned"
    leaf, confidence = guess
    sure = kind_of(leaf) == kind and confidence >= _CLASSIFIER_SURE and score >= _CLASSIFIER_BACKED * threshold
    return f"{kind}.classifier" if sure else None


def _leaf(kind: str, sight: Sight, scores: Scores) -> str:
    certain = sight.certain(kind)
    if kind == "violence":
        return VIOLENCE
    if kind == "emergency":
        if any(finding.rule.code.startswith("emergency.life_threat") for finding in certain):
            return LIFE_THREAT
        odds = _URGENT_SAID if certain else 1.0
        return LIFE_THREAT if scores[LIFE_THREAT] > odds * scores[URGENT] else URGENT
    for finding in certain:
        said = set(sight.words[finding.start : finding.end])
        if "myself" in said or said & _OTHERS:
            return SELF if "myself" in said else OTHER
    return OTHER if scores[OTHER] > scores[SELF] else SELF
