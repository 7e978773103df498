"""Plays the corpus against a server that runs: ``python -m tests.web.hostile 127.0.0.1:8000`` or a socket's path.

The server serves ``tests.web.hostile.echo_app:app``. All the while an ordinary client asks too; its median time is
compared with the median when nothing else went on. ``--pid`` adds the server's memory; ``--json`` writes all reports.
"""

import argparse
import json
import statistics
import threading
from pathlib import Path

from tests.web.hostile.corpus import CORPUS
from tests.web.hostile.ordinary_client import OrdinaryClient
from tests.web.hostile.runner import Endpoint, play_all
from tests.web.hostile.slow_connections import SlowConnections

_SLOW = 2000
_SLOW_SECONDS = 25.0


def _endpoint(text: str) -> Endpoint:
    host, colon, port = text.rpartition(":")
    return (host, int(port)) if colon and port.isdigit() else Path(text)


def _memory(pid: int | None) -> str:
    if pid is None:
        return "?"
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    found = {
        name: int(value.split()[0]) // 1024
        for name, _, value in (line.partition(":") for line in lines)
        if "Vm" in name
    }
    return f"{found['VmRSS']} MB (peak {found['VmHWM']} MB)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("endpoint", type=_endpoint)
    parser.add_argument("--within", type=float, default=25.0, help="seconds in which each case must be over")
    parser.add_argument("--pid", type=int, help="process of the server, for its memory")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()

    memory = [_memory(options.pid)]
    with OrdinaryClient(options.endpoint) as alone:
        threading.Event().wait(3)
    with OrdinaryClient(options.endpoint) as beside:
        reports = play_all(options.endpoint, CORPUS, options.within)
    memory.append(_memory(options.pid))
    slow = SlowConnections(options.endpoint, _SLOW)
    with slow, OrdinaryClient(options.endpoint) as beside_slow:
        threading.Event().wait(_SLOW_SECONDS)
    memory.append(_memory(options.pid))

    bad = [report for report in reports if not report.harmless]
    for report in bad:
        print(f"  {report.outcome.value:9} {report.case.name} {report.statuses[:3]} {report.seconds:.1f} s")
    baseline = statistics.median(alone.seconds)
    result = {
        "cases": len(reports),
        "harmless": len(reports) - len(bad),
        "not": {name: sum(r.outcome.value == name for r in bad) for name in sorted({r.outcome.value for r in bad})},
        "longest": round(max(report.seconds for report in reports), 1),
        "alone_ms": round(baseline * 1000, 2),
        "beside_corpus": round(statistics.median(beside.seconds) / baseline, 2),
        "beside_slow": round(statistics.median(beside_slow.seconds) / baseline, 2),
        "unanswered": [alone.unanswered, beside.unanswered, beside_slow.unanswered],
        "slow_opened": slow.opened,
        "slow_closed_by_server": slow.closed,
        "memory_start_corpus_slow": memory,
    }
    print(json.dumps(result, indent=1))
    if options.json:
        rows = [
            {
                "name": r.case.name,
                "outcome": r.outcome.value,
                "harmless": r.harmless,
                "statuses": r.statuses[:5],
                "closed": r.closed,
                "seconds": round(r.seconds, 2),
            }
            for r in reports
        ]
        options.json.write_text(json.dumps({"result": result, "cases": rows}, indent=1))


if __name__ == "__main__":
    main()
