"""The fact ledger and the approved contacts, as content/facts.yml and content/contacts.yml hold them."""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from helpline.contacts import CONTACTS
from helpline.content.source import Problem, line_of, read_source

FACTS = "content/facts.yml"


@dataclass(frozen=True)
class Fact:
    """A claim of the page: where it stands, by which words it is found there, what an answer may and must say of it."""

    topic: str
    fact: str
    place: str
    figures: tuple[str, ...]
    names: tuple[str, ...]
    says: tuple[str, ...]
    on_page: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contact:
    """An approved number, and the responses that must hold it or are the only ones that may."""

    key: str
    name: str
    written: tuple[str, ...]
    required_in: tuple[str, ...]
    only_in: tuple[str, ...]
    line: int

    def is_required_in(self, response: str) -> bool:
        """Tell whether a response must hold this number."""
        return any(fnmatchcase(response, pattern) for pattern in self.required_in)

    def is_allowed_in(self, response: str) -> bool:
        """Tell whether a response may hold this number."""
        return not self.only_in or any(fnmatchcase(response, pattern) for pattern in self.only_in)

    def is_in(self, text: str) -> bool:
        """Tell whether a text holds this number in an approved form."""
        return any(form in text for form in self.written)


@dataclass
class Ledger:
    """All that the wording may claim.

    Attributes:
        reviewed: Date of the page's last review, as written in the answers' metadata.
        sections: Headings of the page.
        facts: Facts by topic.
        contacts: Approved contacts.
        names: Names that are no fact of the page, such as the languages of the assistant.
        words: Ordinary words that may begin a sentence.
        own_figures: Figures of the assistant's own wording, by response.
    """

    reviewed: str = ""
    sections: tuple[str, ...] = ()
    facts: dict[str, list[Fact]] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    own_figures: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def figures_of(self, topic: str | None, response: str) -> set[str]:
        """Return the written figures that a response may hold."""
        return {figure for fact in self.facts.get(topic or "", []) for figure in fact.figures} | self.own_figures_of(
            response
        )

    def own_figures_of(self, response: str) -> set[str]:
        """Return the figures of the assistant's own that a response may hold."""
        return {figure for pattern, own in self.own_figures.items() if fnmatchcase(response, pattern) for figure in own}

    def known_names(self) -> set[str]:
        """Return all names that any wording may use."""
        of_facts = {name for facts in self.facts.values() for fact in facts for name in fact.names}
        return of_facts | self.names | {contact.name for contact in self.contacts}


def read_ledger(root: Path) -> tuple[Ledger, list[Problem]]:
    """Read ledger and contacts, with what is wrong in them."""
    ledger = Ledger()
    facts, problems = read_source(root, root / FACTS)
    contacts, more = read_source(root, root / CONTACTS)
    problems += more
    if facts is not None:
        page = facts.get("page") or {}
        ledger.reviewed = str(page.get("reviewed", ""))
        ledger.sections = tuple(page.get("sections") or ())
        own = facts.get("assistant") or {}
        ledger.names = set(own.get("names") or ())
        ledger.words = {str(word).lower() for word in own.get("words") or ()}
        ledger.own_figures = {key: _texts(value) for key, value in (own.get("figures") or {}).items()}
        topics = facts.get("topics") or {}
        for topic, entries in topics.items():
            ledger.lines[topic] = line_of(topics, topic)
            ledger.facts[topic] = [_fact(topic, entry) for entry in entries or []]
            problems += _incomplete(topic, ledger.facts[topic], ledger.lines[topic])
    if contacts is not None:
        section = contacts.get("contacts") or {}
        for key, entry in section.items():
            line = line_of(section, key)
            missing = [name for name in ("name", "written", "source", "checked") if not entry.get(name)]
            if missing:
                message = f"An approved contact needs {', '.join(missing)}."
                problems.append(Problem(CONTACTS, line, key, message))
            ledger.contacts.append(_contact(key, entry, line))
    return ledger, problems


def _incomplete(topic: str, facts: list[Fact], line: int) -> list[Problem]:
    problems = []
    if not facts:
        problems.append(Problem(FACTS, line, topic, "The topic has no facts."))
    if any(not fact.place for fact in facts):
        problems.append(Problem(FACTS, line, topic, "A fact has no place on the page."))
    if any(not fact.on_page for fact in facts):
        message = "A fact has no on_page: some words of the page, by which it is found when the page changes."
        problems.append(Problem(FACTS, line, topic, message))
    return problems


def _fact(topic: str, entry: dict[str, Any]) -> Fact:
    return Fact(
        topic,
        str(entry.get("fact") or ""),
        str(entry.get("place") or ""),
        _texts(entry.get("figures")),
        _texts(entry.get("names")),
        _texts(entry.get("says")),
        _texts(entry.get("on_page")),
    )


def _contact(key: str, entry: dict[str, Any], line: int) -> Contact:
    return Contact(
        key,
        str(entry.get("name") or key),
        _texts(entry.get("written")),
        _texts(entry.get("required_in")),
        _texts(entry.get("only_in")),
        line,
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value or ())
