"""The documents say what is there: settings, make verbs, paths, tests."""

import re
from pathlib import Path

import pytest

from helpline.settings import ROOT, Settings

DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
MADE_WHEN_RUN = ("var/", "models/", "widget/dist", "widget/node_modules", ".venv", ".env")


def verbs() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_every_setting_is_documented_for_operators():
    text = (ROOT / "docs" / "operators.md").read_text()
    assert [name for name in Settings.__fields__ if f"`HELPLINE_{name.upper()}`" not in text] == []
    assert set(re.findall(r"`HELPLINE_([A-Z_]+)`", text)) <= {name.upper() for name in Settings.__fields__}


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: str(doc.relative_to(ROOT)))
def test_the_make_verbs_it_names_exist(doc: Path):
    named = set(
        re.findall(r"`?\bmake ([a-z-]+)(?=[ `\n])", "\n".join(re.findall(r"`[^`]+`|^    .*$", doc.read_text(), re.M)))
    )
    assert named <= verbs()


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: str(doc.relative_to(ROOT)))
def test_the_paths_it_names_exist(doc: Path):
    named = re.findall(r"`([\w.-]+(?:/[\w.*<>-]+)+/?)`", doc.read_text())
    here = [path for path in named if not path.startswith(MADE_WHEN_RUN) and not re.search(r"[<>*]", path)]
    tops = {path.name for path in ROOT.iterdir()}
    missing = [path for path in here if path.split("/")[0] in tops and not (ROOT / path).exists()]
    assert missing == []
