"""`helpline rollout` and `helpline rollback`: another model for the cluster that runs here, worker by worker."""

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from helpline.cli.progress import console
from helpline.errors import StartError
from helpline.processes.cluster import FOLDER, releases_of
from helpline.processes.model import MODEL
from helpline.processes.releases import ReleaseError

_SECONDS = 1200.0
_ASKED_SECONDS = 10.0


def rollout(
    model: Annotated[Path, typer.Option(help="The model's file.")] = MODEL,
    folder: Annotated[Path, typer.Option(help="The cluster's folder.")] = FOLDER,
) -> None:
    """Try a model out, then give it to one engine and one front door after the other; conversations go on."""
    if not model.is_file():
        raise ReleaseError(f"There is no model at {model}.")
    _ask(folder, str(model.resolve()))


def rollback(folder: Annotated[Path, typer.Option(help="The cluster's folder.")] = FOLDER) -> None:
    """Go back to the model that was in service before, in the same way."""
    _ask(folder, None)


def _ask(folder: Path, model: str | None) -> None:
    """Tell the cluster what is wished, and say what came of it.

    Raises:
        StartError: No cluster runs here.
        ReleaseError: The model was not taken into service.
    """
    releases = releases_of(folder, {})
    if not releases.served():
        raise StartError("No cluster runs here; 'helpline cluster' starts one.")
    releases.answer_file.unlink(missing_ok=True)
    releases.wish_file.write_text(json.dumps({"model": model}))
    started = time.monotonic()
    while not releases.answer_file.exists():
        if releases.wish_file.exists() and time.monotonic() - started > _ASKED_SECONDS:
            releases.wish_file.unlink(missing_ok=True)
            raise StartError("No cluster runs here; 'helpline cluster' starts one.")
        if time.monotonic() - started > _SECONDS:
            raise ReleaseError("It takes too long; the cluster's own words tell why.")
        time.sleep(0.2)
    answer = json.loads(releases.answer_file.read_text())
    if answer["problem"]:
        raise ReleaseError(answer["problem"])
    console.print(f"In service on every engine and front door: {answer['model']}.", markup=False, soft_wrap=True)
