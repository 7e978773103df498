"""How what the patterns found and what was weighed becomes a decision."""

import pytest

from evaluation.safety.safety_metrics import labelled
from helpline.nlu.danger.danger_decision import DangerPrediction, decide_danger
from helpline.nlu.danger.danger_neighbours import Nearness
from helpline.nlu.danger.danger_scores import MessageScores
from helpline.nlu.danger.danger_weighing import DangerSigns
from helpline.nlu.intents import NO_DANGER, SCORED_LEAVES
from helpline.safety.dangers import (
    CRISIS_OTHER,
    CRISIS_SELF,
    KINDS,
    LIFE_THREAT,
    POISONING,
    URGENT,
    VIOLENCE,
)
from helpline.safety.detector import PatternDetector
from helpline.safety.matching import Expression, PatternMatch, PatternMatches


class Weighing:
    """Raises from a score of 0.8 on, with a witness from 0.3, with a look-alike from 0.95; checks in from 0.5."""

    def raises(self, danger: str, signs: DangerSigns) -> bool:
        return signs.score >= (0.95 if signs.look_alike else 0.3 if signs.witness else 0.8)

    def calls_for_check_in(self, signs: DangerSigns) -> bool:
        return signs.score >= 0.5


WEIGHING = Weighing()
NEARNESS = dict.fromkeys(KINDS, Nearness(0.5, 0.5))
WORDS = dict.fromkeys(KINDS, 0.0)


def scores(**given: float) -> MessageScores:
    leaves = dict.fromkeys(SCORED_LEAVES, 0.0) | {leaf.replace("_of_", "/"): value for leaf, value in given.items()}
    return MessageScores.of({**leaves, NO_DANGER: 1 - sum(leaves.values())}, WORDS)


def found(*codes: str, words: str = "kill myself", covered: str | None = None, alone: bool = True) -> PatternMatches:
    tokens = words.split()
    matches = [PatternMatch(Expression(code, alone=alone), 0, len(tokens), covered_by=covered) for code in codes]
    alike = frozenset(code.split(".")[0] for code in codes) if covered else frozenset()
    return PatternMatches(tokens, matches, alike)


def test_a_pattern_raises_whatever_was_learned():
    assert decide_danger(found("crisis.kill_self"), scores(), NEARNESS, WEIGHING) == DangerPrediction(
        CRISIS_SELF, "crisis.kill_self.pattern"
    )


@pytest.mark.parametrize(("score", "code"), [(0.1, None), (0.4, "crisis.hint.witness")])
def test_a_witness_needs_a_score_beside_it(score, code):
    predicted = decide_danger(found("crisis.hint", alone=False), scores(crisis_of_self=score), NEARNESS, WEIGHING)
    assert (predicted and predicted.code) == code


def test_a_learned_score_raises_without_a_pattern():
    assert decide_danger(found(), scores(crisis_of_self=0.9), NEARNESS, WEIGHING) == DangerPrediction(
        CRISIS_SELF, "crisis.learned"
    )


@pytest.mark.parametrize(("score", "raised"), [(0.9, False), (0.99, True)])
def test_a_look_alike_needs_a_clear_score(score, raised):
    predicted = decide_danger(
        found("crisis.kill_self", covered="killing_idiom"), scores(crisis_of_self=score), NEARNESS, WEIGHING
    )
    assert (predicted is not None and predicted.leaf is not None) is raised


@pytest.mark.parametrize(("score", "asked"), [(0.6, True), (0.4, False)])
def test_what_is_not_raised_and_may_be_a_crisis_calls_for_a_check_in(score, asked):
    expected = DangerPrediction(None, "crisis.check_in") if asked else None
    assert decide_danger(found(), scores(crisis_of_self=score), NEARNESS, WEIGHING) == expected


@pytest.mark.parametrize(("crisis", "despair", "asked"), [(0.0, 0.6, True), (0.3, 0.3, True), (0.2, 0.2, False)])
def test_what_may_be_despair_counts_with_what_may_be_a_crisis(crisis, despair, asked):
    expected = DangerPrediction(None, "crisis.check_in") if asked else None
    learned = scores(crisis_of_self=crisis, distress_of_despair=despair)
    assert decide_danger(found(), learned, NEARNESS, WEIGHING) == expected


def test_despair_calls_for_a_check_in_and_is_met_as_a_feeling():
    despair = found("despair.give_up", words="i give up")
    assert decide_danger(despair, scores(), NEARNESS, WEIGHING) == DangerPrediction(
        None, "crisis.check_in", despairs=True
    )


def test_a_crisis_wins_when_in_doubt():
    both = found("crisis.means", "violence.hit", words="he has a gun")
    assert decide_danger(both, scores(crisis_of_other=0.3, violence=0.6), NEARNESS, WEIGHING).leaf == CRISIS_OTHER
    assert decide_danger(both, scores(crisis_of_other=0.1, violence=0.6), NEARNESS, WEIGHING).leaf == VIOLENCE


@pytest.mark.parametrize(
    ("words", "learned", "leaf"),
    [
        ("kill myself", {"crisis_of_other": 0.9}, CRISIS_SELF),
        ("she wants to die", {"crisis_of_self": 0.9}, CRISIS_OTHER),
        ("better off dead", {"crisis_of_other": 0.9}, CRISIS_OTHER),
        ("better off dead", {}, CRISIS_SELF),
    ],
)
def test_whose_crisis_it_is(words, learned, leaf):
    assert decide_danger(found("crisis.x", words=words), scores(**learned), NEARNESS, WEIGHING).leaf == leaf


@pytest.mark.parametrize(
    ("code", "learned", "leaf"),
    [
        ("emergency.life_threat.chest", {"emergency_of_urgent": 0.9}, LIFE_THREAT),
        ("emergency.poisoning", {"emergency_of_life_threat": 0.9}, POISONING),
        ("emergency.urgent.fever", {"emergency_of_poisoning": 0.5, "emergency_of_urgent": 0.2}, URGENT),
        ("emergency.urgent.fever", {"emergency_of_urgent": 0.5, "emergency_of_life_threat": 0.4}, URGENT),
        ("emergency.urgent.head", {"emergency_of_urgent": 0.05, "emergency_of_life_threat": 0.9}, LIFE_THREAT),
    ],
)
def test_how_grave_an_emergency_is(code, learned, leaf):
    assert decide_danger(found(code, words="x"), scores(**learned), NEARNESS, WEIGHING).leaf == leaf


def test_a_poisoning_is_learned_too():
    learned = scores(emergency_of_poisoning=0.8, emergency_of_urgent=0.1)
    assert decide_danger(found(), learned, NEARNESS, WEIGHING) == DangerPrediction(POISONING, "emergency.learned")


@pytest.mark.parametrize("name", ["crisis", "violence", "emergency"])
def test_without_scores_the_decision_is_that_of_the_patterns_alone(name):
    detector = PatternDetector()
    for message in labelled(name):
        text = message["text"]
        predicted = decide_danger(detector.matches(detector.words(text)), scores(), NEARNESS, WEIGHING)
        assert (predicted and predicted.leaf) == detector.danger(text), text
