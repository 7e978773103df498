"""`helpline cluster`: the parts as they run in production, as processes of this machine, until Ctrl-C."""

import signal
from pathlib import Path
from typing import Annotated, Any

import typer

from helpline.cli.migrate import migrate
from helpline.cli.progress import console, timed
from helpline.cli.staff import say_first_account
from helpline.cli.train import train
from helpline.processes.cluster import ENGINES, FOLDER, Cluster
from helpline.processes.supervisor import shown
from helpline.settings import load_settings

USUAL_START_SECONDS = 25.0


def cluster(
    folder: Annotated[Path, typer.Option(help="Where logs, the certificate and the models in service go.")] = FOLDER,
    engines: Annotated[int, typer.Option(min=1, help="How many engines.")] = ENGINES,
) -> None:
    """Train if needed, bring the tables up to date, start nginx, two front doors, the engines and the rest."""
    signal.signal(signal.SIGTERM, _interrupt)
    settings = load_settings()
    running = Cluster(
        settings, folder=folder, say=lambda sentence: console.print(sentence, markup=False), engines=engines
    )
    migrate()
    train(force=False)
    try:
        with timed("Starting the cluster", USUAL_START_SECONDS) as tick:
            seconds = running.start(tick)
        console.print(f"The cluster answers after {seconds:.0f} s.")
        console.print(f"  In a browser:     {running.url}/webhooks/website/")
        console.print(f"  For staff:        {running.settings.console_url}/")
        console.print(f"  Certificate:      {shown(running.certificate)}, of our own making: browsers warn of it")
        console.print(f"  Logs:             {shown(folder / 'log')}/")
        say_first_account(settings)
        console.print("Ctrl-C stops it.")
        running.watch()
    except KeyboardInterrupt:
        console.print("\nStopping. Ctrl-C once more ends it at once.")
    finally:
        running.stop()


def _interrupt(*_args: Any) -> None:
    raise KeyboardInterrupt
