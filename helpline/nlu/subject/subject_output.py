"""Writes another subject as a message's intent, in the form that Rasa's policies and the channels expect.

Says, too, which intents may give way to it.
"""

from typing import Any

from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    INTENT_RESPONSE_KEY,
    PREDICTED_CONFIDENCE_KEY,
    RESPONSE_SELECTOR,
)
from rasa.shared.nlu.training_data.message import Message

from helpline.nlu.intent.rasa_output import (
    NO_TOPIC,
    QUESTIONS,
    TOPIC_ENTITY,
    Responses,
    leaf_of,
    topic_entity,
)
from helpline.nlu.intents import (
    ADVICE_GROUP,
    DELIMITER,
    FALLBACK_INTENT,
    FOLLOW_UPS,
    NOT_ON_PAGE_INTENT,
    OTHER_SUBJECT_GROUP,
    TOPIC_GROUP,
    TWO_QUESTIONS_INTENT,
    group_of,
)
from helpline.nlu.subject.subject_decision import EARLY_BREAST, ILLNESS
from helpline.nlu.subject.subject_vocabulary import CANCER

_GIVING_WAY = frozenset(
    (TOPIC_GROUP, TWO_QUESTIONS_INTENT, FALLBACK_INTENT, NOT_ON_PAGE_INTENT, OTHER_SUBJECT_GROUP, *FOLLOW_UPS)
)
# What the page says on early breast cancer, and whom everybody may call.
_ON_EARLY_BREAST = frozenset(
    f"{TOPIC_GROUP}{DELIMITER}{topic}"
    for topic in (
        "recurrence_risk",
        "locally_advanced",
        "how_mbc_differs",
        "changed_characteristics",
        "de_novo",
        "other_names",
        "about_lbbc",
        "helpline",
        "page_review",
    )
)

# Other subjects that words of breast cancer and its spread speak against, where the classifier is not as sure as this.
_MAY_BE_OURS = frozenset(f"{OTHER_SUBJECT_GROUP}{DELIMITER}{family}" for family in (CANCER, ILLNESS))
_SURE = 0.9
# What is asked of an illness, a drug or an animal that was named right before: "is it curable".
_ASKED_OF_A_SUBJECT = frozenset(
    f"{TOPIC_GROUP}{DELIMITER}{topic}"
    for topic in (
        "biomarker_testing",
        "clinical_trials",
        "curable",
        "diagnosis",
        "life_expectancy",
        "living_well",
        "lmd_how_common",
        "lmd_resources",
        "mbc_definition",
        "people_living_with_mbc",
        "recurrence_risk",
        "spread_sites",
        "surgery_removal",
        "symptoms",
        "symptoms_by_location",
        "treatment_goal",
        "treatment_length",
        "treatment_options",
    )
)
_FOLLOWS_UP_A_SUBJECT = frozenset(
    ("ask_how_common", "ask_how_long", "ask_if_cured", "ask_symptoms", "ask_treatment", "ask_what_now", "ask_where")
)


def gives_way(message: Message, family: str, advice_threshold: float) -> bool:
    """Whether what a message was taken for gives way to another subject.

    Never a danger, a feeling, advice, a request for a person or what belongs to a form.

    Args:
        message: The message, as the classifier left it.
        family: The family of the other subject.
        advice_threshold: Part of all kinds of advice in the confidences from which on an unsure message asks for it.
    """
    leaf = leaf_of(message.data)
    if group_of(leaf) not in _GIVING_WAY:
        return False
    if leaf == FALLBACK_INTENT and _part_of_advice(message) >= advice_threshold:
        return False
    return family != EARLY_BREAST or not _answers_early_breast(message, leaf)


def may_be_ours(message: Message) -> bool:
    """Whether the classifier takes a message for another cancer or illness, and is not sure of that.

    Args:
        message: The message, as the classifier left it.
    """
    return leaf_of(message.data) in _MAY_BE_OURS and message.get(INTENT)[PREDICTED_CONFIDENCE_KEY] < _SURE


