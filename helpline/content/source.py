"""Reads one YAML file so that a problem in it can be told with its line."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import YAMLError

from helpline.content.problem import Problem


def read_source(root: Path, path: Path) -> tuple[Any, list[Problem]]:
    """Read a YAML file.

    Args:
        root: The project's root, from which files are named.
        path: The file.

    Returns:
        The content, whose mappings and lists know their lines (None if the file cannot be read), and what is
        wrong with the file as a whole.
    """
    file = path.relative_to(root).as_posix()
    reader = YAML()
    reader.version = (1, 2)  # type: ignore[assignment]
    try:
        return reader.load(path), []
    except FileNotFoundError:
        return None, [Problem(file, 0, path.stem, "The file is missing.")]
    except DuplicateKeyError as error:
        name = (error.problem or "").split('"')
        key = name[1] if len(name) > 1 else path.stem
        return None, [Problem(file, _line(error), key, "This key stands twice in the file; keep one of them.")]
    except YAMLError as error:
        return None, [Problem(file, _line(error), path.stem, f"The file cannot be read: {_reason(error)}.")]


def line_of(node: Any, key: Any) -> int:
    """Return the line, from 1, of a mapping's key or a list's item; 0 where it is not known."""
    positions = getattr(node, "lc", None)
    if positions is None:
        return 0
    try:
        position = positions.item(key) if isinstance(node, list) else positions.key(key)
    except KeyError:
        return 0
    return int(position[0]) + 1


def _line(error: YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else 0


def _reason(error: YAMLError) -> str:
    return str(getattr(error, "problem", None) or error).strip().rstrip(".")
