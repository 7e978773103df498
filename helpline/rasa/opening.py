"""A question whether the helpline is open, known by its words (`asks_opening` in content/lexicon/).

The classifier takes it for what is near it: a wish for a call back, something out of scope. Its words are plainer. In
danger, in distress and within a form it stays what it was taken for.
"""

from typing import Any

from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT

from helpline.nlu.intents import DELIMITER, FOLLOW_UPS, TOPIC_GROUP
from helpline.rasa.understood import leaf_of
from helpline.text.lexicon import Lexicon

# The intent whose answer says whether it is open.
_ANSWERING = "talk_to_person"
# What such a question is taken for, where it is not understood as a question about the helpline.
_NEAR = {"request_callback", "nlu_fallback", "out_of_scope", "not_on_page", "ask_capabilities", "bot_challenge"}
# So short, it is no question about a topic either: in a talk about one, the classifier takes it for that.
_SHORT = 8
_APOSTROPHE = "\u2019"


def asks_opening(text: str) -> bool:
    """Tell whether a message asks when the helpline is open, or whether it is."""
    return Lexicon.load().asks_opening.within(text.replace(_APOSTROPHE, "'")) is not None


def read_opening(parsed: dict[str, Any], tracker: DialogueStateTracker) -> dict[str, Any]:
    """Return a message's parse data as those of a wish for a person, if it asks for the hours; else as they are.

    Args:
        parsed: Rasa's parse data of what was typed.
        tracker: The conversation before.
    """
    if tracker.active_loop_name is not None or not asks_opening(parsed[TEXT]):
        return parsed
    leaf = leaf_of(parsed) or ""
    of_topic = leaf.startswith(f"{TOPIC_GROUP}{DELIMITER}") or leaf in FOLLOW_UPS
    if leaf not in _NEAR and not (of_topic and len(parsed[TEXT].split()) <= _SHORT):
        return parsed
    return {**parsed, INTENT: {"name": _ANSWERING, "confidence": 1.0}, ENTITIES: []}
