"""The benchmark's figures as a table that a person reads, and as a file."""

import json
from collections.abc import Mapping
from pathlib import Path

Figures = Mapping[str, float]


def table(figures: Mapping[str, Figures]) -> str:
    """Return the figures as a Markdown table: a row for each, a column for each checkout, and how they compare.

    Args:
        figures: By checkout, then by what they measure. The ratio is the first checkout's by the second's.
    """
    names = list(figures)
    compared = len(names) > 1
    header = ["", *names, *([f"{names[0]} / {names[1]}"] if compared else [])]
    rows = []
    for figure in dict.fromkeys(figure for each in figures.values() for figure in each):
        values = [figures[name].get(figure) for name in names]
        row = [figure, *(number(value) for value in values)]
        if compared:
            row.append(ratio(values[0], values[1]))
        rows.append(row)
    return markdown(header, rows)


def markdown(header: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table with columns of even width; the first is aligned to the left, the others to the right."""
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]

    def line(cells: list[str]) -> str:
        first, *others = (
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return f"| {' | '.join([first, *others])} |"

    rule = "|".join(["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])])
    return "\n".join([line(header), f"|{rule}|", *map(line, rows)])


def number(value: float | None) -> str:
    """Return a figure with three digits that count; nothing where there is none."""
    if value is None:
        return ""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def ratio(value: float | None, other: float | None) -> str:
    """Return how many times another a figure is; nothing where one is missing or the other is zero."""
    return "" if value is None or not other else f"{value / other:.2f}"


def write(folder: Path, name: str, content: object, text: str) -> None:
    """Write results as JSON for programs and as Markdown for people."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / f"{name}.md").write_text(text + "\n", encoding="utf-8")
