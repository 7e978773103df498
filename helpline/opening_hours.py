"""The helpline's opening hours, as its settings give them: "Mon-Fri 09:00-17:00, Sat 10:00-14:00", a zone, holidays;
and the quiet hours in which nothing is sent that nobody waits for.

Times that end before they begin end on the next day: "Fri 20:00-02:00". A whole day is "00:00-24:00", and "24/7" is
every whole day. A holiday is closed, but for hours that began on the day before.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = r"\d{1,2}(?::\d{2})?\s*(?:[ap]m)?"
_PART = re.compile(
    rf"^(?P<first>[a-z]{{3}})(?:\s*-\s*(?P<last>[a-z]{{3}}))?\s+(?P<opens>{_TIME})\s*-\s*(?P<closes>{_TIME})$"
)
_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s*(?P<half>[ap]m)?")
_HOLIDAY = re.compile(r"(?:(?P<year>\d{4})-)?(?P<month>\d{2})-(?P<day>\d{2})")
_DAY_MINUTES = 24 * 60
# Every whole day.
_ALWAYS = "24/7"
# A year that has a 29 February, for dates without a year.
_LEAP_YEAR = 2024
# The next opening is looked for so many days ahead: a whole month of holidays.
_AHEAD_DAYS = 35


@dataclass(frozen=True)
class Span:
    """Hours that begin on some days (0 is Monday): from ``opens`` until before ``closes``.

    Both are minutes after the midnight with which the day begins; ``closes`` may be on the next day.
    """

    days: frozenset[int]
    opens: int
    closes: int


@dataclass(frozen=True)
class OpeningHours:
    """The hours as the settings give them.

    Args:
        written: The hours, such as "Mon-Fri 09:00-17:00".
        time_zone: Their zone, such as America/New_York.
        holidays: Days on which the helpline does not open: "2026-11-26", or "12-25" for every year.
    """

    written: str
    time_zone: str
    holidays: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The place of the time zone, such as New York."""
        return self.time_zone.rpartition("/")[2].replace("_", " ")

    @property
    def is_always_open(self) -> bool:
        """Whether they cover every day around the clock, holidays too."""
        whole = {day for span in parse_hours(self.written) if _is_whole_day(span) for day in span.days}
        return len(whole) == len(_DAYS) and not self.holidays

    def is_open(self, now: datetime) -> bool:
        """Tell whether the helpline is open at an aware time."""
        local = now.astimezone(ZoneInfo(self.time_zone))
        minute = local.hour * 60 + local.minute
        today, yesterday = local.date(), local.date() - timedelta(days=1)
        return any(span.opens <= minute < span.closes for span in self._beginning(today)) or any(
            minute + _DAY_MINUTES < span.closes for span in self._beginning(yesterday)
        )

    def is_holiday(self, now: datetime) -> bool:
        """Tell whether an aware time is on a holiday of the helpline's place, on which it would open otherwise."""
        day = now.astimezone(ZoneInfo(self.time_zone)).date()
        return _is_among(day, self.holidays) and any(day.weekday() in span.days for span in parse_hours(self.written))

    def opens_next(self, now: datetime) -> datetime | None:
        """Return when it opens next after an aware time, in its own zone; None if it does not within a month."""
        zone = ZoneInfo(self.time_zone)
        local = now.astimezone(zone)
        for ahead in range(_AHEAD_DAYS):
            day = local.date() + timedelta(days=ahead)
            starts = sorted(
                datetime.combine(day, time(span.opens // 60, span.opens % 60), zone) for span in self._beginning(day)
            )
            for start in starts:
                if start > local:
                    return start
        return None

    def _beginning(self, day: date) -> list[Span]:
        if _is_among(day, self.holidays):
            return []
        return [span for span in parse_hours(self.written) if day.weekday() in span.days]


@dataclass(frozen=True)
class QuietHours:
    """Hours of every day in which nothing is sent that nobody waits for.

    Args:
        written: The hours, such as "21:00-08:00".
        time_zone: Their zone, such as America/New_York.
    """

    written: str
    time_zone: str

    def end_after(self, now: datetime) -> datetime | None:
        """Return when the quiet hours end that an aware time is in; None where it is in none."""
        zone = ZoneInfo(self.time_zone)
        local = now.astimezone(zone)
        span = parse_quiet_hours(self.written)
        for day in (local.date() - timedelta(days=1), local.date()):
            begin, end = (_moment(day, minutes, zone) for minutes in (span.opens, span.closes))
            if begin <= local < end:
                return end
        return None


def parse_quiet_hours(text: str) -> Span:
    """Read quiet hours: two times, such as "21:00-08:00" or "9pm-8am".

    Raises:
        ValueError: The text is not of that form, or leaves no hour in which something may be sent.
    """
    try:
        (span,) = parse_hours(f"Mon-Sun {text.strip()}")
        if _is_whole_day(span):
            raise ValueError
    except ValueError:
        raise ValueError("cannot be read; write two times such as 21:00-08:00, or none") from None
    return span


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    later, minute = divmod(minutes, _DAY_MINUTES)
    return datetime.combine(day + timedelta(days=later), time(minute // 60, minute % 60), zone)


def parse_hours(text: str) -> tuple[Span, ...]:
    """Read opening hours: days and times, parts with commas between; or "24/7".

    Raises:
        ValueError: The text is not of that form; says which part.
    """
    if text.strip() == _ALWAYS:
        return (Span(frozenset(range(len(_DAYS))), 0, _DAY_MINUTES),)
    return tuple(_parse_part(part.strip()) for part in text.split(","))


def check_holiday(text: str) -> str:
    """Return a holiday as it was written.

    Raises:
        ValueError: It is no date.
    """
    match = _HOLIDAY.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        date(int(match["year"] or _LEAP_YEAR), int(match["month"]), int(match["day"]))
    except ValueError:
        raise ValueError(f"'{text}' is no day; write 2026-11-26, or 12-25 for every year") from None
    return text


def shown_time(moment: datetime) -> str:
    """Return a day and time as visitors read it, such as "Monday, 9:00 AM"."""
    return f"{moment:%A}, {moment:%I:%M %p}".replace(" 0", " ")


def _is_among(day: date, holidays: tuple[str, ...]) -> bool:
    return f"{day:%Y-%m-%d}" in holidays or f"{day:%m-%d}" in holidays


def _is_whole_day(span: Span) -> bool:
    return span.opens == 0 and span.closes == _DAY_MINUTES


def _parse_part(part: str) -> Span:
    match = _PART.match(part.lower())
    try:
        if match is None:
            raise ValueError
        first = _DAYS.index(match["first"])
        last = _DAYS.index(match["last"] or match["first"])
        opens, closes = _minutes(match["opens"]), _minutes(match["closes"])
        if opens in {closes, _DAY_MINUTES}:
            raise ValueError
    except ValueError:
        raise ValueError(
            f"cannot read the hours '{part}'; write them such as 'Mon-Fri 09:00-17:00', a whole day as 00:00-24:00"
        ) from None
    days = frozenset((first + step) % len(_DAYS) for step in range((last - first) % len(_DAYS) + 1))
    return Span(days, opens, closes if closes > opens else closes + _DAY_MINUTES)


def _minutes(written: str) -> int:
    """Return the minutes after midnight of "09:00", "9am" or "24:00"; what may be either half of the day is refused."""
    match = _CLOCK.fullmatch(written.strip())
    if match is None or not (match["minute"] or match["half"]):
        raise ValueError
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if match["half"] == "pm" else 0)
    if minute > 59 or hour * 60 + minute > _DAY_MINUTES:
        raise ValueError
    return hour * 60 + minute
