"""The page that the ledger knows: what is kept of it, and how its words are read.

No sentence of the page is kept, for it belongs to its publisher: of each one content/page.yml holds the section, how
many words it has, a fingerprint of them, and the facts that rest on it. That is enough to find it again on a new page.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import yaml

from helpline.content.ledger import Fact, Ledger, read_ledger
from helpline.content.source import read_source
from helpline.errors import ContentError

PAGE = "content/page.yml"
# How far from each other, in words, the words of a fact may stand on the page.
NEAR = 100

_WORD = re.compile(r"\d(?:[\d.,]*\d)?|[^\W\d_]+|%")
_SENTENCE_END = re.compile(r"(?<=[.?!])['\")]*\s+(?=['\"(]*[A-Z0-9])")
_BOUNDARY = re.compile(r"[\n.?!:]")
# Fewer words than these may stand in a sentence of something else, and are known only by themselves.
_WHOLE_WORDS = 6
_PLAIN = str.maketrans("\u2018\u2019\u201c\u201d\u00a0", "''\"\" ")
_SAME = {"percent": "%"}
_HEAD = """\
# What is kept of the page, so that `helpline content diff` can say what changed: of each sentence its section, how many
# words it has, a fingerprint of them, and the facts that rest on it. `helpline content record` writes this file.
"""


@dataclass(frozen=True)
class KeptSentence:
    """A sentence of the page as we keep it.

    Attributes:
        section: Heading that it stands under.
        words: How many words it has.
        fingerprint: Of these words, in small letters.
        facts: `fact_key` of the facts that rest on it.
    """

    section: str
    words: int
    fingerprint: str
    facts: tuple[str, ...] = ()


class PageText:
    """The text of a page, word by word. Marks, line ends and capitals do not matter.

    Attributes:
        text: The text as it was given.
        words: Its words, in small letters.
        spans: Where each word stands in the text.
    """

    def __init__(self, text: str) -> None:
        self.text = unicodedata.normalize("NFKC", text.translate(_PLAIN)).translate(_PLAIN)
        found = list(_WORD.finditer(self.text))
        self.words = [_SAME.get(match.group().casefold(), match.group().casefold()) for match in found]
        self.spans = [match.span() for match in found]

    def places_of(self, phrase: str) -> list[int]:
        """Return the positions of the words with which a phrase begins on the page."""
        sought = PageText(phrase).words
        return [at for at in range(len(self.words) - len(sought) + 1) if self.words[at : at + len(sought)] == sought]

    def find(self, sentences: list[KeptSentence]) -> dict[str, list[int]]:
        """Return the positions at which kept sentences begin, by fingerprint."""
        found: dict[str, list[int]] = {}
        sought = {sentence.fingerprint for sentence in sentences}
        for length in {sentence.words for sentence in sentences}:
            for at in range(len(self.words) - length + 1):
                printed = fingerprint(self.words[at : at + length])
                if printed in sought and (length >= _WHOLE_WORDS or self._stands_alone(at, at + length)):
                    found.setdefault(printed, []).append(at)
        return found

    def _stands_alone(self, start: int, end: int) -> bool:
        """Tell whether the words from `start` until before `end` are a line or a sentence, not part of one."""
        before = self.text[self.spans[start - 1][1] : self.spans[start][0]] if start else "\n"
        behind = self.text[self.spans[end - 1][1] : self.spans[end][0]] if end < len(self.words) else "\n"
        return bool(_BOUNDARY.search(before) and _BOUNDARY.search(behind))

    def part(self, first: int, last: int) -> str:
        """Return the text from one word to another, both included, in one line."""
        return " ".join(self.text[self.spans[first][0] : self.spans[last][1]].split())


@dataclass(frozen=True)
class Sought:
    """What became of a fact on a page.

    Attributes:
        places: Where its words begin, near each other; empty if they are not there so.
        missing: Those of its words that stand nowhere on the page.
    """

    places: tuple[int, ...]
    missing: tuple[str, ...]


def seek(fact: Fact, page: PageText) -> Sought:
    """Look for the words of a fact on a page."""
    found = {phrase: page.places_of(phrase) for phrase in fact.on_page}
    missing = tuple(phrase for phrase, places in found.items() if not places)
    if missing or not found:
        return Sought((), missing)
    rarest = min(found.values(), key=len)
    for start in rarest:
        nearest = tuple(min(places, key=lambda at: abs(at - start)) for places in found.values())
        if max(nearest) - min(nearest) <= NEAR:
            return Sought(nearest, ())
    return Sought((), ())


def fingerprint(words: list[str]) -> str:
    """Return a fingerprint of words."""
    return blake2b(" ".join(words).encode(), digest_size=8).hexdigest()


def fact_key(fact: Fact) -> str:
    """Return how content/page.yml names a fact."""
    return f"{fact.topic}: {fact.fact}"


def read_page(root: Path) -> list[KeptSentence]:
    """Read what is kept of the page.

    Raises:
        ContentError: content/page.yml is missing or cannot be read.
    """
    content, problems = read_source(root, root / PAGE)
    if problems:
        raise ContentError(f"{problems[0]}\nWrite it anew with 'helpline content record' and the text of the page.")
    return [
        KeptSentence(entry["section"], int(entry["words"]), entry["fingerprint"], tuple(entry.get("facts") or ()))
        for entry in content["sentences"]
    ]


def record_page(root: Path, text: str) -> list[KeptSentence]:
    """Keep a page as the one that the ledger knows.

    Args:
        root: Folder of the project.
        text: The text of the page.

    Raises:
        ContentError: Facts of the ledger are not on the page; the message names them. Nothing was written.
    """
    ledger, _ = read_ledger(root)
    page = PageText(text)
    facts = [fact for facts in ledger.facts.values() for fact in facts]
    sought = {fact_key(fact): seek(fact, page) for fact in facts}
    if absent := [key for key, result in sought.items() if not result.places]:
        listed = "\n".join(f"  {key}" for key in absent)
        raise ContentError(
            f"These facts of content/facts.yml are not on this page, by their words in on_page:\n{listed}\n"
            "Change them or their answers first; nothing was recorded."
        )
    sentences = list(_sentences(page, ledger, sought))
    entries = [
        {"section": sentence.section, "words": sentence.words, "fingerprint": sentence.fingerprint}
        | ({"facts": list(sentence.facts)} if sentence.facts else {})
        for sentence in sentences
    ]
    content = yaml.safe_dump({"sentences": entries}, allow_unicode=True, sort_keys=False, width=118)
    (root / PAGE).write_text(_HEAD + content, encoding="utf-8")
    return sentences


def _sentences(page: PageText, ledger: Ledger, sought: dict[str, Sought]) -> Iterator[KeptSentence]:
    sections = _sections(page, ledger.sections)
    start = 0
    for piece in (piece for line in page.text.split("\n") for piece in _SENTENCE_END.split(line)):
        words = PageText(piece).words
        if not words:
            continue
        end = start + len(words)
        section = next((name for at, name in reversed(sections) if at <= start), "")
        facts = tuple(key for key, result in sought.items() if any(start <= at < end for at in result.places))
        # A lone word, such as a menu's, would be found anywhere.
        if len(words) > 1:
            yield KeptSentence(section, len(words), fingerprint(words), facts)
        start = end


def _sections(page: PageText, names: tuple[str, ...]) -> list[tuple[int, str]]:
    """Return where the sections begin: each heading in its turn, at the start of a line and not inside a sentence."""
    found: list[tuple[int, str]] = []
    after = 0
    for name in names:
        length = len(PageText(name).words)
        for at in page.places_of(name):
            line = page.text[: page.spans[at][0]].rpartition("\n")[2]
            rest = page.text[page.spans[at + length - 1][1] :].partition("\n")[0].strip(" )?")
            if at >= after and not PageText(line).words and rest[:1] in {"", ":", "_"}:
                found.append((at, name))
                after = at + length
                break
    return found
