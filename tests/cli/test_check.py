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
