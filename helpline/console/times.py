"""Times as people say them: "in 20 minutes", "3 hours ago"; the exact time on hover and for machines."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

_STEPS = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))
_SOON = timedelta(seconds=60)
# What lacks so small a part of a unit counts as whole: what is due in a day is not "in 23 hours" a moment later.
_LACKING = 1 / 40


def span_words(span: timedelta) -> str:
    """Say how long, by its largest part: "3 hours", "1 day", "less than a minute"."""
    span = abs(span)
    for size, name in _STEPS:
        number = int(span / size + _LACKING)
        if number:
            return f"{number} {name}" + ("" if number == 1 else "s")
    return "less than a minute"


def since_words(at: datetime, now: datetime) -> str:
    """Say when, seen from now: "in 20 minutes", "3 hours ago", "just now"."""
    if abs(at - now) < _SOON:
        return "just now" if at <= now else "in less than a minute"
    return f"in {span_words(at - now)}" if at > now else f"{span_words(now - at)} ago"


def exact_words(at: datetime, zone: str | None) -> str:
    """Say the exact time at the helpline's place, or in UTC where that is not known."""
    local = at.astimezone(ZoneInfo(zone)) if zone else at
    return f"{local:%A, %B} {local.day}, {local:%Y, %H:%M} {local.tzname()}"


def time_element(at: datetime | None, now: datetime, zone: str | None, text: str | None = None) -> Markup:
    """Write a time as a ``time`` element, with the exact one on hover; nothing for None."""
    if at is None:
        return Markup("")
    stamp, exact = at.isoformat(timespec="seconds"), exact_words(at, zone)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(stamp, exact, text or since_words(at, now))
