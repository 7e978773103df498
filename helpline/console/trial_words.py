"""What the pages on trials and saved tests call things, for staff alone."""

from collections.abc import Callable
from typing import Any

from helpline.console import words

# The channels on which a trial can be seen.
CHANNELS = {
    "website": "Website chat",
    "sms": "Text message",
    "whatsapp": "WhatsApp",
    "whatsapp_twilio": "WhatsApp by way of Twilio",
    "messenger": "Messenger",
    "telegram": "Telegram",
    "slack": "Slack",
}
# Where a prediction comes from (helpline/rasa/sources.py).
SOURCES = {
    "rule": "rule",
    "story": "story",
    "form": "the form that is open asks on",
    "follow_up": "the step before asked for it",
    "other": "nothing fitted, so this is said",
}
DANGERS = {
    "crisis": "Crisis",
    "violence": "Violence",
    "threat": "Threat to somebody",
    "emergency": "Emergency",
    "despair": "Despair",
}
# The signs of danger (helpline/nlu/danger/danger_weighing.py).
SIGNS = {
    "score": "How much the meaning is like it",
    "part": "The same, in its strongest sentence",
    "near_kind": "Near to examples of it",
    "near_others": "Near to everyday examples",
    "words": "How much the words are like it",
    "witness": "Holds an expression of it",
    "look_alike": "Holds a figure of speech, or takes it back",
    "despair": "Holds words of despair",
}
# What a turn would have done for a visitor.
WOULD = {
    "save": "A visitor's request would be saved now. Here nothing is saved, and nobody calls.",
    "change": "A visitor's request would be changed now. Here nothing is.",
    "withdraw": "A visitor's request would be taken back now. Here there is none.",
    "delete": "A visitor's data would be deleted now. Here nothing is.",
    "feedback": "That would be counted for the overview. Here it is not.",
    "flag": "A visitor's conversation would be flagged in the queue now. Here nothing is.",
}
_YES = {True: "yes", False: "no", None: "nothing"}


def action(turn_action: dict[str, Any]) -> str:
    """Say why an action was chosen."""
    said = SOURCES[turn_action["source"]]
    if turn_action["names"]:
        said += ": " + "; ".join(turn_action["names"])
    return said + (" (it left the message to the others)" if turn_action["refused"] else "")


def value(of_slot: Any) -> str:
    """Write what a slot holds."""
    if of_slot is None or isinstance(of_slot, bool):
        return _YES[of_slot]
    if isinstance(of_slot, dict):
        return ", ".join(f"{name} {value(each)}" for name, each in of_slot.items()) or "nothing"
    if isinstance(of_slot, list):
        return ", ".join(map(value, of_slot)) or "nothing"
    return str(of_slot)


def kept(understood: dict[str, Any], name_of: Callable[[str], str]) -> list[tuple[str, str]]:
    """Return what else was understood, as lines; the alternatives stand in a table of their own."""
    return words.understood({name: each for name, each in understood.items() if name != "alternatives"}, name_of)
