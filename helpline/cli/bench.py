"""`helpline bench`: how fast the product is on this machine, beside another state of it if wanted."""

from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated

import typer

from helpline.cli.progress import console
from helpline.cli.train import train
from helpline.errors import SettingsError
from helpline.settings import ROOT, VAR

RESULTS = VAR / "bench"


def bench(
    beside: Annotated[
        Path | None, typer.Option(help="Folder of another checkout, set up and trained, that is measured as well.")
    ] = None,
    part: Annotated[
        list[str] | None,
        typer.Option(help="What is measured; may be given several times. By default everything."),
    ] = None,
    rounds: Annotated[int | None, typer.Option(min=1, help="How often all is measured, checkouts in turn.")] = None,
    postgresql: Annotated[
        str | None,
        typer.Option(help="URL of a PostgreSQL server for the console's pages; a database is made there, and dropped."),
    ] = None,
    rasa_python: Annotated[
        Path | None,
        typer.Option(help="Python of an environment with Rasa and TensorFlow, whose starter bot is measured beside."),
    ] = None,
    outage: Annotated[
        float | None,
        typer.Option(min=0.1, help="Minutes for which the provider of text messages is away; 10 by default."),
    ] = None,
    page: Annotated[
        bool, typer.Option("--page", help="Also put what was measured last into docs/benchmarks.md, with pictures.")
    ] = False,
    short: Annotated[bool, typer.Option(help="A few minutes, to see that it works; no figures to go by.")] = False,
) -> None:
    """Measure speed, memory, fairness, costly messages, the console. Nothing else should run. Writes var/bench/."""
    # Measuring stands beside the product and is needed by this verb alone.
    from dataclasses import replace

    from evaluation.benchmark.benchmark import PARTS, SHORT, Benchmark, Extent
    from evaluation.benchmark.page import keep_part, write_page
    from evaluation.benchmark.report import table, write
    from evaluation.product.checkout import Checkout

    unknown = set(part or ()) - set(PARTS)
    if unknown:
        raise SettingsError(f"There is no part {', '.join(sorted(unknown))}. The parts are {', '.join(PARTS)}.")
    train(force=False)
    checkouts = [Checkout.this(), *([Checkout.other(beside)] if beside else [])]
    extent = SHORT if short else Extent()
    if rounds:
        extent = replace(extent, rounds=rounds)
    if outage:
        extent = replace(extent, channels=replace(extent.channels, outage_minutes=outage))
    benchmark = Benchmark(
        checkouts, part or PARTS, extent, lambda what: console.print(what, markup=False), postgresql, rasa_python
    )
    try:
        benchmark.run()
    finally:  # what was measured before something went wrong is told as well
        text = table(benchmark.figures)
        at = datetime.now(timezone.utc).isoformat(timespec="seconds")
        content = {"at": at, "short": short, "figures": benchmark.figures}
        write(RESULTS, "short" if short else "benchmark", content, text)
        if not short:
            for name, measured in benchmark.rounds.items():
                keep_part(RESULTS / "parts", name, at, measured)
        print(text)
    if page:
        write_page(ROOT / "docs" / "benchmarks.md", RESULTS / "parts")
