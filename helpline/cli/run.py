"""`helpline run`: the whole product on this machine, until Ctrl-C."""

import signal
from typing import Any

from helpline.cli.progress import console, timed
from helpline.cli.train import train
from helpline.runtime.stack import Stack
from helpline.settings import load_settings

USUAL_START_SECONDS = 20.0


def run() -> None:
    """Train if needed, start the action server and the Rasa server, and say how to talk to the assistant."""
    signal.signal(signal.SIGTERM, _stop)
    settings = load_settings()
    train(force=False)
    stack = Stack(settings)
    if stack.is_running():
        console.print("The assistant runs already.")
        _say_where(stack)
        return
    try:
        with timed("Starting the servers", USUAL_START_SECONDS) as tick:
            seconds = stack.start(tick)
        console.print(f"The assistant answers after {seconds:.0f} s.")
        _say_where(stack)
        console.print("Ctrl-C stops it.")
        stack.watch()
    except KeyboardInterrupt:
        console.print("\nStopping.")
    finally:
        stack.stop()


def _say_where(stack: Stack) -> None:
    console.print(f"  In a browser:     {stack.url}/webhooks/website/")
    console.print("  In the terminal:  make chat")
    console.print("  Logs:             var/log/rasa.log, var/log/actions.log")


def _stop(*_args: Any) -> None:
    raise KeyboardInterrupt
