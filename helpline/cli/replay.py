"""`helpline replay`: conversations from a file, each judged by its last reply."""

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.progress import Progress

from helpline.cli.migrate import migrate_embedded
from helpline.cli.progress import console, timed
from helpline.cli.run import USUAL_START_SECONDS
from helpline.cli.train import train
from helpline.errors import CaseError
from helpline.processes.assistant_client import AssistantClient
from helpline.processes.supervisor import running
from helpline.replay.cases import read_cases
from helpline.replay.runner import Result, run_case, summary_by_topic
from helpline.settings import load_settings

SHOWN_FAILURES = 20


def replay(
    cases: Annotated[Path, typer.Argument(help="A JSON lines file; each line is a conversation.")],
    out: Annotated[
        Path | None, typer.Option(help="Where to write a line for each case; standard output if left out.")
    ] = None,
) -> None:
    """Replay conversations against the assistant.

    Exit status: 0 all passed, 1 a case failed, 2 the file cannot be used.
    """
    try:
        with cases.open(encoding="utf-8") as lines:
            read = read_cases(lines)
    except OSError as error:
        _refuse(f"{cases} cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        _refuse(f"{cases} is not UTF-8 text")
    except CaseError as error:
        _refuse(f"{cases}, {error}")
    if not read:
        _refuse(f"{cases} holds no case")
    settings = load_settings()
    migrate_embedded(settings)
    train(force=False)
    with ExitStack() as resources:
        with timed("Starting the assistant", USUAL_START_SECONDS) as tick:
            supervisor = resources.enter_context(running(settings, tick))
        client = resources.enter_context(AssistantClient.of(supervisor))
        sink = resources.enter_context(out.open("w", encoding="utf-8")) if out else sys.stdout
        results = []
        with Progress(console=console, transient=True) as progress:
            for case in progress.track(read, description="Replaying"):
                results.append(run_case(case, client))
                sink.write(json.dumps(results[-1].as_dict(), ensure_ascii=False) + "\n")
    _report(results)
    raise typer.Exit(0 if all(result.passed for result in results) else 1)


def _refuse(problem: str) -> NoReturn:
    console.print(problem, markup=False)
    raise typer.Exit(2)


def _report(results: list[Result]) -> None:
    failed = [result for result in results if not result.passed]
    for result in failed[:SHOWN_FAILURES]:
        console.print(f"failed {result.case.id}: {'; '.join(result.problems)}", markup=False)
    if len(failed) > SHOWN_FAILURES:
        console.print(f"... and {len(failed) - SHOWN_FAILURES} more")
    for topic, (passed, total) in summary_by_topic(results).items():
        console.print(f"  {topic}: {passed} of {total}", markup=False)
    latencies = sorted(turn.latency_ms for result in results for turn in result.turns)
    middle, high = latencies[len(latencies) // 2], latencies[int(len(latencies) * 0.95)]
    share = 100 * (len(results) - len(failed)) / len(results)
    console.print(
        f"{len(results) - len(failed)} of {len(results)} passed ({share:.1f}%); "
        f"a turn took {middle:.0f} ms (p50), {high:.0f} ms (p95)."
    )
