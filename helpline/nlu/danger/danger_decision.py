"""Decides whether a message is in danger, from what the patterns found and how it was weighed.

A pattern raises by itself only where nothing takes it back and its class is one that may. Everything else is weighed:
learned score, witnesses and look-alikes together (`danger_weighing`). Where several kinds are raised, the learned score
tells them apart, and a crisis wins when in doubt. Knows no files and nothing of Rasa.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from helpline.nlu.danger.danger_neighbours import Nearness
from helpline.nlu.danger.danger_scores import MessageScores, Scores, score_of
from helpline.nlu.danger.danger_weighing import DangerSigns, DangerWeighing
from helpline.safety.dangers import (
    CRISIS,
    CRISIS_OTHER,
    CRISIS_SELF,
    DANGERS,
    DESPAIR,
    EMERGENCY,
    LIFE_THREAT,
    POISONING,
    THREAT,
    URGENT,
    VIOLENCE,
)
from helpline.safety.matching import PatternMatches

# A crisis that is raised gives way to another raised kind only below this score.
_CRISIS_IN_DOUBT = 0.2
# How the code of what a pattern raises by itself ends.
RAISED_ALONE = ".pattern"
# How much likelier a threat to life must be where the words are those of an urgent symptom.
_URGENT_SAID = 6.0


@dataclass(frozen=True)
class DangerPrediction:
    """What a message is, and what raised it.

    Attributes:
        leaf: The leaf intent; None where nothing is raised and yet the visitor is to be told whom to call.
        code: What raised it, without a word of the message: ``crisis.kill_self.pattern``.
        despairs: Whether the patterns see despair: it is met as a feeling, whatever else was understood.
    """

    leaf: str | None
    code: str
    despairs: bool = False


def decide_danger(
    matches: PatternMatches, scores: MessageScores, nearness: Mapping[str, Nearness], weighing: DangerWeighing
) -> DangerPrediction | None:
    """Return what a message is, or None when it is no danger.

    Args:
        matches: What the patterns find.
        scores: Learned probabilities of each leaf intent, in the message and in its sentences.
        nearness: How near the message is to training messages of each kind.
        weighing: What weighs them together.
    """
    signs = {danger: DangerSigns.of(danger, matches, scores, nearness) for danger in DANGERS}
    raised = {
        danger: f"{found[0].expression.code}{RAISED_ALONE}" for danger in DANGERS if (found := matches.alone(danger))
    }
    # What is said outright goes before what is only like it.
    raised = raised or {danger: _code(danger, matches) for danger in DANGERS if weighing.raises(danger, signs[danger])}
    if raised:
        highest = scores.highest
        danger = max(raised, key=lambda each: score_of(highest, each))
        if CRISIS in raised and score_of(highest, CRISIS) >= _CRISIS_IN_DOUBT:
            danger = CRISIS
        return DangerPrediction(_leaf(danger, matches, highest), raised[danger])
    if matches.despair or weighing.calls_for_check_in(DangerSigns.of(DESPAIR, matches, scores, nearness)):
        return DangerPrediction(None, "crisis.check_in", despairs=matches.despair)
    return None


def _code(danger: str, matches: PatternMatches) -> str:
    witnesses = matches.outright(danger)
    return f"{witnesses[0].expression.code}.witness" if witnesses else f"{danger}.learned"


def _leaf(danger: str, matches: PatternMatches, scores: Scores) -> str:
    said = matches.leaf(danger)
    if said is not None:
        return said
    if danger in (VIOLENCE, THREAT):
        return danger
    if danger == EMERGENCY:
        odds = _URGENT_SAID if matches.outright(danger) else 1.0
        if scores[POISONING] > odds * max(scores[LIFE_THREAT], scores[URGENT]):
            return POISONING
        return LIFE_THREAT if scores[LIFE_THREAT] > odds * scores[URGENT] else URGENT
    return CRISIS_OTHER if scores[CRISIS_OTHER] > scores[CRISIS_SELF] else CRISIS_SELF
