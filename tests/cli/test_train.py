from pathlib import Path

import pytest

from helpline.cli.train import MOST_SHOWN, require_content
from helpline.errors import ContentError
from helpline.settings import ROOT

TEA = "nlu:\n  - intent: faq/tea\n    examples: |\n"


def topic(root: Path, text: str) -> None:
    folder = root / "data/topics"
    folder.mkdir(parents=True)
    (folder / "tea.yml").write_text(text)


def test_a_typing_mistake_stops_before_any_training_with_file_and_line(tmp_path: Path) -> None:
    topic(tmp_path, f"{TEA}      - hot tea\n      cold tea\n")

    with pytest.raises(ContentError) as caught:
        require_content(tmp_path)

    told = str(caught.value).splitlines()
    assert told[0] == "The content has something to mend, so nothing was trained:"
    assert told[1].startswith("  data/topics/tea.yml:5 faq/tea: This example does not begin with")
    assert told[2:] == ["Mend it, and try again."]


def test_of_many_the_first_are_shown(tmp_path: Path) -> None:
    topic(tmp_path, TEA + "      * tea\n" * (MOST_SHOWN + 3))

    with pytest.raises(ContentError, match="and 3 more; 'make check' lists all"):
        require_content(tmp_path)


def test_the_project_may_be_trained() -> None:
    require_content(ROOT)
