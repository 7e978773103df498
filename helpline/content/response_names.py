"""Where responses are named: rules, stories, the domain, and Python.

Rasa says nothing when an action names a response that does not exist: the visitor gets silence. So every
name is collected here, to be held against what there is.
"""

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from helpline.content.source import line_of

_NAME = re.compile(r"utter_[a-z0-9_*]*(/[a-z0-9_*]*)?")
# Rasa's own words that look like a response: a key of a message's metadata, a method.
_NO_RESPONSES = {"utter_", "utter_action", "utter_message"}
# What hands values to a response: an action, the generator, `helpline.web.wording`.
_SAYING = {"utter_message", "generate_from_slots", "filled"}
# Says nothing about which response is meant.
_ANY = "utter_*"


@dataclass(frozen=True)
class ResponseName:
    """A response named somewhere.

    Attributes:
        name: The name; "*" stands for what code puts in.
        file: Path below the project's root.
        line: Line in that file.
    """

    name: str
    file: str
    line: int

    def matches(self, name: str) -> bool:
        """Tell whether a response may be the one that is named."""
        return fnmatchcase(name, self.name)


def names_in_yaml(content: Any, file: str) -> Iterator[ResponseName]:
    """Yield the responses that are named as a value anywhere in a YAML file's content."""
    if isinstance(content, dict):
        items = [(key, value) for key, value in content.items() if key not in {"responses", "nlu"}]
    elif isinstance(content, list):
        items = list(enumerate(content))
    else:
        return
    for key, value in items:
        if isinstance(value, str) and _is_name(value):
            yield ResponseName(value, file, line_of(content, key))
        else:
            yield from names_in_yaml(value, file)


def names_in_python(root: Path) -> tuple[list[ResponseName], set[str]]:
    """Read the project's own Python.

    Returns:
        The responses that are named as a string, and the names of the values that are handed to a response as keywords
        of ``utter_message`` or ``generate_from_slots``.
    """
    names: list[ResponseName] = []
    given: set[str] = set()
    for folder in ("actions", "helpline"):
        for path in sorted((root / folder).rglob("*.py")):
            named, handed = _read_module(path.read_text(encoding="utf-8"))
            names += [ResponseName(name, path.relative_to(root).as_posix(), line) for name, line in named]
            given |= handed
    return names, given


@functools.cache  # staff check their drafts again and again beside the same few hundred modules
def _read_module(code: str) -> tuple[list[tuple[str, int]], set[str]]:
    """Return the responses that a module names, each with its line, and the values that it hands to a response."""
    nodes = list(ast.walk(ast.parse(code)))
    return list(_names_in(nodes)), {name for node in nodes for name in _given(node)}


def _names_in(nodes: list[ast.AST]) -> Iterator[tuple[str, int]]:
    formatted = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for node in formatted for part in node.values}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            name = "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            name = node.value + "*" if node.value.endswith(("_", "/")) and _is_name(node.value) else node.value
        else:
            continue
        if _is_name(name) and name != _ANY:
            yield name, node.lineno


def _given(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _SAYING:
        return [keyword.arg for keyword in node.keywords if keyword.arg]
    return []


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and text not in _NO_RESPONSES
