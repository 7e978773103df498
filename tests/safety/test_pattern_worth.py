"""What a class of pattern is worth: what only it finds, and what only it flags."""

from evaluation.safety.pattern_worth import PatternWorth, measure_patterns
from evaluation.safety.safety_metrics import labelled_messages

MESSAGES = [
    ("I want to kill myself", "crisis/self"),
    ("I want to die and I will kill myself", "crisis/self"),
    ("where is the nearest shelter", "other_subject/animal"),
    ("I cannot carry on like this", "distress/exhaustion"),
    ("what does NED mean", "faq/ned"),
]


def test_what_only_one_class_finds_or_flags_is_counted(detector):
    worth = {each.code: each for each in measure_patterns(detector, MESSAGES)}
    assert worth["crisis.kill_self"] == PatternWorth("crisis.kill_self", True, 2, 1, 0, 0)
    assert worth["crisis.want_to_die"] == PatternWorth("crisis.want_to_die", True, 1, 0, 0, 0)
    assert worth["violence.hint"] == PatternWorth("violence.hint", False, 0, 0, 1, 1)
    assert worth["despair.cannot_go_on"] == PatternWorth("despair.cannot_go_on", False, 1, 1, 0, 0)


def test_every_class_is_measured(detector):
    measured = measure_patterns(detector, labelled_messages())
    assert [each.code for each in measured] == [each.code for each in detector.expressions]
    assert all(each.missed_without <= each.found and each.spared_without <= each.flagged for each in measured)
