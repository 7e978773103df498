"""`helpline check`: is all wording right before a visitor sees it."""

from pathlib import Path
from typing import Annotated

import typer

from helpline.content.check import check_content
from helpline.settings import ROOT

MAX_AVERAGE_GRADE = 9.0


def check(
    root: Annotated[Path, typer.Option(help="Folder of the project to check.")] = ROOT,
) -> None:
    """Check answers, wording, facts and contacts; print what is wrong and how hard the answers read."""
    # Measuring needs a library of the developers' set, which a server does not have.
    from helpline.content.readability import measure_readability

    problems = check_content(root)
    for problem in problems:
        print(problem)
    grades = measure_readability(root)
    longest = max(grades.words, key=lambda topic: grades.words[topic], default="none")
    print(
        f"{len(grades.grades)} answers, reading grade {grades.average:.1f} on average (at most "
        f"{MAX_AVERAGE_GRADE:.0f}); hardest: {grades.hardest} {grades.grades.get(grades.hardest, 0):.1f}; "
        f"longest: {longest} {grades.words.get(longest, 0)} words."
    )
    if grades.average > MAX_AVERAGE_GRADE:
        print("The answers are too hard to read: shorter sentences and everyday words help.")
    if problems or grades.average > MAX_AVERAGE_GRADE:
        print(f"{len(problems)} things to mend in the content.")
        raise typer.Exit(1)
    print("The content is in order.")
