"""Examples for training and development: which intents there are, what an example may not hold, and its file.

An example goes where many people read it, so it holds nothing that tells who somebody is.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import yaml

from helpline.console import words
from helpline.conversations.span import MARK, Span
from helpline.store.proposals import Proposal

LONGEST_EXAMPLE = 500
_FOLDERS = ("data/nlu", "data/topics")


@lru_cache(maxsize=4)
def leaf_intents(root: Path) -> tuple[str, ...]:
    """Return the leaf intents that there are examples of, such as ``faq/ned``, in order."""
    found: set[str] = set()
    for path in (path for folder in _FOLDERS for path in sorted((root / folder).glob("*.yml"))):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        found |= {str(entry["intent"]) for entry in content.get("nlu") or [] if "intent" in entry}
    return tuple(sorted(found))


def one_line(text: str) -> str:
    """Return a text as an example: in one line."""
    return " ".join(text.split())


def reason_to_refuse(text: str, spans: Iterable[Span]) -> str | None:
    """Say why a text can be no example; None for one that can.

    Args:
        text: The text.
        spans: What in it tells who somebody is.
    """
    if not text:
        return "Write what somebody might say."
    if len(text) > LONGEST_EXAMPLE:
        return f"That is too long for an example: at most {LONGEST_EXAMPLE} characters."
    if MARK.search(text) or "[value]" in text:
        return "A mark such as [name] stands where something was taken out. Word it without that."
    found = dict.fromkeys(words.PERSONAL[span.kind] for span in spans)
    if found:
        return f"It seems to hold {' and '.join(found)}. Word it without, then propose it again."
    if "[" in text or "]" in text or text.startswith("/"):
        return "Square brackets, and a stroke at the beginning, mean something else in the file. Leave them out."
    return None


def rasa_yaml(examples: Iterable[Proposal]) -> str:
    """Write examples as a file of Rasa's training data, by intent."""
    by_intent: dict[str, list[str]] = {}
    for one in examples:
        texts = by_intent.setdefault(one.intent, [])
        if one.text not in texts:
            texts.append(one.text)
    if not by_intent:
        return 'version: "3.1"\n\nnlu: []\n'
    entries = (
        f"  - intent: {intent}\n    examples: |\n" + "".join(f"      - {text}\n" for text in texts)
        for intent, texts in sorted(by_intent.items())
    )
    return 'version: "3.1"\n\nnlu:\n' + "\n".join(entries)
