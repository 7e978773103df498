"""What a saved test keeps of each turn, how a turn is played again, and where two plays of it differ, in words."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from helpline.console import words
from helpline.console.engine_calls import Turn
from helpline.conversations.span import Span
from helpline.requests.reference import find_reference

# Stands for the code of a request, which is another one each time.
CODE = "[code]"
_LONGEST = 1000
_KEPT = ("said", "asked", "pressed", "payload", "intent", "danger", "entities", "story")
# What is kept free for invention: numbers of films and books, addresses of examples.
_INVENTED = re.compile(r"555\D?01\d\d\b|@(?:[\w-]+\.)*example\.(?:org|com|net)\b")


def messages_of(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """Return the messages of turns, to be played again: what was typed, and the titles of what was pressed."""
    said = [turn for turn in turns if turn["said"] is not None]
    return [{"choice" if turn["pressed"] else "text": turn["said"]} for turn in said]


def kept(turn: Turn) -> dict[str, Any]:
    """Return what is kept of a turn."""
    return {
        **{name: turn[name] for name in _KEPT},
        "responses": [reply["response"] for reply in turn["replies"]],
        "texts": [_without_code(reply["text"]) for reply in turn["replies"]],
        "choices": [button["title"] for reply in turn["replies"] for button in reply["buttons"]],
    }


def differences(before: Sequence[dict[str, Any]], now: Sequence[dict[str, Any]]) -> list[str]:
    """Return where two plays of the same messages differ, in words for staff; nothing where they do not.

    How sure the assistant was is no difference: it changes with every training, and what it does about it tells.
    """
    found = []
    for number, (one, other) in enumerate(zip(before, now, strict=False), 1):
        if one["intent"] != other["intent"]:
            was, is_now = words.intent(one["intent"]), words.intent(other["intent"])
            found.append(f"Message {number} is understood as {is_now}, and was as {was}.")
        if one["danger"] != other["danger"]:
            what = words.danger(other["danger"] or one["danger"])
            found.append(f"Message {number} {'is now' if other['danger'] else 'is no more'} taken for danger: {what}.")
        if one["responses"] != other["responses"]:
            was, is_now = (", ".join(map(str, each["responses"])) or "nothing" for each in (one, other))
            found.append(f"Message {number} is answered with {is_now}, and was with {was}.")
        elif one["texts"] != other["texts"] or one["choices"] != other["choices"]:
            found.append(f"Message {number} is answered in other words, or with other choices.")
    if len(before) != len(now):
        found.append(f"There are {len(now)} messages, and there were {len(before)}.")
    return found


def reason_to_refuse(text: str, spans: Iterable[Span]) -> str | None:
    """Say why a text can be no part of a saved test; None for one that can. Invented numbers and addresses can.

    Args:
        text: The text.
        spans: What in it tells who somebody is.
    """
    if "[" in text or "]" in text or text.startswith("/"):
        return "Square brackets, and a stroke at the beginning, mean something else in the files. Leave them out."
    if len(text) > _LONGEST:
        return "That is too long for a test."
    found = dict.fromkeys(words.PERSONAL[span.kind] for span in spans if not _tells_nobody(text, span))
    if found:
        return (
            f"“{text[:60]}” seems to hold {' and '.join(found)}. Use what nobody has: a first name alone, a number "
            "such as 215 555 0142, an address that ends in example.org."
        )
    return None


def _tells_nobody(text: str, span: Span) -> bool:
    """Whether what was found is a first name alone, or a number or address that nobody has."""
    if span.kind == "name":
        return len(text.split()) == 1
    return _INVENTED.search(text[max(0, span.start - 2) : span.end]) is not None


def _without_code(text: str) -> str:
    code = find_reference(text)
    return text.replace(code, CODE) if code else text
