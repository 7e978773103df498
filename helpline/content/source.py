"""Reads a YAML file of the content, and says what is wrong in it by file and line.

All values are read as text, as they stand in the file: "yes" is a button's title here, not a truth value.
"""

from dataclasses import dataclass
from pathlib import Path
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
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return _value(node), []
    except FileNotFoundError:
        return None, [Problem(file, 0, path.stem, "The file is missing.")]
    except _DuplicateKeyError as twice:
        return None, [Problem(file, twice.line, twice.key, "This key stands twice in the file; keep one of them.")]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        return None, [Problem(file, line, path.stem, f"The file cannot be read: {error.problem}.")]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return None, [Problem(file, 0, path.stem, f"The file cannot be read: {error}.")]


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
