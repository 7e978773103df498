from pathlib import Path

import typer
from typer.testing import CliRunner

from helpline.cli.check import check

app = typer.Typer()
app.command()(check)

ANSWER = """
responses:
  utter_faq/tea:
    - text: Tea is hot! It may take 7 minutes.
"""


def test_flaws_are_listed_with_file_and_key_and_the_exit_status_says_so(tmp_path: Path) -> None:
    topics = tmp_path / "data/topics"
    topics.mkdir(parents=True)
    (topics / "tea.yml").write_text(ANSWER)

    result = CliRunner().invoke(app, ["--root", str(tmp_path)])

    assert result.exit_code == 1
    assert "data/topics/tea.yml:3 utter_faq/tea: The wording holds an exclamation mark" in result.output
    assert 'The number "7" is not in the ledger' in result.output
    assert "1 answers, reading grade" in result.output
    assert "things to mend in the content." in result.output


def test_a_typing_mistake_is_told_alone_even_where_the_rest_cannot_be_read(tmp_path: Path) -> None:
    topics = tmp_path / "data/topics"
    topics.mkdir(parents=True)
    (topics / "tea.yml").write_text("nlu: tea\nresponses:\n  utter_faq/tea: Tea is hot!\n")

    result = CliRunner().invoke(app, ["--root", str(tmp_path)])

    assert result.exit_code == 1
    assert result.output.splitlines()[0].startswith(
        "data/topics/tea.yml:3 utter_faq/tea: The text of a response begins"
    )
    assert "1 things to mend" in result.output
