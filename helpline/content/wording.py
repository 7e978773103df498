"""The wording of one response, read from its file and written back: words change, comments and layout stay.

A YAML library that writes a whole file would lay it out anew. Here only the characters of a changed text are replaced,
and the file is read again to make sure that nothing else means something else now.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from helpline.content.responses import responses_in
from helpline.content.source import parse_node, parse_source
from helpline.errors import ContentError

_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Wording:
    """What one variation of a response says: its text, and the titles of its buttons in their order."""

    text: str
    titles: tuple[str, ...] = ()


def cleaned(wording: Wording) -> Wording:
    """Return what somebody typed without control characters, and without the spaces at the ends of its lines."""
    lines = [_CONTROL.sub("", line.replace("\t", " ")).rstrip() for line in _LINE_END.split(wording.text)]
    titles = (" ".join(_CONTROL.sub("", " ".join(title.split())).split()) for title in wording.titles)
    return Wording("\n".join(lines).strip(), tuple(titles))


def wording_in(file: str, text: str, name: str) -> tuple[Wording, ...]:
    """Return what the variations of a response say, in their order; nothing where the file does not have it.

    Args:
        file: The file's name.
        text: What stands in it.
        name: The response.
    """
    found = (response for response in responses_in(parse_source(file, text)[0], file) if response.name == name)
    return tuple(Wording(response.text, tuple(button.title for button in response.buttons)) for response in found)


def with_changed(file: str, text: str, name: str, wording: Sequence[Wording]) -> str:
    """Return the text of a file in which a response says something else.

    Args:
        file: The file's name.
        text: What stands in it.
        name: The response.
        wording: What each of its variations shall say: as many as there are, with as many titles as buttons.

    Raises:
        ContentError: The file cannot be changed so without changing more.
    """
    before = wording_in(file, text, name)
    if [len(one.titles) for one in before] != [len(one.titles) for one in wording]:
        raise ContentError(f"{name} in {file} has other parts now.")
    for number, (old, new) in enumerate(zip(before, wording, strict=True)):
        if old.text != new.text:
            text = _replaced(file, text, ["responses", name, number, "text"], new.text)
        for place, (title, wanted) in enumerate(zip(old.titles, new.titles, strict=True)):
            if title != wanted:
                text = _replaced(file, text, ["responses", name, number, "buttons", place, "title"], wanted)
    return text


def _replaced(file: str, text: str, place: Sequence[str | int], value: str) -> str:
    """Return the text with another value in one place, written as the old one is if that can be."""
    wanted = parse_source(file, text)[0]
    inner = wanted
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    key, node = _find(parse_node(file, text)[0], place)
    lines = text.split("\n")
    for written in _ways_to_write(key, node, value, lines):
        changed = _with_scalar(lines, key, node, written)
        # A plain text can be read as a date or a number, which the check then calls a mistake.
        if parse_source(file, changed)[0] == wanted and _is_text(parse_node(file, changed)[0], place, node.tag):
            return changed
    raise ContentError(f"{file} cannot be changed in this place alone.")


def _find(node: yaml.Node | None, place: Sequence[str | int]) -> tuple[yaml.Node, yaml.ScalarNode]:
    """Return the last key on the way to a value, and the value."""
    key: Any = None
    value: Any = node
    for step in place:
        if isinstance(step, int):
            value = value.value[step]
        else:
            key, value = next(pair for pair in value.value if pair[0].value == step)
    return key, value


def _is_text(node: yaml.Node | None, place: Sequence[str | int], tag: str) -> bool:
    return _find(node, place)[1].tag in {tag, "tag:yaml.org,2002:str"}


def _ways_to_write(key: yaml.Node, node: yaml.ScalarNode, value: str, lines: Sequence[str]) -> Iterator[str]:
    """Yield how a value may stand in the file: as the old one first."""
    block = _as_block(key, node, value, lines)
    quoted = json.dumps(value, ensure_ascii=False)
    if node.style in {"|", ">"}:
        yield block
    if "\n" not in value:
        if not node.style:
            yield value
        if node.style == "'":
            yield "'" + value.replace("'", "''") + "'"
        yield quoted
    yield block
    yield quoted


def _as_block(key: yaml.Node, node: yaml.ScalarNode, value: str, lines: Sequence[str]) -> str:
    indent = key.start_mark.column + 2
    if node.style in {"|", ">"}:
        body = (line for line in lines[node.start_mark.line + 1 : _block_end(lines, key, node)] if line.strip())
        indent = next((len(line) - len(line.lstrip()) for line in body), indent)
    return "|-\n" + "\n".join(f"{' ' * indent}{line}" if line else "" for line in value.split("\n"))


def _block_end(lines: Sequence[str], key: yaml.Node, node: yaml.ScalarNode) -> int:
    """Return the line behind a block: its own are empty, or stand further to the right than its key."""
    end = behind = node.start_mark.line + 1
    while behind < len(lines):
        line = lines[behind]
        behind += 1
        if line.strip():
            if len(line) - len(line.lstrip(" ")) <= key.start_mark.column:
                break
            end = behind
    return end


def _with_scalar(lines: Sequence[str], key: yaml.Node, node: yaml.ScalarNode, written: str) -> str:
    start = node.start_mark
    before = [*lines[: start.line], lines[start.line][: start.column] + written]
    if node.style in {"|", ">"}:
        return "\n".join([*before, *lines[_block_end(lines, key, node) :]])
    end = node.end_mark
    before[-1] += lines[end.line][end.column :]
    return "\n".join([*before, *lines[end.line + 1 :]])
