"""`helpline chaos`: what visitors notice while parts of the product fail, one fault after the other."""

import signal
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Any

import typer

from helpline.cli.progress import console
from helpline.cli.train import train
from helpline.errors import SettingsError
from helpline.settings import VAR

RESULTS = VAR / "chaos"


def chaos(
    beside: Annotated[
        Path | None, typer.Option(help="Folder of another checkout, set up and trained, that is tried as well.")
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(help="A fault, such as 'engine killed'; several times for several. Default: all."),
    ] = None,
    postgresql: Annotated[
        str | None,
        typer.Option(help="URL of a PostgreSQL server for its faults; a database is made there, and dropped."),
    ] = None,
    short: Annotated[bool, typer.Option(help="Shorter faults, to see that it works.")] = False,
) -> None:
    """Break one part after the other while visitors talk, and count what they notice. Writes var/chaos/.

    It mounts small disks in memory and loses packets, which root alone can do; it reaches nothing but this machine, and
    mends what it breaks. What cannot be tried here, such as a clock that jumps without libfaketime, is left out.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    # Trying faults stands beside the product and is needed by this verb alone.
    import asyncio

    from evaluation.benchmark.report import write
    from evaluation.chaos.disk import keep_mounts_private
    from evaluation.chaos.experiment import SHORT, Extent, try_faults
    from evaluation.chaos.faults import faults
    from evaluation.chaos.outcome import Outcome, as_json, table
    from evaluation.product.checkout import Checkout

    known = {each.name: each for each in faults()}
    unknown = set(fault or ()) - set(known)
    if unknown:
        raise SettingsError(f"There is no fault {', '.join(sorted(unknown))}. The faults are {', '.join(known)}.")
    train(force=False)
    keep_mounts_private()
    checkouts = [Checkout.this(), *([Checkout.other(beside)] if beside else [])]
    wanted = [known[name] for name in fault] if fault else list(known.values())
    outcomes: dict[str, dict[str, Outcome]] = {}

    async def try_all() -> None:
        extent = SHORT if short else Extent()
        told = try_faults(checkouts, wanted, extent, postgresql, lambda what: console.print(what, markup=False))
        async for tried, checkout, outcome in told:
            outcomes.setdefault(tried.name, {})[checkout.name] = outcome

    try:
        asyncio.run(try_all())
    finally:  # what was found before something went wrong is told as well
        text = table(outcomes)
        at = datetime.now(timezone.utc).isoformat(timespec="seconds")
        write(RESULTS, "short" if short else "faults", {"at": at, "short": short, "faults": as_json(outcomes)}, text)
        print(text)


def _interrupt(*_args: Any) -> None:
    raise KeyboardInterrupt
