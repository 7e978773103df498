"""Puts what was measured last into `docs/benchmarks.md`: a table for each part between its marks, and two pictures.

The words around the tables are written by hand and stay.
"""

import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from evaluation.benchmark.crowds import Figures
from evaluation.benchmark.report import markdown, number, ratio

# By the name of what was measured, the figures of each round.
Rounds = Mapping[str, Sequence[Figures]]

_MARKS = re.compile(r"(<!-- measured: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_VISITORS = re.compile(r"(\d+) visitors?, (.+)")
_PICTURES = {"throughput": "throughput (messages/s)", "latency": "p50 (ms)"}


def keep_part(folder: Path, part: str, at: str, rounds: Rounds) -> None:
    """Keep what was measured of a part, in place of what was kept before.

    Args:
        folder: Where parts are kept, a file each.
        part: The part.
        at: When, as an ISO date.
        rounds: What was measured.
    """
    folder.mkdir(parents=True, exist_ok=True)
    cores = len(os.sched_getaffinity(0))
    content = {"at": at, "cores": cores, "python": platform.python_version(), "rounds": rounds}
    _kept(folder, part).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def write_page(page: Path, folder: Path) -> None:
    """Put all parts that were measured into the page, and draw the pictures beside it; the others stay as they are.

    Args:
        page: The page; its folder of pictures has its name without the ending.
        folder: Where parts are kept.
    """

    def measured(marks: "re.Match[str]") -> str:
        before, part, after = marks.groups()
        return f"{before}{_told(*_read(folder, part))}\n{after}" if _kept(folder, part).exists() else marks[0]

    text = _MARKS.sub(measured, page.read_text(encoding="utf-8"))
    if _kept(folder, "rasa").exists():
        _, rounds = _read(folder, "rasa")
        for name, figure in _PICTURES.items():
            _draw(rounds, figure, page.with_suffix("") / f"{name}.svg")
    page.write_text(text, encoding="utf-8")


def spread(values: Sequence[float]) -> str:
    """Return the middle of some values, with the least and the most where they differ to be seen."""
    middle, least, most = number(median(values)), number(min(values)), number(max(values))
    return middle if least == most else f"{middle} ({least} to {most})"


def part_table(rounds: Rounds) -> str:
    """Return a part's figures as a Markdown table, with how the first column compares to the second."""
    names = list(rounds)
    rows = []
    for figure in dict.fromkeys(figure for each in rounds.values() for figures in each for figure in figures):
        values = [[figures[figure] for figures in rounds[name] if figure in figures] for name in names]
        row = [figure, *(spread(each) if each else "" for each in values)]
        if len(names) > 1:
            first, second = (sum(each) / len(each) if each else None for each in values[:2])
            row.append(ratio(first, second))
        rows.append(row)
    compared = [f"{names[0]} / {names[1]}"] if len(names) > 1 else []
    return markdown(["", *names, *compared], rows)


def _kept(folder: Path, part: str) -> Path:
    return folder / f"{part}.json"


def _read(folder: Path, part: str) -> tuple[str, Rounds]:
    """Return when and where a part was measured, in words, and what was."""
    content = json.loads(_kept(folder, part).read_text(encoding="utf-8"))
    day, _, _ = str(content["at"]).partition("T")
    return f"{day}, {content['cores']} cores, Python {content['python']}", content["rounds"]


def _told(where: str, rounds: Rounds) -> str:
    return f"Measured on {where}.\n\n{part_table(rounds)}"


def _draw(rounds: Rounds, figure: str, path: Path) -> None:
    """Draw a figure against the visitors at once, a line for each that was measured, to an SVG file."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    matplotlib.rcParams["svg.hashsalt"] = path.stem
    drawn = Figure(figsize=(6.4, 3.6), layout="constrained")
    FigureCanvasSVG(drawn)
    axes = drawn.add_subplot()
    for name, each in rounds.items():
        points: dict[int, list[float]] = {}
        for figures in each:
            for text, value in figures.items():
                found = _VISITORS.fullmatch(text)
                if found and found[2] == figure:
                    points.setdefault(int(found[1]), []).append(value)
        visitors = sorted(points)
        axes.plot(visitors, [sum(points[n]) / len(points[n]) for n in visitors], marker="o", label=name)
    axes.set_xscale("log", base=2)
    axes.set_xticks(visitors, [str(n) for n in visitors])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("visitors at once")
    axes.set_ylabel(figure)
    axes.grid(visible=True, linewidth=0.3)
    axes.legend()
    path.parent.mkdir(exist_ok=True)
    drawn.savefig(path, metadata={"Date": None})
