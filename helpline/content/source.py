"""Reads a YAML file of the content, and says what is wrong in it by file and line.

All values are read as text, as they stand in the file: "yes" is a button's title here, not a truth value.
"""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend.

    Attributes:
        file: Path below the project's root.
        line: Line in that file, or 0 where the whole file is meant.
        key: What it is about: a response, a topic, a contact.
        message: What is wrong and, where it helps, what to do.
    """

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        """Return ``file:line key: message``."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place} {self.key}: {self.message}"


class Mapping(dict[str, Any]):
    """A mapping that knows the line of each of its keys, from 1."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[Any, int] = {}


class Sequence(list[Any]):
    """A list that knows the line of each of its items, from 1."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[Any, int] = {}


# What the YAML library says, and what it mostly means to somebody who writes. The first that fits is told.
_REASONS = (
    ("quoted scalar", "a quote begins in this line and never ends, or there is text behind its end."),
    (
        "mapping values are not allowed",
        'a colon stands in a text without quotes (put quotes around all of it: "…"), or the spaces at the start of '
        "this line or of one above it are wrong.",
    ),
    ("block sequence entries are not allowed", 'a "- " stands where no list begins; look at the spaces before it.'),
    (
        "cannot start any token",
        "this text begins with a sign that needs quotes around it.",
    ),
    ("scanning an alias", 'this line begins with a "*" or the text needs quotes; a list\'s line begins with "- ".'),
    ("scanning an anchor", 'a text that begins with "&" needs quotes around it.'),
    ("scanning a tag", 'a text that begins with "!" needs quotes around it.'),
    ("',' or ']'", 'a "[" is opened and not closed, or a comma is missing.'),
    ("',' or '}'", 'a "{" begins a text without quotes, or is not closed.'),
    ("could not find expected ':'", "a colon is missing in this line or the one before it, or spaces at its start."),
    (
        "expected key",
        "the spaces at the start of this line do not fit those of the lines above it, or a text goes on behind "
        "its quotes.",
    ),
    (
        "expected '-' indicator",
        'this line should begin with "- ", or its spaces do not fit those of the lines above it.',
    ),
    ("expected <document start>", "this line stands too far left, or a colon is missing."),
)


_TWICE = 'This stands twice in one place; keep one of them, or begin the second with "- " if it is one more of a list.'


class _DuplicateKeyError(yaml.YAMLError):
    def __init__(self, key: str, line: int) -> None:
        self.key, self.line = key, line


def read_source(root: Path, path: Path) -> tuple[Any, list[Problem]]:
    """Read a YAML file.

    Args:
        root: The project's root, from which files are named.
        path: The file.

    Returns:
        The content as `Mapping`, `Sequence`, text and None (None too if the file cannot be read), and what is
        wrong with the file as a whole.
    """
    file = path.relative_to(root).as_posix()
    try:
        return parse_source(file, path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None, [Problem(file, 0, path.stem, "The file is missing.")]
    except UnicodeDecodeError:
        message = 'The file is not saved as UTF-8. Save it again, and choose "UTF-8" where the program asks.'
        return None, [Problem(file, 0, path.stem, message)]


def parse_source(file: str, text: str) -> tuple[Any, list[Problem]]:
    """Read the text of a YAML file.

    Args:
        file: The file's name for problems.
        text: What stands in it.

    Returns:
        As `read_source`.
    """
    node, problems = parse_node(file, text)
    if problems:
        return None, problems
    try:
        return _value(node), []
    except _DuplicateKeyError as twice:
        return None, [Problem(file, twice.line, twice.key, _TWICE)]


def parse_node(file: str, text: str) -> tuple[yaml.Node | None, list[Problem]]:
    """Read the text of a YAML file as a tree, in which each part knows its place and how it was quoted.

    Returns:
        The tree, or None if the file is empty or cannot be read; and why it cannot.
    """
    key = PurePosixPath(file).stem
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader), []
    except yaml.MarkedYAMLError as error:
        return None, [_unreadable(file, key, error)]
    except yaml.YAMLError as error:
        return None, [Problem(file, 0, key, f"The file cannot be read: {error}.")]


def as_typed(path: Path) -> str:
    """Return the text of a file as it stands; what is no UTF-8 is left out."""
    return path.read_bytes().decode("utf-8", errors="ignore")


def _unreadable(file: str, key: str, error: yaml.MarkedYAMLError) -> Problem:
    said = f"{error.context or ''} {error.problem or ''}"
    mark = error.problem_mark
    if "quoted scalar" in said and error.context_mark:
        mark = error.context_mark
    reason = next((plain for sign, plain in _REASONS if sign in said), f"{error.problem}.")
    return Problem(file, mark.line + 1 if mark else 0, key, f"The file cannot be read: {reason}")


def line_of(node: Any, key: Any) -> int:
    """Return the line, from 1, of a mapping's key or a list's item; 0 where it is not known."""
    return node.lines.get(key, 0) if isinstance(node, Mapping | Sequence) else 0


def _value(node: yaml.Node | None) -> Any:
    if isinstance(node, yaml.MappingNode):
        mapping = Mapping()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in mapping:
                raise _DuplicateKeyError(key, line)
            mapping[key] = _value(value_node)
            mapping.lines[key] = line
        return mapping
    if isinstance(node, yaml.SequenceNode):
        sequence = Sequence()
        for position, item in enumerate(node.value):
            sequence.append(_value(item))
            sequence.lines[position] = item.start_mark.line + 1
        return sequence
    if node is None or node.tag == "tag:yaml.org,2002:null":
        return None
    return str(node.value)
