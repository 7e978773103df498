"""Where responses are named: rules, stories, the domain, credentials, and Python.

Rasa says nothing when an action names a response that does not exist: the visitor gets silence. So every
name is collected here, to be held against what there is.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpline.content.source import line_of

_NAME = re.compile(r"utter_[a-z0-9_]*(/[a-z0-9_]*)?")
# Rasa's own words that look like a response: a key of a message's metadata, a method.
_NO_RESPONSES = {"utter_", "utter_action", "utter_message"}


@dataclass(frozen=True)
class Mention:
    """A response named somewhere, or with `is_prefix` the beginning of names put together by code."""

    name: str
    file: str
    line: int
    is_prefix: bool = False


def mentions_in_yaml(content: Any, file: str) -> Iterator[Mention]:
    """Yield the responses that are named as a value anywhere in a YAML file's content."""
    if isinstance(content, dict):
        items = [(key, value) for key, value in content.items() if key not in {"responses", "nlu"}]
    elif isinstance(content, list):
        items = list(enumerate(content))
    else:
        return
    for key, value in items:
        if isinstance(value, str) and _is_name(value):
            yield Mention(value, file, line_of(content, key))
        else:
            yield from mentions_in_yaml(value, file)


def mentions_in_python(root: Path) -> tuple[list[Mention], set[str]]:
    """Read the project's own Python.

    Returns:
        The responses that are named as a string, and the names of the values that actions hand to a response
        as keywords of ``utter_message``.
    """
    mentions: list[Mention] = []
    given: set[str] = set()
    for folder in ("actions", "helpline"):
        for path in sorted((root / folder).rglob("*.py")):
            nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
            mentions += _mentions(nodes, path.relative_to(root).as_posix())
            given |= {name for node in nodes for name in _given(node)}
    return mentions, given


def _mentions(nodes: list[ast.AST], file: str) -> Iterator[Mention]:
    formatted = [node.values for node in nodes if isinstance(node, ast.JoinedStr)]
    beginnings = {id(values[0]) for values in formatted if values}
    others = {id(value) for values in formatted for value in values[1:]}
    for node in nodes:
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in others:
            continue
        if _is_name(node.value):
            is_prefix = id(node) in beginnings or node.value.endswith(("_", "/"))
            yield Mention(node.value, file, node.lineno, is_prefix)


def _given(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "utter_message":
        return [keyword.arg for keyword in node.keywords if keyword.arg]
    return []


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and text not in _NO_RESPONSES
