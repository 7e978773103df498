"""`helpline probe`: a synthetic visitor, who asks a topic and tells of a crisis, and checks the answers."""

import time
from pathlib import Path
from typing import Annotated

import typer

from helpline.cli.progress import console
from helpline.errors import SettingsError
from helpline.observability.figures import figures
from helpline.observability.probes import Probe, Probed
from helpline.observability.serving import serve_figures
from helpline.secrets import secret_file
from helpline.settings import VAR, load_settings


def probe(
    url: Annotated[
        str | None, typer.Option(help="The front door, as visitors reach it; else HELPLINE_PUBLIC_URL.")
    ] = None,
    every: Annotated[float, typer.Option(help="Seconds between two visits; 0 for one alone.", min=0)] = 0,
    certificate: Annotated[
        Path | None, typer.Option(help="A certificate to believe, as `make cluster` makes one.")
    ] = None,
) -> None:
    """Visit once, with exit status 1 where an answer is not right; or again and again, with figures for an alert."""
    settings = load_settings()
    where = url or settings.public_url
    if where is None:
        raise SettingsError("Say which front door: set HELPLINE_PUBLIC_URL, or give --url.")
    secret = settings.session_secret or secret_file("session.secret", VAR)
    visitor = Probe(where.rstrip("/"), secret, str(certificate) if certificate else None)
    serve_figures(settings)
    while True:
        started = time.monotonic()
        found = visitor.visit()
        for each in found:
            _tell(each, every)
        if not every:
            raise typer.Exit(0 if all(each.is_right for each in found) else 1)
        time.sleep(max(every - (time.monotonic() - started), 1.0))


def _tell(found: Probed, every: float) -> None:
    figures.set("helpline_probe_right", int(found.is_right), what=found.what)
    figures.set("helpline_probe_seconds", found.seconds, what=found.what)
    figures.set("helpline_probe_time_seconds", time.time())
    if not found.is_right:
        console.print(f"Wrong:  the {found.what} was not answered right: {found.problem}.", markup=False)
    elif not every:
        console.print(f"Well:   the {found.what} was answered right after {found.seconds:.2f} s.", markup=False)
