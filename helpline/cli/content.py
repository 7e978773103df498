"""`helpline content`: what a new version of LBBC's page means for our answers."""

from pathlib import Path
from typing import Annotated

import typer

from helpline.content.page import record_page
from helpline.content.page_diff import PageDifference, Passage, TouchedFact, compare_page
from helpline.content.source import as_typed
from helpline.settings import ROOT

NewPage = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A text file with the whole page.")]
Root = Annotated[Path, typer.Option(help="Folder of the project.")]

# So much of a new passage is shown.
MOST_CHARACTERS = 400


def diff(new_page: NewPage, root: Root = ROOT) -> None:
    """Say which facts and answers a new version of the page touches; exit status 1 if it touches any.

    Mark the page in the browser, copy it, paste it into a text file, and name the file here.
    """
    difference = compare_page(root, as_typed(new_page))
    for line in _told(difference):
        print(line)
    if not difference.is_empty:
        raise typer.Exit(1)


def record(new_page: NewPage, root: Root = ROOT) -> None:
    """Keep a page as the one that the ledger knows, once facts and answers are brought up to date."""
    sentences = record_page(root, as_typed(new_page))
    print(f"Recorded: {len(sentences)} sentences of the page, as fingerprints, in content/page.yml.")


def _told(difference: PageDifference) -> list[str]:
    if difference.is_empty:
        return ["The page says what the ledger knows. Nothing to do."]
    lines = [
        f"Of {difference.kept} sentences that we know, {difference.lost} are no longer on the page as they were.",
        f"{len(difference.gone)} facts are no longer there, {len(difference.reworded)} stand in a sentence that "
        f"changed, and {len(difference.unclaimed)} passages are new.",
    ]
    if difference.kept and difference.lost > difference.kept / 2:
        lines += ["More than half is missing: is this the whole text of the right page?"]
    lines += _facts("No longer on the page. Change the fact, then the answer:", difference.gone)
    lines += _facts("Still there, in other words. Read the answer beside the page:", difference.reworded)
    if difference.unclaimed:
        lines += ["", "New on the page. Does an answer need it?"]
        lines += [f"  {_shown(passage)}" for passage in difference.unclaimed]
    if difference.answers:
        lines += ["", "Where to look:"]
        for topic, places in difference.answers.items():
            lines += [f"  {topic}", *(f"    {place}" for place in places)]
    lines += ["", "When all is right again: helpline content record, with the same file."]
    return lines


def _facts(title: str, touched: list[TouchedFact]) -> list[str]:
    lines = ["", title] if touched else []
    for entry in touched:
        lines.append(f"  {entry.fact.topic}: {entry.fact.fact}")
        if entry.missing:
            said = ", ".join(f'"{phrase}"' for phrase in entry.missing)
            lines.append(f"    The page no longer says {said}.")
        elif not entry.is_there:
            lines.append("    Its words stand on the page, but no longer together.")
        lines += [f"    Now: {_shown(passage)}" for passage in entry.now]
    return lines


def _shown(passage: Passage) -> str:
    text = passage.text if len(passage.text) <= MOST_CHARACTERS else f"{passage.text[:MOST_CHARACTERS]}..."
    return f'"{text}" ({passage.section})' if passage.section else f'"{text}"'
