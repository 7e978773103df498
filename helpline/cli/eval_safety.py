"""`helpline eval-safety`: the danger detector's figures on messages it never saw."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from helpline.cli.progress import console
from helpline.processes import model


def eval_safety(
    trained: Annotated[Path, typer.Option("--model", help="The trained model.")] = model.MODEL,
    missed: Annotated[bool, typer.Option(help="Print the held-out messages on the wrong side, too.")] = False,
) -> None:
    """Measure the danger detector on its held-out messages, and each class of pattern; fails below the figures."""
    # Loading Rasa takes seconds, which the other verbs are spared.
    from evaluation.safety.pattern_worth import measure_patterns
    from evaluation.safety.safety_metrics import labelled_messages, measure_safety
    from helpline.nlu.trained_model import TrainedModel
    from helpline.safety.detector import PatternDetector

    worth = measure_patterns(PatternDetector.from_model(trained), labelled_messages())
    patterns = Table()
    patterns.add_column("Class of pattern", no_wrap=True)
    for heading in ("alone", "found", "missed without", "flagged", "spared without"):
        patterns.add_column(heading)
    for each in worth:
        counts = (each.found, each.missed_without, each.flagged, each.spared_without)
        patterns.add_row(each.code, "yes" if each.alone else "", *map(str, counts))
    console.print(patterns)
    figures = measure_safety(TrainedModel(trained).leaves)
    table = Table("Safety", "messages", "share", "figure", "")
    for figure in figures:
        wanted = f"at {'most' if figure.at_most else 'least'} {figure.share:.0%}"
        share = f"{figure.hits} = {figure.hits / figure.count:.1%}"
        table.add_row(figure.name, str(figure.count), share, wanted, "reached" if figure.reached else "MISSED")
    console.print(table)
    if missed:
        for figure in figures:
            for text, leaf in figure.missed:
                console.print(f"{figure.name}: {leaf}: {text}", markup=False)
    if not all(figure.reached for figure in figures):
        raise typer.Exit(1)
