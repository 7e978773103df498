"""The intents that code names are those of the training data, of Rasa and of the answers."""

from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import RESPONSE_IDENTIFIER_DELIMITER

from evaluation.understanding.messages import training_examples
from helpline.nlu.intents import (
    ALIKE_GROUPS,
    ANSWERABLE,
    ANSWERABLE_GROUPS,
    DELIMITER,
    FALLBACK_INTENT,
    FOLLOW_UPS,
    OUTSIDE_GROUPS,
    group_of,
    is_danger,
)
from helpline.rasa.generator import ANSWERS
from helpline.safety.dangers import DANGER_LEAVES, DANGERS


def test_what_code_names_has_training_messages():
    leaves = {example.intent for example in training_examples()}
    groups = {group_of(leaf) for leaf in leaves}
    assert ANSWERABLE | set(FOLLOW_UPS) | set(DANGER_LEAVES) <= leaves
    assert {*ANSWERABLE_GROUPS, *ALIKE_GROUPS, *OUTSIDE_GROUPS, *DANGERS} <= groups
    assert {leaf for leaf in leaves if is_danger(leaf)} == set(DANGER_LEAVES)


def test_what_can_be_one_of_two_questions_has_an_answer():
    assert ANSWERS.keys() >= ANSWERABLE


def test_rasa_calls_them_the_same():
    assert (FALLBACK_INTENT, DELIMITER) == (DEFAULT_NLU_FALLBACK_INTENT_NAME, RESPONSE_IDENTIFIER_DELIMITER)
