"""The helpline's opening hours, as its setting gives them: "Mon-Fri 09:00-17:00, Sat 10:00-14:00"."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART = re.compile(
    r"^(?P<first>[a-z]{3})(?:\s*-\s*(?P<last>[a-z]{3}))?\s+(?P<opens>\d{1,2}:\d{2})\s*-\s*(?P<closes>\d{1,2}:\d{2})$"
)


@dataclass(frozen=True)
class Span:
    """Hours of some days (0 is Monday): open from ``opens`` until before ``closes``."""

    days: frozenset[int]
    opens: time
    closes: time


def parse_hours(text: str) -> tuple[Span, ...]:
    """Read opening hours: days and times, parts with commas between.

    Raises:
        ValueError: The text is not of that form; says which part.
    """
    return tuple(_parse_part(part.strip()) for part in text.split(","))


def is_open(hours: str, time_zone: str, now: datetime) -> bool:
    """Tell whether the helpline is open at an aware time.

    Raises:
        ValueError: The hours cannot be read.
    """
    local = now.astimezone(ZoneInfo(time_zone))
    return any(local.weekday() in span.days and span.opens <= local.time() < span.closes for span in parse_hours(hours))


def _parse_part(part: str) -> Span:
    match = _PART.match(part.lower())
    try:
        if match is None:
            raise ValueError
        first = _DAYS.index(match["first"])
        last = _DAYS.index(match["last"] or match["first"])
        opens, closes = (datetime.strptime(match[name], "%H:%M").time() for name in ("opens", "closes"))
        if last < first or closes <= opens:
            raise ValueError
    except ValueError:
        raise ValueError(f"cannot read the hours '{part}'; write them such as 'Mon-Fri 09:00-17:00'") from None
    return Span(frozenset(range(first, last + 1)), opens, closes)
