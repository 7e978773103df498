"""What a new version of the page means for the ledger and the answers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from helpline.content.ledger import FACTS, Fact
from helpline.content.page import KeptSentence, PageText, fact_key, read_page, seek
from helpline.content.project import Project, read_project

# New passages of fewer words are menus and labels, unless they hold a figure.
_FEWEST_WORDS = 4


@dataclass(frozen=True)
class Passage:
    """Words of the new page that the page had not before.

    Attributes:
        text: The words as they stand there.
        section: Heading under which the sentence before them stood.
        start: Position of the first word.
    """

    text: str
    section: str
    start: int


@dataclass
class TouchedFact:
    """A fact whose sentence changed, or whose words are gone.

    Attributes:
        fact: The fact.
        missing: Its words that stand nowhere on the new page.
        is_there: Whether its words are still there, near each other.
        now: What the page says in the place of the sentence that is gone.
    """

    fact: Fact
    missing: tuple[str, ...]
    is_there: bool
    now: list[Passage] = field(default_factory=list)


@dataclass
class PageDifference:
    """What changed, and what it touches.

    Attributes:
        lost: How many of the kept sentences are no longer there.
        kept: How many there were.
        facts: Facts that are touched, in the order of the ledger.
        unclaimed: New passages that stand in no touched fact's place.
        answers: Topics touched, each with the places of its wording, ``file:line name``.
    """

    lost: int
    kept: int
    facts: list[TouchedFact]
    unclaimed: list[Passage]
    answers: dict[str, list[str]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not (self.lost or self.facts or self.unclaimed)

    @property
    def gone(self) -> list[TouchedFact]:
        """The facts that are no longer on the page."""
        return [touched for touched in self.facts if not touched.is_there]

    @property
    def reworded(self) -> list[TouchedFact]:
        """The facts that are still there, in a sentence that changed."""
        return [touched for touched in self.facts if touched.is_there]


def compare_page(root: Path, text: str) -> PageDifference:
    """Hold a new text of the page against what is kept of it and the ledger.

    Args:
        root: Folder of the project.
        text: The text of the new page, as copied from a browser.

    Raises:
        ContentError: What is kept of the page cannot be read.
    """
    project = read_project(root)
    kept, page = read_page(root), PageText(text)
    found = page.find(kept)
    passages = list(_new_passages(page, kept, found))
    lost = [position for position, sentence in enumerate(kept) if sentence.fingerprint not in found]
    facts: list[TouchedFact] = []
    claimed: set[int] = set()
    for fact in (fact for facts_of_topic in project.ledger.facts.values() for fact in facts_of_topic):
        sought = seek(fact, page)
        of_fact = [position for position in lost if fact_key(fact) in kept[position].facts]
        if not of_fact and sought.places:
            continue
        now = [passage for passage in passages if any(_replaces(passage, at, kept, found) for at in of_fact)]
        claimed |= {passage.start for passage in now}
        facts.append(TouchedFact(fact, sought.missing, bool(sought.places), now))
    unclaimed = [passage for passage in passages if passage.start not in claimed]
    topics = list(dict.fromkeys(touched.fact.topic for touched in facts))
    return PageDifference(len(lost), len(kept), facts, unclaimed, {topic: _wording(project, topic) for topic in topics})


def _new_passages(page: PageText, kept: list[KeptSentence], found: dict[str, list[int]]) -> Iterator[Passage]:
    sections: dict[int, str] = {}
    covered = [False] * len(page.words)
    for sentence in kept:
        for at in found.get(sentence.fingerprint, []):
            covered[at : at + sentence.words] = [True] * sentence.words
            sections[at] = sentence.section
    section, start = "", None
    for at in range(len(page.words) + 1):
        if at < len(page.words) and not covered[at]:
            start = at if start is None else start
            continue
        if start is not None:
            words = page.words[start:at]
            if len(words) >= _FEWEST_WORDS or any(word[0].isdigit() for word in words):
                yield Passage(page.part(start, at - 1), section, start)
            start = None
        section = sections.get(at, section)


def _replaces(passage: Passage, lost: int, kept: list[KeptSentence], found: dict[str, list[int]]) -> bool:
    """Tell whether a passage stands where a lost sentence stood: between the sentences around it that are left."""
    before = next((found[s.fingerprint] for s in reversed(kept[:lost]) if s.fingerprint in found), [-1])
    behind = next((found[s.fingerprint] for s in kept[lost + 1 :] if s.fingerprint in found), [])
    return passage.start > before[0] and (not behind or passage.start < behind[-1])


def _wording(project: Project, topic: str) -> list[str]:
    told = [f"{FACTS}:{project.ledger.lines.get(topic, 0)}"]
    of_topic = (response for response in project.responses if response.about == topic)
    return [*told, *(f"{response.file}:{response.line} {response.name}" for response in of_topic)]
