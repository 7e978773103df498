"""Time of understanding alone: a checkout's own Python reads messages with its own model, without a server.

Run as a program (``python parse_times.py MODEL`` with the messages as JSON on standard input), since another checkout
has its own environment and its own code.
"""

import asyncio
import contextlib
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

WARM_UP = 20


def measure_parsing(folder: Path, environment: Path, texts: Sequence[str]) -> list[float]:
    """Return the milliseconds of each message, one after the other.

    Args:
        folder: The checkout.
        environment: Its Python environment.
        texts: The messages.
    """
    command = [str(environment / "bin" / "python"), str(Path(__file__)), str(folder / "models" / "mbc.tar.gz")]
    done = subprocess.run(  # noqa: S603 -- this file
        command, cwd=folder, input=json.dumps(list(texts)), capture_output=True, text=True, check=True
    )
    taken: list[float] = json.loads(done.stdout.splitlines()[-1])
    return taken


async def _parse(model: str, texts: Sequence[str]) -> list[float]:
    from rasa.core.agent import Agent

    processor = Agent.load(model).processor
    if processor is None:
        raise RuntimeError("The model cannot be loaded.")
    from rasa.core.channels.channel import UserMessage

    taken = []
    for text in [*texts[:WARM_UP], *texts]:
        started = time.perf_counter()
        await processor.parse_message(UserMessage(text))
        taken.append((time.perf_counter() - started) * 1000)
    return taken[WARM_UP:]


if __name__ == "__main__":
    sys.path[0] = str(Path.cwd())  # the checkout's code, and not what lies beside this file
    for keeper in ("helpline.rasa.without_tensorflow", "helpline.runtime.without_tensorflow"):
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(keeper).keep_out()
    print(json.dumps(asyncio.run(_parse(sys.argv[1], json.load(sys.stdin)))))
