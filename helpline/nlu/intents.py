"""Every intent and group of intents that code must know by name, defined here once.

A leaf intent is what is answered: ``greet``, or ``faq/ned`` of the group ``faq``, which Rasa calls a retrieval intent.
The leaf intents themselves are those of the training data. Knows nothing of Rasa.
"""

from collections.abc import Mapping
from typing import Any

from helpline.safety.dangers import DANGER_LEAVES, DANGERS, DESPAIR_LEAF

DELIMITER = "/"
# Rasa's own name for "not understood".
FALLBACK_INTENT = "nlu_fallback"
TWO_QUESTIONS_INTENT = "two_questions"
# Property of a message that was not understood: the topic that is answered beside the question back.
LIKELY = "likely"
# In the metadata of a topic's answer: it would be hard to hear for somebody who did not ask for it.
ONLY_WHEN_SURE = "only_when_sure"

TOPIC_GROUP = "faq"
ADVICE_GROUP = "advice"
FEELING_GROUP = "distress"
# What is told and asks nothing: who is ill, a small story, good news, "oh wow". It has no subject of its own.
REMARK_GROUP = "remark"
REACTION_LEAF = "remark/reaction"
# Leaves of one such group are answered so much alike that the group's confidence decides, not one leaf's.
ALIKE_GROUPS = (ADVICE_GROUP, FEELING_GROUP, REMARK_GROUP)
# No danger, and yet near it, whatever the words.
NEAR_DANGER_GROUPS = (ADVICE_GROUP, FEELING_GROUP)
# Another illness, a drug, an animal: each kind has an answer.
OTHER_SUBJECT_GROUP = "other_subject"
NOT_ON_PAGE_INTENT = "not_on_page"
OTHER_LANGUAGE_INTENT = "other_language"
# What the page does not answer: near it, far from it, on another subject.
OUTSIDE_GROUPS = ("out_of_scope", NOT_ON_PAGE_INTENT, OTHER_SUBJECT_GROUP)
# What can be one of two questions: it has an answer that can stand beside another.
ANSWERABLE_GROUPS = frozenset((TOPIC_GROUP, ADVICE_GROUP, OTHER_SUBJECT_GROUP))
ANSWERABLE = frozenset(
    (
        "talk_to_person",
        "request_callback",
        "request_volunteer",
        "ask_privacy",
        "bot_challenge",
        "ask_capabilities",
        "delete_my_data",
        NOT_ON_PAGE_INTENT,
        OTHER_LANGUAGE_INTENT,
    )
)
# What is said for its own sake, often before what is asked: "thank you dear. can it be cured".
COURTESIES = frozenset(("greet", "thanks", "goodbye", "feedback_helpful", REACTION_LEAF))
# What else may stand before it, and says nothing of it: "yes. and how long is treatment", "before that. what is NED".
LEADING_IN = COURTESIES | {"affirm", "deny", "go_back"}
# Questions about the assistant itself.
ABOUT_ASSISTANT = frozenset(("bot_challenge", "ask_capabilities", "ask_privacy"))
# Messages without a subject of their own: what they mean stands with the topic before (helpline/nlu/follow_ups.py).
FOLLOW_UPS = frozenset(
    (
        "ask_how_common",
        "ask_symptoms",
        "ask_difference",
        "ask_if_cured",
        "ask_more",
        "ask_why",
        "ask_what_now",
        "ask_meaning",
        "ask_simpler",
        "ask_where",
        "ask_good_or_bad",
        "ask_source",
        "ask_how_chosen",
        "ask_how_long",
        "ask_other",
        "ask_sign_up",
        "ask_material",
        "ask_treatment",
    )
)
# The leaves that the danger score tells apart, and the label of what is neither danger nor near it.
SCORED_LEAVES = (*DANGER_LEAVES, DESPAIR_LEAF)
NO_DANGER = "none"
_GROUPS_BESIDE_DANGER = (TOPIC_GROUP, *NEAR_DANGER_GROUPS, NOT_ON_PAGE_INTENT)
# What is said to a form; where none asks, the classifier took something else for it.
FORM_INTENTS = frozenset(("inform", "skip", "go_back", "ask_why_needed", "correct_value"))


def group_of(leaf: str) -> str:
    """Return the intent that a leaf belongs to: "faq" for "faq/ned", "greet" for "greet"."""
    return leaf.partition(DELIMITER)[0]


def danger_label(leaf: str) -> str:
    """Return what a leaf is to the danger score: a danger, despair, a group that comes near them, or no danger."""
    if leaf in SCORED_LEAVES:
        return leaf
    group = group_of(leaf)
    return group if group in _GROUPS_BESIDE_DANGER else NO_DANGER


def likely_leaf(parsed: Mapping[str, Any]) -> str | None:
    """Return the topic that is answered beside a question back, by a message's parse data, or None.

    Beside numbers for a crisis nothing is answered on a guess.
    """
    asked_back = (parsed.get("intent") or {}).get("name") == FALLBACK_INTENT and not parsed.get("check_in")
    likely: str | None = parsed.get(LIKELY) if asked_back else None
    return likely


def is_answerable(leaf: str) -> bool:
    """Whether a leaf intent can be one of two questions."""
    return group_of(leaf) in ANSWERABLE_GROUPS or leaf in ANSWERABLE


def can_be_question(leaf: str) -> bool:
    """Whether a leaf intent can be one of two questions where there is something to follow up."""
    return is_answerable(leaf) or leaf in FOLLOW_UPS


def is_outside(leaf: str) -> bool:
    """Whether a leaf intent stands for what the page does not answer."""
    return group_of(leaf) in OUTSIDE_GROUPS


def is_danger(leaf: str) -> bool:
    """Whether a leaf intent stands for a crisis, violence, a threat or an emergency."""
    return group_of(leaf) in DANGERS
