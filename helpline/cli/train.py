"""`helpline train`: train the model when it cannot be served as it is."""

from typing import Annotated

import typer

from helpline.cli.progress import console, timed
from helpline.processes import model
from helpline.settings import load_settings

USUAL_SECONDS = 75.0


def train(
    force: Annotated[bool, typer.Option(help="Train even when the model is up to date.")] = False,
) -> None:
    """Train the model, if it is missing, older than what it is made from, or damaged."""
    problem = "The model is trained again, as you asked." if force else model.problem_of_model()
    if problem is None:
        console.print("The model is up to date; nothing to train.")
        return
    console.print(problem)
    last = model.read_record()
    with timed("Training the model", last.seconds if last else USUAL_SECONDS) as tick:
        record = model.train(load_settings(), tick)
    size = model.MODEL.stat().st_size / 1e6
    console.print(f"Trained in {record.seconds:.0f} s; the model is {size:.1f} MB.")
