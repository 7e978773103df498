"""Draws charts as SVG: bars that stand for times, and bars that lie for a list. Colours are those of the style sheet.

A bar may be put together of parts, each in a colour that is named below. A chart has a title and is one picture to a
screen reader: its figures stand in the table beside it. Colours and fonts are attributes as well, for a chart that is
kept as a file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

from markupsafe import Markup

_WIDTH, _HEIGHT = 360, 170
_LEFT, _TOP, _BOTTOM = 30, 12, 22
_LYING = 20
# Of characters beside a bar that lies; its full name stands in the table, and in the bar's own title.
_LONGEST_NAME = 32
_LABELS = 5
_LEGEND = 15
# Of parts, in their order; what they leave of a bar is grey. The style sheet names them "of-0" to "of-6" and "of-rest".
_COLOURS = ("#6b2355", "#d08bb5", "#2f7478", "#c08a2b", "#4b5a9b", "#9d2a1e", "#7d8f3c")
_REST, _REST_NAME = "#a89ca4", "Not shown apart"


_TEXT, _LINE = "#655a62", "#e6dcd5"
# What the style sheet says as well.
_STYLED = [f' stroke="{_LINE}"', *(f' fill="{colour}"' for colour in (_TEXT, *_COLOURS, _REST))]


@dataclass(frozen=True)
class Bar:
    """A bar.

    Attributes:
        label: What it stands for.
        value: How long it is; None for nothing.
        text: Its figure.
        parts: What it is put together of, from its foot on, as names and values; what they leave is drawn as the rest.
    """

    label: str
    value: float | None
    text: str
    parts: tuple[tuple[str, float], ...] = ()


def within_page(chart: Markup) -> Markup:
    """Return a chart without the colours that the console's style sheet gives it: it is a good deal shorter."""
    text = str(chart)
    for attribute in _STYLED:
        text = text.replace(attribute, "")
    return Markup(text)  # noqa: S704 -- it was one


def standing_bars(title: str, bars: Sequence[Bar], names: Sequence[str] = (), unit: str = "") -> Markup:
    """Draw bars side by side, for days or weeks.

    Args:
        title: What a screen reader says.
        bars: The bars.
        names: Of the parts that bars may have; each keeps its colour.
        unit: Of what the scale counts.
    """
    top = _round_up(max((bar.value or 0 for bar in bars), default=0))
    inner = _HEIGHT - _TOP - _BOTTOM
    step = (_WIDTH - _LEFT) / max(1, len(bars))
    parts = [_grid(_TOP + inner * (1 - share), f"{top * share:g}{unit}") for share in (0, 0.5, 1)]
    drawn: dict[str, int] = {}
    of_colour: dict[int, list[Markup]] = {}
    every = ceil(len(bars) / _LABELS)
    for place, bar in enumerate(bars):
        x = _LEFT + place * step
        if bar.value:
            foot: float = _TOP + inner
            for name, value in _pieces(bar):
                high = max(1.0, inner * value / top)
                colour = 0 if name is None else names.index(name) if name in names else -1
                text = bar.text if name is None else f"{name} {value:g}"
                foot -= high
                drawn_bar = _bar(x + step * 0.12, foot, step * 0.76, high, f"{bar.label}: {text}")
                of_colour.setdefault(colour, []).append(drawn_bar)
                drawn |= {name: colour} if name is not None else {}
        if place % every == 0:
            parts.append(_text(x, _HEIGHT - 6, bar.label, "start"))
    parts += [_coloured(colour, bars_of_it) for colour, bars_of_it in of_colour.items()]
    in_order = sorted(drawn.items(), key=lambda one: one[1] % (len(names) + 1))
    for place, (name, colour) in enumerate(in_order):
        y = _HEIGHT + 8 + place * _LEGEND
        parts.append(_dot(_LEFT + 4, y, colour) + _text(_LEFT + 13, y + 3.5, name, "start"))
    return _svg(title, _HEIGHT + (6 + len(drawn) * _LEGEND if drawn else 0), parts)


def _pieces(bar: Bar) -> list[tuple[str | None, float]]:
    """Return what a bar is drawn of: its parts with what they leave, or itself."""
    if not bar.parts:
        return [(None, bar.value or 0)]
    rest = (bar.value or 0) - sum(value for _, value in bar.parts)
    return [*((name, value) for name, value in bar.parts if value), *([(_REST_NAME, rest)] if rest > 0 else [])]


def lying_bars(title: str, bars: Sequence[Bar]) -> Markup:
    """Draw bars below each other, for a list whose names need room."""
    most = max((bar.value or 0 for bar in bars), default=0) or 1
    names = 170
    room = _WIDTH - names - 40
    parts, drawn = [], []
    for place, bar in enumerate(bars):
        y = 4 + place * _LYING
        name = bar.label if len(bar.label) <= _LONGEST_NAME else bar.label[: _LONGEST_NAME - 1].rstrip() + "…"
        parts.append(_text(names - 6, y + 13, name, "end"))
        long = room * (bar.value or 0) / most
        if bar.value:
            drawn.append(_bar(names, y + 2, max(1.0, long), _LYING - 6, f"{bar.label}: {bar.text}"))
        parts.append(_text(names + long + 4, y + 13, bar.text, "start"))
    return _svg(title, 8 + _LYING * len(bars), [*parts, _coloured(0, drawn)])


def _svg(title: str, height: float, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" aria-label="{}" '
        'font-family="system-ui, sans-serif" font-size="10">{}</svg>'
    ).format(_WIDTH, _number(height), title, Markup("").join(parts))


def _bar(x: float, y: float, width: float, height: float, text: str) -> Markup:
    place = tuple(_number(one) for one in (x, y, width, height))
    return Markup('<rect x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>').format(*place, text)


def _coloured(colour: int, bars: Sequence[Markup]) -> Markup:
    return Markup("<g {}>{}</g>").format(_fill(colour), Markup("").join(bars))


def _dot(x: float, y: float, colour: int) -> Markup:
    return Markup('<circle {} cx="{}" cy="{}" r="4"/>').format(_fill(colour), _number(x), _number(y))


def _fill(colour: int) -> Markup:
    """Return the colour of a part by its place; of what parts leave by -1."""
    place = colour % len(_COLOURS)
    name, fill = ("rest", _REST) if colour < 0 else (place, _COLOURS[place])
    return Markup('class="of-{}" fill="{}"').format(name, fill)


def _grid(y: float, text: str) -> Markup:
    line = Markup('<line class="grid" stroke="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>')
    return line.format(_LINE, _LEFT, _WIDTH, _number(y), _number(y)) + _text(_LEFT - 4, y + 3, text, "end")


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    where = Markup("") if anchor == "start" else Markup(' text-anchor="{}"').format(anchor)
    return Markup('<text fill="{}" x="{}" y="{}"{}>{}</text>').format(_TEXT, _number(x), _number(y), where, text)


def _round_up(value: float) -> float:
    """Return the next even number, or one with a single digit that counts, that a scale can end at."""
    if value <= 2:
        return 2
    size = 10 ** int(log10(value))
    return next(size * step for step in (1, 2, 4, 6, 8, 10) if size * step >= value)


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
