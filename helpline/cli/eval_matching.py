"""`helpline eval-matching`: how good the plans of peer matching are, beside other ways, on invented people."""

from typing import Annotated

import typer

from helpline.cli.progress import console
from helpline.settings import VAR

RESULTS = VAR / "eval"


def eval_matching(
    short: Annotated[bool, typer.Option(help="Small pools, to see that it works; no figures to go by.")] = False,
) -> None:
    """Measure plans beside the exact optimum, greedy ways and a year of matching. Writes var/eval/matching.md."""
    from evaluation.benchmark.report import write
    from evaluation.matching.report import report

    size = (100, 200) if short else (1000, 2000)
    figures, text = report(lambda what: console.print(what, markup=False), *size)
    write(RESULTS, "matching-short" if short else "matching", figures, text)
    print(text)
