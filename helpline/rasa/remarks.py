"""What tells something and asks nothing, where it was not understood: thanks for it, and no guess at a question.

"My friend cut off all her hair and sent me a picture" is no topic in other words. What a form asked for is an answer.
"""

from typing import Any

from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, RESPONSE_SELECTOR, TEXT

from helpline.nlu.intent.context import length_of
from helpline.nlu.intent.segments import asks, segments
from helpline.nlu.intents import FALLBACK_INTENT, REMARK_GROUP, TOPIC_GROUP, likely_leaf
from helpline.rasa.instead import tells_contact
from helpline.rasa.said_outright import with_leaf
from helpline.text.lexicon import Lexicon
from helpline.text.normalising import normalised

STORY = f"{REMARK_GROUP}/story"
INTRODUCTION = f"{REMARK_GROUP}/introduction"
# What is shorter may be the name of a topic.
SHORTEST = 4
# With so much confidence for some topic a message without a word that tells may ask for that.
_HINT = 0.1
# Outside a form nobody asked for data: a name told in a sentence is a part of what is told.
_NOT_UNDERSTOOD = frozenset((FALLBACK_INTENT, "inform"))


def read_remark(parsed: dict[str, Any], tracker: DialogueStateTracker) -> dict[str, Any]:
    """Return parse data of a remark where a message was not understood, tells something and asks nothing.

    Args:
        parsed: Rasa's parse data of what was typed.
        tracker: The conversation before.
    """
    intent = (parsed.get(INTENT) or {}).get("name")
    in_form, unsure = tracker.active_loop_name is not None, parsed.get("check_in") or likely_leaf(parsed)
    if in_form or unsure or intent not in _NOT_UNDERSTOOD or tells_contact(parsed[TEXT]):
        return parsed
    topics, remarks = _ranking(parsed, TOPIC_GROUP), _ranking(parsed, REMARK_GROUP)
    if not _only_tells(parsed[TEXT], hinted=bool(topics) and topics[0]["confidence"] >= _HINT):
        return parsed
    introduces = bool(remarks) and remarks[0]["intent_response_key"] == INTRODUCTION
    # What is said of the illness is kept for a form that may be filled in later.
    return {**with_leaf(parsed, INTRODUCTION if introduces else STORY), ENTITIES: parsed.get(ENTITIES) or []}


def _ranking(parsed: dict[str, Any], group: str) -> list[dict[str, Any]]:
    return (parsed.get(RESPONSE_SELECTOR) or {}).get(group, {}).get("ranking") or []


def _only_tells(typed: str, *, hinted: bool) -> bool:
    text, words = normalised(typed), Lexicon.load().segments
    tells = words.telling.within(text) is not None or not (hinted or words.asking_within.within(text))
    return tells and length_of(text) >= SHORTEST and not any(map(asks, segments(text)))
