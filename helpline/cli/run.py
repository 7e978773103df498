"""`helpline run`: the whole product on this machine, until Ctrl-C."""

import signal
from typing import Any

from helpline.channels.providers import channel_states
from helpline.cli.migrate import migrate_embedded
from helpline.cli.progress import console, timed
from helpline.cli.staff import say_first_account
from helpline.cli.train import train
from helpline.processes.supervisor import Supervisor, shown
from helpline.settings import load_settings

USUAL_START_SECONDS = 10.0


def run() -> None:
    """Train if needed, start the front door, the engine, the action server and the console, and keep them running."""
    signal.signal(signal.SIGTERM, _interrupt)
    settings = load_settings()
    migrate_embedded(settings)
    train(force=False)
    supervisor = Supervisor(settings, say=lambda sentence: console.print(sentence, markup=False))
    if supervisor.is_running():
        console.print("The assistant runs already.")
        _say_where(supervisor)
        return
    try:
        with timed("Starting the assistant", USUAL_START_SECONDS) as tick:
            seconds = supervisor.start(tick)
        console.print(f"The assistant answers after {seconds:.0f} s.")
        _say_where(supervisor)
        say_first_account(settings)
        console.print("Ctrl-C stops it.")
        supervisor.watch()
    except KeyboardInterrupt:
        console.print("\nStopping. Ctrl-C once more ends it at once.")
    finally:
        supervisor.stop()


def _say_where(supervisor: Supervisor) -> None:
    console.print(f"  In a browser:     {supervisor.url}/webhooks/website/")
    is_up = supervisor.console.answers(supervisor.secret)
    console.print(f"  For staff:        {f'{supervisor.console_url}/' if is_up else 'the console does not answer yet'}")
    for state in channel_states(supervisor.settings):
        if state.is_on:
            console.print(f"  {state.title} is on, at {state.webhook}", markup=False, soft_wrap=True)
    console.print("  In the terminal:  make chat")
    console.print(f"  Logs:             {', '.join(shown(part.log) for part in supervisor.parts)}", soft_wrap=True)


def _interrupt(*_args: Any) -> None:
    raise KeyboardInterrupt