def may_go_on(message: Message, *, points_back: bool) -> bool:
    """Whether a message may ask of another subject that was named right before.

    Args:
        message: The message, as the classifier left it.
        points_back: Whether its words point to what was said before.
    """
    leaf = leaf_of(message.data)
    return leaf in _FOLLOWS_UP_A_SUBJECT or (points_back and leaf in _ASKED_OF_A_SUBJECT)


def ask_back(message: Message) -> None:
    """Make the fallback a message's intent, for the assistant to offer topics; the conversation keeps its own.

    Args:
        message: The message, as the classifier left it.
    """
    fallback = {INTENT_NAME_KEY: FALLBACK_INTENT, PREDICTED_CONFIDENCE_KEY: 1.0}
    message.set(INTENT, fallback, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [fallback, *(message.get(INTENT_RANKING_KEY) or [])], add_to_output=True)
    message.set(ENTITIES, _entities_but_the_topic(message), add_to_output=True)


def write_subject(message: Message, family: str, responses: Responses, *, length: int, source: str) -> None:
    """Make another subject the message's intent; the conversation leaves its topic.

    Args:
        message: The message, as the classifier left it.
        family: The family of the other subject.
        responses: All responses, by name, for the response selection.
        length: How many intents a ranking shows.
        source: The component's name, as the extractor of the topic.
    """
    intent = {INTENT_NAME_KEY: OTHER_SUBJECT_GROUP, PREDICTED_CONFIDENCE_KEY: 1.0}
    others = [entry for entry in message.get(INTENT_RANKING_KEY) or [] if entry[INTENT_NAME_KEY] != OTHER_SUBJECT_GROUP]
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [intent, *others][:length], add_to_output=True)
    leaf = f"{OTHER_SUBJECT_GROUP}{DELIMITER}{family}"
    name = f"utter_{leaf}"
    chosen = {PREDICTED_CONFIDENCE_KEY: 1.0, INTENT_RESPONSE_KEY: leaf}
    selection = dict(message.get(RESPONSE_SELECTOR) or {})
    groups = {*selection.get("all_retrieval_intents", []), OTHER_SUBJECT_GROUP}
    selection["all_retrieval_intents"] = sorted(groups)
    selection[OTHER_SUBJECT_GROUP] = {
        "response": {**chosen, "responses": responses.get(name, []), "utter_action": name},
        "ranking": [chosen],
    }
    message.set(RESPONSE_SELECTOR, selection, add_to_output=True)
    if message.get(QUESTIONS):
        message.set(QUESTIONS, [], add_to_output=True)
    nowhere = topic_entity(message, NO_TOPIC, 1.0, source)
    message.set(ENTITIES, [*_entities_but_the_topic(message), nowhere], add_to_output=True)


def _entities_but_the_topic(message: Message) -> list[dict[str, Any]]:
    return [entity for entity in message.get(ENTITIES, []) if entity.get("entity") != TOPIC_ENTITY]


def _answers_early_breast(message: Message, leaf: str) -> bool:
    """Whether the page answers a message though it names early breast cancer."""
    ranking = (message.get(RESPONSE_SELECTOR) or {}).get(TOPIC_GROUP, {}).get("ranking") or []
    likeliest = [entry[INTENT_RESPONSE_KEY] for entry in ranking[:1]]
    return bool(_ON_EARLY_BREAST.intersection((leaf, *likeliest, *(message.get(QUESTIONS) or []))))


def _part_of_advice(message: Message) -> float:
    """Return the part of advice in what the classifier gives to any intent."""
    sums = {entry[INTENT_NAME_KEY]: entry[PREDICTED_CONFIDENCE_KEY] for entry in message.get(INTENT_RANKING_KEY) or []}
    sums.pop(FALLBACK_INTENT, None)
    for group, selected in (message.get(RESPONSE_SELECTOR) or {}).items():
        if isinstance(selected, dict):
            sums[group] = sum(kind[PREDICTED_CONFIDENCE_KEY] for kind in selected["ranking"])
    return float(sums.get(ADVICE_GROUP, 0.0) / (sum(sums.values()) or 1.0))
