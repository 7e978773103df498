"""`helpline eval-channels`: whether every flow of the conversation obeys every messaging channel's limits."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.table import Table

from helpline.cli.channel import rehearsal_of
from helpline.cli.progress import console, timed
from helpline.cli.run import USUAL_START_SECONDS
from helpline.cli.train import train
from helpline.errors import StartError
from helpline.processes import model
from helpline.processes.assistant_client import AssistantClient
from helpline.processes.supervisor import Supervisor
from helpline.settings import load_settings
from helpline.store.database import open_database

_START_SECONDS = 180.0


def eval_channels() -> None:
    """Play all flows on all messaging channels; fails where one breaks a limit or does not reach its end."""
    from evaluation.channels.channel_flows import load_flows, measure
    from helpline.channels.capabilities import CHANNELS
    from helpline.safety.detector import PatternDetector

    train(force=False)
    detector = PatternDetector.from_model(model.MODEL)
    with _assistant() as supervisor, AssistantClient.of(supervisor) as client:
        measured = measure(lambda name: rehearsal_of(client, name, detector), load_flows())
    headings = ("Flows", *(name.replace("_", " ") for name in CHANNELS))
    table = Table(*headings, title="Flows by channels: flows, messages, the longest in characters")
    for group in dict.fromkeys(group for group, _ in measured):
        row = [measured.get((group, name)) for name in CHANNELS]
        table.add_row(group, *(f"{each.flows}, {each.messages}, {each.longest}" if each else "" for each in row))
    totals = [[each for (_, on), each in measured.items() if on == name] for name in CHANNELS]
    table.add_section()
    table.add_row("most messages in a turn", *(str(max(each.most_in_turn for each in of)) for of in totals))
    table.add_row("parts of a text message", *(str(sum(each.parts for each in of) or "") for of in totals))
    table.add_row("over a limit, or astray", *(str(sum(len(each.faults) for each in of)) for of in totals))
    console.print(table)
    faults = [f"{name}, {group}: {fault}" for (group, name), each in measured.items() for fault in each.faults]
    for fault in faults:
        console.print(fault, markup=False, highlight=False)
    if faults:
        raise typer.Exit(1)


@contextmanager
def _assistant() -> Iterator[Supervisor]:
    """Run the engine and the actions on a store of their own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="hl-") as name:
        folder = Path(name)
        places = {"run_directory": folder / "run", "spool_directory": folder / "spool"}
        settings = load_settings().copy(update={**places, "database_url": f"sqlite:///{folder / 'helpline.db'}"})
        database = open_database(settings)
        database.upgrade()
        database.close()
        supervisor = Supervisor(settings, log_directory=folder / "log")
        parts = (supervisor.actions, supervisor.engine)
        try:
            with timed("Starting the assistant", USUAL_START_SECONDS) as tick:
                started = time.monotonic()
                for part in parts:
                    supervisor.launch(part)
                while not all(part.answers(supervisor.secret) for part in parts):
                    tick(time.monotonic() - started)
                    if time.monotonic() - started > _START_SECONDS:
                        raise StartError("The assistant did not answer in time.")
                    time.sleep(0.1)
            yield supervisor
        finally:
            supervisor.stop()
