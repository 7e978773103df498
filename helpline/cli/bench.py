"""`helpline bench`: how fast the product is on this machine, and how much memory it takes."""

import json
import tempfile
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from helpline.cli.progress import console, timed
from helpline.cli.run import USUAL_START_SECONDS
from helpline.cli.train import train
from helpline.processes.model import MODEL, read_record
from helpline.processes.supervisor import Supervisor as Stack
from helpline.settings import ROOT, VAR, load_settings

HELD_OUT = ROOT / "tests" / "nlu" / "heldout" / "topics.jsonl"
RESULT = VAR / "bench" / "turns.json"
UNLIMITED = 1_000_000


def bench(
    messages: Annotated[int, typer.Option(help="How many messages are sent each way.")] = 200,
) -> None:
    """Measure start, memory, parsing and turns; stop `make run` first. Writes var/bench/turns.json."""
    # Measuring stands beside the product and is needed by this verb alone.
    from evaluation.benchmark.detection import measure_danger_detector
    from evaluation.benchmark.measurements import resident_megabytes
    from evaluation.benchmark.page_load import measure_page
    from evaluation.benchmark.turn_times import measure

    train(force=False)
    with HELD_OUT.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, messages)]
    with tempfile.TemporaryDirectory() as directory:
        databases = {name: f"sqlite:///{directory}/{name}.db" for name in ("database_url", "tracker_database_url")}
        limits = ("messages_per_minute", "address_messages_per_minute", "sessions_per_hour")
        settings = load_settings().copy(update={**databases, **dict.fromkeys(limits, UNLIMITED)})
        credentials = Path(directory) / "credentials.yml"
        credentials.write_text((ROOT / "credentials.yml").read_text() + "\nrest: {}\n")
        stack = Stack(settings, credentials=credentials)
        try:
            with timed("Starting the servers", USUAL_START_SECONDS) as tick:
                started = stack.start(tick)
            times = measure(stack, texts, rest=True)
            times += filter(None, [measure_page(f"{stack.url}/webhooks/website/")])
            memory = {server.name: resident_megabytes(server.process.pid) for server in stack.servers if server.process}
        finally:
            stack.stop()
    times.append(measure_danger_detector(MODEL, texts))
    record = read_record()
    figures = {
        "start_seconds": round(started, 1),
        "training_seconds": record.seconds if record else None,
        "model_megabytes": round(MODEL.stat().st_size / 1e6, 1),
        "memory_megabytes": memory,
        "milliseconds": {one.way: {"p50": round(one.at(0.5), 1), "p95": round(one.at(0.95), 1)} for one in times},
    }
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(figures, indent=2) + "\n")
    console.print_json(data=figures)
