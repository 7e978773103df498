"""`helpline train`: train the model when it cannot be served as it is."""

from pathlib import Path
from typing import Annotated

import typer

from helpline.cli.progress import console, timed
from helpline.content.check import check_content
from helpline.errors import ContentError
from helpline.processes import model
from helpline.settings import ROOT, VAR, load_settings

USUAL_SECONDS = 250.0
MOST_SHOWN = 20
# Holds the digest of the content that was last found right, so that it is not checked at each start.
CHECKED = VAR / "checked-content"
_CONTENT = ("content/**/*.yml", "data/**/*.yml", "domain.yml")


def train(
    force: Annotated[bool, typer.Option(help="Train even when the model is up to date.")] = False,
) -> None:
    """Train the model, if it is missing, older than what it is made from, or damaged; the content is checked first."""
    problem = "The model is trained again, as you asked." if force else model.problem_of_model()
    # Also where nothing is to be trained: no model is made from the ledger that answers stand on.
    if problem is not None:
        console.print(problem)
    if problem is not None or not _is_checked(ROOT, CHECKED):
        require_content(ROOT)
        _note_checked(ROOT, CHECKED)
    if problem is None:
        console.print("The model is up to date; nothing to train.")
        return
    last = model.read_record()
    with timed("Training the model", last.seconds if last else USUAL_SECONDS) as tick:
        record = model.train(load_settings(), tick)
    size = model.MODEL.stat().st_size / 1e6
    console.print(f"Trained in {record.seconds:.0f} s; the model is {size:.1f} MB.")


def _is_checked(root: Path, note: Path) -> bool:
    return note.is_file() and note.read_text(encoding="utf-8") == model.ingredients_digest(root, _CONTENT)


def _note_checked(root: Path, note: Path) -> None:
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(model.ingredients_digest(root, _CONTENT), encoding="utf-8")


def require_content(root: Path) -> None:
    """Check the content of the project at `root`, as `helpline check` does but for the reading grade.

    Raises:
        ContentError: Something is wrong; the message lists it by file and line.
    """
    problems = check_content(root)
    if not problems:
        return
    shown = [f"  {problem}" for problem in problems[:MOST_SHOWN]]
    if len(problems) > MOST_SHOWN:
        shown.append(f"  ... and {len(problems) - MOST_SHOWN} more; 'make check' lists all.")
    raise ContentError("\n".join(["The content has something to mend:", *shown, "Mend it, and try again."]))
