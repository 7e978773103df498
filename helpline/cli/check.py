"""`helpline check`: is all wording right before a visitor sees it."""

from pathlib import Path
from typing import Annotated

import typer

from helpline.content.check import check_content
from helpline.content.readability import MAX_AVERAGE_GRADE, measure_readability
from helpline.settings import ROOT


def check(
    root: Annotated[Path, typer.Option(help="Folder of the project to check.")] = ROOT,
) -> None:
    """Check answers, wording, facts and contacts; print what is wrong and how hard the answers read."""
    problems = check_content(root)
    for problem in problems:
        print(problem)
    grades = measure_readability(root)
    longest = max(grades.words, key=lambda topic: grades.words[topic], default="none")
    wording = grades.average_of_wording
    print(
        f"{len(grades.grades)} answers, reading grade {grades.average:.1f} on average (at most "
        f"{MAX_AVERAGE_GRADE:.0f}); hardest: {grades.hardest} {grades.grades.get(grades.hardest, 0):.1f}; "
        f"longest: {longest} {grades.words.get(longest, 0)} words."
    )
    print(
        f"All {len(grades.wording)} responses: reading grade {wording:.1f} on average "
        f"(at most {MAX_AVERAGE_GRADE:.0f})."
    )
    if too_hard := max(grades.average, wording) > MAX_AVERAGE_GRADE:
        print("The answers are too hard to read: shorter sentences and everyday words help.")
    if problems or too_hard:
        print(f"{len(problems)} things to mend in the content. Mend them and check again: a typing error hides others.")
        raise typer.Exit(1)
    print("The content is in order.")
