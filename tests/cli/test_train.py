import re
from pathlib import Path

import pytest

from helpline.cli import train as command
from helpline.cli.train import MOST_SHOWN, require_content, train
from helpline.errors import ContentError
from helpline.processes import model
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
    assert told[0] == "The content has something to mend:"
    assert told[1].startswith("  data/topics/tea.yml:5 faq/tea: This example does not begin with")
    assert told[2:] == ["Mend it, and try again."]


def test_of_many_the_first_are_shown(tmp_path: Path) -> None:
    topic(tmp_path, TEA + "      * tea\n" * (MOST_SHOWN + 3))

    with pytest.raises(ContentError, match="and 3 more; 'make check' lists all"):
        require_content(tmp_path)


def test_the_project_may_be_trained() -> None:
    require_content(ROOT)


def test_a_change_of_the_ledger_is_checked_though_the_model_is_up_to_date(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "CHECKED", tmp_path / "var/checked-content")
    monkeypatch.setattr(model, "problem_of_model", lambda: None)
    (tmp_path / "content").mkdir()
    topic(tmp_path, f"{TEA}      - hot tea\n")
    ledger = tmp_path / "content/facts.yml"
    ledger.write_text("facts: [")
    with pytest.raises(ContentError, match=re.escape("content/facts.yml")):
        train(force=False)
    with pytest.raises(ContentError, match=re.escape("content/facts.yml")):
        train(force=False)  # what is wrong is said each time


def test_what_was_found_right_is_not_checked_at_each_start(tmp_path, monkeypatch) -> None:
    found: list[Path] = []
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "CHECKED", tmp_path / "var/checked-content")
    monkeypatch.setattr(command, "require_content", found.append)
    monkeypatch.setattr(model, "problem_of_model", lambda: None)
    topic(tmp_path, f"{TEA}      - hot tea\n")
    train(force=False)
    train(force=False)
    topic_file = tmp_path / "data/topics/tea.yml"
    topic_file.write_text(topic_file.read_text() + "      - green tea\n")
    train(force=False)
    assert found == [tmp_path, tmp_path]
