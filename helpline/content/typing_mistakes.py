"""What slips in while somebody types or pastes: Word's quotes, a lost dash, a date without quotes.

A file with such a mistake can often be read all the same, only not as it was meant: an example is lost, a title is cut,
a date becomes something else. So they are told first, each with its line, and what only follows from them is not told.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import yaml

from helpline.content.source import Problem, as_typed, parse_node, parse_source, read_source

# A list's line as Word, a phone or habit begins it.
_OTHER_DASH = re.compile("^\\s*([*\u2022\u00b7\u2010-\u2015\u2212])\\s*\\S")
_WORDS_QUOTES = re.compile("[\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b]")
# What Rasa takes for an entity's mark-up in an example.
_MARKED_UP = re.compile(r"\[[^\]]+\](?:\([^)]+\)|\{[^}]+\}|\[.*?\])")
_INVISIBLE = {"Cc", "Cf", "Co", "Zl", "Zp", "Zs"}
# They join letters of some scripts and parts of some pictures; elsewhere they are dirt.
_JOINERS = "\u200c\u200d"
# The ends that do not make two examples different.
_ENDS = " .?"

# What plain text is read as, and the word for it.
_OTHER_KINDS = {
    "tag:yaml.org,2002:timestamp": "a date",
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
}
_TRUTHS = {"true", "false"}
# Values that a visitor reads or that a fact is held against: all of what stands in the line belongs to them.
_WORDING = {"text", "title", "payload", "section", "reviewed", "subject", "fact", "place", "name", "source"}

_PARTS = ("version", "nlu", "rules", "stories", "responses")
_OF_INTENT = ("intent", "examples", "synonym", "regex", "lookup")
_OF_RESPONSE = ("text", "buttons", "metadata", "condition", "channel", "image", "custom", "id")
_OF_BUTTON = ("title", "payload", "type")


@dataclass(frozen=True)
class Example:
    """A training example, and where it stands."""

    text: str
    intent: str
    file: str
    line: int


def typing_mistakes(root: Path) -> list[Problem]:
    """Return what is mistyped in the content of the project at `root`, by file and line.

    A file that cannot be read is told with its first mistake alone: the others may be its consequences.
    """
    problems: list[Problem] = []
    examples: list[Example] = []
    data = sorted((root / "data").rglob("*.yml"))
    for path in [root / "domain.yml", *sorted((root / "content").glob("*.yml")), *data]:
        if not path.exists():
            continue
        name = path.relative_to(root).as_posix()
        file = _File(name, as_typed(path), read_source(root, path)[1])
        problems += file.problems()
        if path in data:
            examples += file.examples
    problems += _in_two_places(examples)
    return sorted(set(problems))


def mistakes_in(file: str, text: str) -> list[Problem]:
    """Return what is mistyped in one file of ``data/``, whose text may not be saved yet."""
    return sorted(set(_File(file, text, parse_source(file, text)[1]).problems()))


class _File:
    """One file, as text and as a tree."""

    def __init__(self, name: str, text: str, unreadable: list[Problem]) -> None:
        self.name = name
        self.key = PurePosixPath(name).stem
        self.is_data = self.name.startswith("data/")
        # Regular expressions hold what would be a mistake in wording.
        self.is_wording = self.name != "content/vocabulary.yml"
        self.unreadable = unreadable
        self.node = None if unreadable else parse_node(name, text)[0]
        self.lines = text.split("\n")
        self.examples: list[Example] = []

    def problems(self) -> list[Problem]:
        """Return what is wrong, in the order of the lines."""
        of_lines = [problem for number in range(1, len(self.lines) + 1) for problem in self._of_line(number)]
        if self.unreadable:
            # A quote or a dash of Word's kind is mostly why a file cannot be read, and is told more plainly.
            return of_lines[:1] or self.unreadable
        return [*of_lines, *self._of_tree()]

    def _problem(self, line: int, message: str, key: str = "") -> Problem:
        return Problem(self.name, line, key or self.key, message)

    def _of_line(self, number: int) -> Iterator[Problem]:
        line = self.lines[number - 1].rstrip("\r")
        invisible = next((at for at, character in enumerate(line) if _is_invisible(line, at)), None)
        if invisible is not None:
            before = line[:invisible].split()[-2:]
            where = f'after "{" ".join(before)}"' if before else "at its start"
            name = unicodedata.name(line[invisible], "a tab" if line[invisible] == "\t" else "a control sign").lower()
            message = f"There is something invisible in this line ({name}) {where}. Delete it, and type it again there."
            yield self._problem(number, message)
        if self.is_wording and (quote := _WORDS_QUOTES.search(line)):
            message = (
                f"This line has quotes as Word makes them ({quote.group()}). Type \" or ' on the keyboard instead."
            )
            yield self._problem(number, message)
        if dash := _OTHER_DASH.match(line):
            message = (
                f'This line begins with "{dash.group(1)}". Begin it with a dash from the keyboard and a space: "- ".'
            )
            yield self._problem(number, message)

    def _of_tree(self) -> Iterator[Problem]:
        if self.is_data and isinstance(self.node, yaml.MappingNode):
            yield from self._unknown_keys(self.node, _PARTS, "A file here")
            for key, value in self.node.value:
                if key.value == "nlu":
                    yield from self._of_intents(value)
                elif key.value == "responses":
                    yield from self._of_responses(value)
        for key, value in _pairs(self.node):
            yield from self._of_value(key, value)

    def _of_intents(self, entries: yaml.Node) -> Iterator[Problem]:
        for entry in _items(entries):
            if not isinstance(entry, yaml.MappingNode):
                yield self._problem(
                    entry.start_mark.line + 1, 'A group of examples begins with "- intent: " and a name.'
                )
                continue
            yield from self._unknown_keys(entry, _OF_INTENT, "A group of examples")
            parts = {key.value: value for key, value in entry.value}
            if "intent" in parts and "examples" in parts:
                yield from self._of_examples(str(parts["intent"].value), parts["examples"])

    def _of_examples(self, intent: str, node: yaml.Node) -> Iterator[Problem]:
        first = node.start_mark.line + 1
        if not isinstance(node, yaml.ScalarNode) or node.style != "|":
            message = 'After "examples:" there must be a space and a "|", and the examples below it.'
            yield self._problem(first, message, intent)
            return
        for number, line in enumerate(node.value.split("\n"), first + 1):
            text = line.strip()
            # A line that begins otherwise was told already.
            if not text or _OTHER_DASH.match(line):
                continue
            if not line.startswith("- "):
                message = 'This example does not begin with "- " and may be lost. Put a dash and a space before it.'
                yield self._problem(number, message, intent)
                continue
            text = text[1:].strip()
            self.examples.append(Example(text, intent, self.name, number))
            if text.startswith("/"):
                message = 'This example begins with "/", which makes it a command and no message. Take the "/" away.'
                yield self._problem(number, message, intent)
            if marked := _MARKED_UP.search(text):
                message = (
                    f'The brackets in "{marked.group()}" are read as a mark for the machine, not as text. '
                    "Take them away."
                )
                yield self._problem(number, message, intent)

    def _of_responses(self, node: yaml.Node) -> Iterator[Problem]:
        if not isinstance(node, yaml.MappingNode):
            return
        for name, variations in node.value:
            if not isinstance(variations, yaml.SequenceNode):
                message = 'The text of a response begins with "- text: ", with a dash and on a line of its own.'
                yield self._problem(name.start_mark.line + 1, message, str(name.value))
                continue
            for variation in variations.value:
                if not isinstance(variation, yaml.MappingNode):
                    message = 'The text of a response begins with "- text: ".'
                    yield self._problem(variation.start_mark.line + 1, message, str(name.value))
                    continue
                yield from self._unknown_keys(variation, _OF_RESPONSE, "A response")
                yield from self._of_buttons(str(name.value), variation)

    def _of_buttons(self, name: str, variation: yaml.MappingNode) -> Iterator[Problem]:
        for buttons in (value for key, value in variation.value if key.value == "buttons"):
            entries = _items(buttons)
            for button in entries:
                if isinstance(button, yaml.MappingNode):
                    yield from self._unknown_keys(button, _OF_BUTTON, "A button")
            if not entries or not all(isinstance(button, yaml.MappingNode) for button in entries):
                message = 'Each button begins with "- title: ", and has its "payload: " in the line below.'
                yield self._problem(buttons.start_mark.line + 1, message, name)

    def _unknown_keys(self, node: yaml.MappingNode, known: tuple[str, ...], what: str) -> Iterator[Problem]:
        for key, _ in node.value:
            if key.value not in known:
                near = difflib.get_close_matches(str(key.value), known, n=1)
                meant = f' Is "{near[0]}" meant?' if near else ""
                message = f'{what} has no part that is called "{key.value}".{meant}'
                yield self._problem(key.start_mark.line + 1, message)

    def _of_value(self, key: yaml.Node, value: yaml.Node) -> Iterator[Problem]:
        if not isinstance(value, yaml.ScalarNode) or value.style:  # only what is quoted or a block has a style
            return
        line, typed = value.start_mark.line + 1, str(value.value)
        if self.is_data or key.value == "version":
            kind = _OTHER_KINDS.get(value.tag) or ("yes or no" if typed.lower() in _TRUTHS else None)
            if kind and key.value in {*_WORDING, "version"}:
                message = f'{typed} is read as {kind}, not as text. Put quotes around it: {key.value}: "{typed}".'
                yield self._problem(line, message)
        rest = self.lines[value.end_mark.line][value.end_mark.column :].strip()
        if key.value in _WORDING and typed and rest.startswith("#"):
            message = (
                f'What stands behind "#" is left out here. Put quotes around the whole: {key.value}: "{typed} {rest}".'
            )
            yield self._problem(line, message)


def _in_two_places(examples: list[Example]) -> Iterator[Problem]:
    first: dict[str, Example] = {}
    for example in examples:
        same = " ".join(example.text.casefold().split()).rstrip(_ENDS)
        known = first.setdefault(same, example)
        if same and known.intent != example.intent:
            message = (
                f'The example "{example.text}" stands under {known.intent} too ({known.file}:{known.line}). '
                "Keep it where its answer helps more."
            )
            yield Problem(example.file, example.line, example.intent, message)


def _is_invisible(line: str, at: int) -> bool:
    character = line[at]
    if character == " " or unicodedata.category(character) not in _INVISIBLE:
        return False
    joins = character in _JOINERS and 0 < at < len(line) - 1 and not (line[at - 1] + line[at + 1]).isascii()
    return not joins


def _items(node: yaml.Node) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _pairs(node: yaml.Node | None) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Yield each key with its value, at any depth."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key, value
            yield from _pairs(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _pairs(item)
