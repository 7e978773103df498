"""How patterns, learned scores and the classifier's margins are weighed."""

import pytest

from evaluation.safety.safety_metrics import held_out
from helpline.nlu.danger.danger_decision import DangerPrediction, calls_for_check_in, decide_danger
from helpline.nlu.danger.danger_scores import NONE
from helpline.safety.dangers import CRISIS_OTHER, CRISIS_SELF, DANGER_LEAVES, LIFE_THREAT, POISONING, URGENT, VIOLENCE
from helpline.safety.detector import PatternDetector
from helpline.safety.matching import Expression, PatternMatch, PatternMatches

THRESHOLDS = {"crisis": 0.8, "violence": 0.6, "emergency": 0.7}
NOTHING = {"crisis": -1.2, "violence": -1.5, "emergency": -1.5}


def scores(**given: float) -> dict[str, float]:
    leaves = dict.fromkeys(DANGER_LEAVES, 0.0) | {leaf.replace("_of_", "/"): value for leaf, value in given.items()}
    return {**leaves, NONE: 1 - sum(leaves.values())}


def found(*codes: str, words: str = "kill myself", covered: str | None = None, alone: bool = True) -> PatternMatches:
    tokens = words.split()
    matches = [PatternMatch(Expression(code, alone=alone), 0, len(tokens), covered_by=covered) for code in codes]
    alike = frozenset(code.split(".")[0] for code in codes) if covered else frozenset()
    return PatternMatches(tokens, matches, alike)


def test_a_pattern_raises_whatever_was_learned():
    assert decide_danger(found("crisis.kill_self"), scores(), THRESHOLDS, NOTHING) == DangerPrediction(
        CRISIS_SELF, "crisis.kill_self.pattern"
    )


def test_a_witness_raises_nothing_by_itself():
    assert decide_danger(found("crisis.hint", alone=False), scores(), THRESHOLDS, NOTHING) is None


def test_a_learned_score_raises_without_a_pattern():
    assert decide_danger(found(), scores(crisis_of_self=0.9), THRESHOLDS, NOTHING) == DangerPrediction(
        CRISIS_SELF, "crisis.learned"
    )


def test_below_the_threshold_nothing_is_raised():
    assert decide_danger(found(), scores(crisis_of_self=0.7), THRESHOLDS, NOTHING) is None


@pytest.mark.parametrize(("score", "raised"), [(0.9, False), (0.99, True)])
def test_a_look_alike_needs_a_clear_score(score, raised):
    prediction = decide_danger(
        found("crisis.kill_self", covered="killing_idiom"), scores(crisis_of_self=score), THRESHOLDS, NOTHING
    )
    assert (prediction is not None) is raised


@pytest.mark.parametrize(("margin", "raised"), [(0.7, True), (0.3, False)])
def test_the_classifier_counts_when_nothing_else_is_as_likely(margin, raised):
    prediction = decide_danger(found(), scores(crisis_of_self=0.1), THRESHOLDS, NOTHING | {"crisis": margin})
    assert prediction == (DangerPrediction(CRISIS_SELF, "crisis.classifier") if raised else None)


@pytest.mark.parametrize(("margin", "raised"), [(0.7, False), (1.1, True)])
def test_a_look_alike_needs_a_wide_margin(margin, raised):
    idiom = found("crisis.kill_self", covered="killing_idiom")
    assert (decide_danger(idiom, scores(), THRESHOLDS, NOTHING | {"crisis": margin}) is not None) is raised


@pytest.mark.parametrize(("margin", "asked"), [(0.1, True), (0.0, False), (-0.1, False)])
def test_what_is_likelier_a_crisis_than_anything_else_calls_for_a_check_in(margin, asked):
    assert calls_for_check_in({"crisis": margin}) is asked


def test_a_crisis_wins_when_in_doubt():
    both = found("crisis.means", "violence.hit", words="he has a gun")
    assert decide_danger(both, scores(crisis_of_other=0.3, violence=0.6), THRESHOLDS, NOTHING).leaf == CRISIS_OTHER
    assert decide_danger(both, scores(crisis_of_other=0.1, violence=0.6), THRESHOLDS, NOTHING).leaf == VIOLENCE


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
    assert decide_danger(found("crisis.x", words=words), scores(**learned), THRESHOLDS, NOTHING).leaf == leaf


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
    assert decide_danger(found(code, words="x"), scores(**learned), THRESHOLDS, NOTHING).leaf == leaf


def test_a_poisoning_is_learned_too():
    learned = scores(emergency_of_poisoning=0.8, emergency_of_urgent=0.1)
    assert decide_danger(found(), learned, THRESHOLDS, NOTHING) == DangerPrediction(POISONING, "emergency.learned")


@pytest.mark.parametrize("name", ["crisis", "violence", "emergency"])
def test_without_scores_the_decision_is_that_of_the_patterns_alone(name):
    detector = PatternDetector()
    for message in held_out(name):
        text = message["text"]
        predicted = decide_danger(detector.matches(detector.words(text)), scores(), THRESHOLDS, NOTHING)
        assert (predicted and predicted.leaf) == detector.danger(text), text
