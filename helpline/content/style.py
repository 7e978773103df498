"""How a response is written: its length, its tone, its buttons and metadata."""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from helpline.content.ledger import Ledger
from helpline.content.responses import Button, Response
from helpline.content.source import Problem

MAX_WORDS = 90
# Somebody in a crisis or an emergency reads little.
MAX_SAFETY_WORDS = 60
MAX_BUTTONS = 3
# A question of a form may list its possible answers.
MAX_FORM_BUTTONS = 10
MAX_BUTTON_TITLE = 32
MAX_CHOICE_TITLE = 40

_SAFETY = ("utter_crisis", "utter_violence", "utter_threat", "utter_emergency")
_HTML = re.compile(r"</?[a-zA-Z!][^>]*>|&(?:[a-zA-Z]+|#\d+);")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_UNWANTED = re.compile(r"\bunfortunately\b", re.IGNORECASE)


@dataclass(frozen=True)
class Destinations:
    """What buttons and placeholders may refer to."""

    intents: frozenset[str]
    topics: frozenset[str]
    entities: frozenset[str]
    placeholders: frozenset[str]


def most_words(name: str) -> int:
    """Return how many words a response may have, by its name."""
    return MAX_SAFETY_WORDS if name.startswith(_SAFETY) else MAX_WORDS


def tone_problems(response: Response) -> Iterator[Problem]:
    """Yield what is wrong with length and tone."""
    words, limit = len(response.text.split()), most_words(response.name)
    if not response.text.strip():
        yield _problem(response, "The response has no text.")
    if words > limit:
        yield _problem(response, f"The text has {words} words; at most {limit} are read.")
    for shown in response.shown:
        if _HTML.search(shown):
            yield _problem(response, "The wording holds HTML; channels show it as it stands.")
        if "!" in shown:
            yield _problem(response, "The wording holds an exclamation mark; a calm voice needs none.")
        if _UNWANTED.search(shown):
            yield _problem(response, 'The wording says "unfortunately"; say what is, and what can be done.')
        if any(_is_emoji(character) for character in shown):
            yield _problem(response, "The wording holds an emoji.")


def button_problems(response: Response, known: Destinations) -> Iterator[Problem]:
    """Yield what is wrong with the buttons and placeholders of a response."""
    limit = MAX_FORM_BUTTONS if response.name.startswith("utter_ask_") else MAX_BUTTONS
    if len(response.buttons) > limit:
        yield _problem(response, f"There are {len(response.buttons)} buttons; at most {limit} can be shown.")
    for button in response.buttons:
        if not button.title.strip() or not button.payload.strip():
            yield _problem(response, "A button needs a title and a payload.")
        if len(button.title) > MAX_BUTTON_TITLE:
            yield _problem(response, f'The button "{button.title}" is longer than {MAX_BUTTON_TITLE} characters.')
        if reason := _wrong_payload(button, known):
            yield _problem(response, f'The button "{button.title}" leads nowhere: {reason}.')
    for name in _PLACEHOLDER.findall(response.text):
        if name not in known.placeholders:
            yield _problem(response, f'Nothing fills the placeholder "{{{name}}}"; it would be shown as it stands.')


def metadata_problems(response: Response, ledger: Ledger) -> Iterator[Problem]:
    """Yield what is wrong with the metadata of a topic's answer."""
    if response.topic is None:
        return
    title = str(response.metadata.get("title") or "")
    if not title:
        yield _problem(response, "The metadata need a title, which is shown when the topic is offered as a choice.")
    if len(title) > MAX_CHOICE_TITLE:
        yield _problem(response, f'The title "{title}" is longer than {MAX_CHOICE_TITLE} characters.')
    section = response.metadata.get("section")
    if section not in ledger.sections:
        yield _problem(response, f'The section "{section}" is no heading of the page (content/facts.yml).')
    if str(response.metadata.get("reviewed")) != ledger.reviewed:
        yield _problem(response, f'The metadata need the date of the page\'s review: reviewed: "{ledger.reviewed}".')


def _wrong_payload(button: Button, known: Destinations) -> str | None:
    if not button.payload.startswith("/"):
        return None  # sent as if the visitor had typed it
    intent, _, rest = button.payload[1:].partition("{")
    if intent not in known.intents:
        return f'there is no intent "{intent}"'
    if not rest:
        return "the topic is missing" if intent == "ask_topic" else None
    try:
        values = json.loads("{" + rest)
    except ValueError:
        return "what stands in braces is no JSON"
    if unknown := set(values) - known.entities:
        return f'there is no entity "{sorted(unknown)[0]}"'
    if "topic" in values and values["topic"] not in known.topics:
        return f'there is no topic "{values["topic"]}"'
    return None


def _is_emoji(character: str) -> bool:
    return character in "\ufe0f\u200d" or (unicodedata.category(character) == "So" and character not in "©®™°")


def _problem(response: Response, message: str) -> Problem:
    return Problem(response.file, response.line, response.name, message)
