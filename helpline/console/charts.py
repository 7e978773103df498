"""Draws charts as SVG: bars that stand for times, and bars that lie for a list. Colours are those of the style sheet.

A chart has a title and is one picture to a screen reader: its figures stand in the table beside it. Colours and fonts
are attributes as well, for a chart that is kept as a file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

from markupsafe import Markup

_WIDTH, _HEIGHT = 360, 170
_LEFT, _TOP, _BOTTOM = 30, 12, 22
_LYING = 20
_LABELS = 5


@dataclass(frozen=True)
class Bar:
    """A bar: what it stands for, how long it is (None for nothing), and its figure; without one it is not drawn."""

    label: str
    value: float | None
    text: str


def standing_bars(title: str, bars: Sequence[Bar]) -> Markup:
    """Draw bars side by side, for days or weeks."""
    top = _round_up(max((bar.value or 0 for bar in bars), default=0))
    inner = _HEIGHT - _TOP - _BOTTOM
    step = (_WIDTH - _LEFT) / max(1, len(bars))
    parts = [_grid(_TOP + inner * (1 - share), top * share) for share in (0, 0.5, 1)]
    every = ceil(len(bars) / _LABELS)
    for place, bar in enumerate(bars):
        x = _LEFT + place * step
        if bar.value:
            high = max(1.0, inner * bar.value / top)
            parts.append(_bar(x + step * 0.12, _TOP + inner - high, step * 0.76, high, bar))
        if place % every == 0:
            parts.append(_text(x, _HEIGHT - 6, bar.label, "start"))
    return _svg(title, _HEIGHT, parts)


def lying_bars(title: str, bars: Sequence[Bar]) -> Markup:
    """Draw bars below each other, for a list whose names need room."""
    most = max((bar.value or 0 for bar in bars), default=0) or 1
    names = 170
    room = _WIDTH - names - 40
    parts = []
    for place, bar in enumerate(bars):
        y = 4 + place * _LYING
        parts.append(_text(names - 6, y + 13, bar.label, "end"))
        long = room * (bar.value or 0) / most
        parts.append(_bar(names, y + 2, max(1.0, long), _LYING - 6, bar) if bar.value else Markup(""))
        parts.append(_text(names + long + 4, y + 13, bar.text, "start"))
    return _svg(title, 8 + _LYING * len(bars), parts)


def _svg(title: str, height: float, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" aria-label="{}" '
        'font-family="system-ui, sans-serif" font-size="10">{}</svg>'
    ).format(_WIDTH, _number(height), title, Markup("").join(parts))


def _bar(x: float, y: float, width: float, height: float, bar: Bar) -> Markup:
    place = tuple(_number(one) for one in (x, y, width, height))
    return Markup(
        '<rect class="bar" fill="#6b2355" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>'
    ).format(*place, bar.label, bar.text)


def _grid(y: float, value: float) -> Markup:
    line = Markup('<line class="grid" stroke="#e6dcd5" x1="{}" x2="{}" y1="{}" y2="{}"/>')
    return line.format(_LEFT, _WIDTH, _number(y), _number(y)) + _text(_LEFT - 4, y + 3, f"{value:g}", "end")


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup('<text fill="#655a62" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        _number(x), _number(y), anchor, text
    )


def _round_up(value: float) -> float:
    """Return the next even number, or one with a single digit that counts, that a scale can end at."""
    if value <= 2:
        return 2
    size = 10 ** int(log10(value))
    return next(size * step for step in (1, 2, 4, 6, 8, 10) if size * step >= value)


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
