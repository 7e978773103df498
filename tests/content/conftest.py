import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from helpline.content.check import check_content
from helpline.content.source import Problem
from helpline.settings import ROOT

# Examples are many and not what is checked; the first of each intent will do.
EXAMPLES = re.compile(r"(    examples: \|\n      - .*\n)(?:      - .*\n)+")


def copy_content(target: Path) -> Path:
    shutil.copy(ROOT / "domain.yml", target / "domain.yml")
    shutil.copytree(ROOT / "content", target / "content")
    for folder in ("actions", "helpline"):
        for path in (ROOT / folder).rglob("*.py"):
            copy = target / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    for path in (ROOT / "data").rglob("*.yml"):
        copy = target / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(EXAMPLES.sub(r"\1", path.read_text()))
    return target


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_content(tmp_path_factory.mktemp("content"))


@pytest.fixture(scope="session")
def known(pristine: Path) -> set[tuple[str, str, str]]:
    return {(problem.file, problem.key, problem.message) for problem in check_content(pristine)}


class Content:
    """A copy of the project's content, to be broken on purpose."""

    def __init__(self, root: Path, known: set[tuple[str, str, str]]) -> None:
        self.root = root
        self.known = known

    def replace(self, file: str, old: str, new: str) -> None:
        path = self.root / file
        text = path.read_text()
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1))

    def add(self, file: str, text: str) -> None:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + text)

    def change_domain(self, change: Callable[[dict[str, Any]], object]) -> None:
        path = self.root / "domain.yml"
        domain = yaml.safe_load(path.read_text())
        change(domain)
        path.write_text(yaml.safe_dump(domain))

    def new_problems(self) -> list[Problem]:
        problems = check_content(self.root)
        return [problem for problem in problems if (problem.file, problem.key, problem.message) not in self.known]


@pytest.fixture
def content(pristine: Path, known: set[tuple[str, str, str]], tmp_path: Path) -> Content:
    shutil.copytree(pristine, tmp_path / "project")
    return Content(tmp_path / "project", known)
