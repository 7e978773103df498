"""Reads when somebody can talk, from their own words: "weekday evenings", "after 5pm", "any time but mornings".

A time stands for a part of a day, on weekdays or at weekends: mornings end at noon, afternoons at five. What cannot be
read is left out, and who says "any time" has no times at all: then no volunteer's times speak against them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from helpline.forms.denials import Denials
from helpline.text.lexicon import Lexicon
from helpline.text.matching_words import TimeWords
from helpline.text.normalising import straightened
from helpline.volunteers.profile import TIMES

DAYS = ("weekday", "weekend")
PARTS = ("mornings", "afternoons", "evenings")
# The hours at which each part begins and ends.
_BEGINS = {"mornings": 8, "afternoons": 12, "evenings": 17}
_ENDS = {"mornings": 12, "afternoons": 17, "evenings": 22}
# "After 4pm" leaves too little of an afternoon.
_ENOUGH_HOURS = 2
# Without "am" or "pm" an hour up to this one is in the afternoon or the evening.
_LAST_IN_AFTERNOON = 7


@dataclass
class _Piece:
    """What stands between two joints, in it and denied in it.

    Attributes:
        named: Days that were named, as "weekends" or by their names.
        parts: Parts of a day.
        without_days: Days that were denied as a whole.
        without_parts: Parts of a day that were denied.
    """

    named: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    without_days: set[str] = field(default_factory=set)
    without_parts: set[str] = field(default_factory=set)


def read_times(text: str) -> frozenset[str]:
    """Return the times, of `TIMES`, that a text names; none where it names none, or all."""
    words, plain = Lexicon.load().matching.times, straightened(text).lower()
    denials = Denials(plain)
    pieces = [_read_piece(plain, start, end, denials, words) for start, end in _spans(plain, words)]
    wanted, unwanted = _wanted(pieces), _unwanted(pieces)
    times = (wanted or set(TIMES) if unwanted else wanted) - unwanted
    anything = words.any.within(plain)
    if anything and not unwanted and not denials.cover(anything.start(), anything.end()):
        return frozenset()
    return frozenset(times) if times != set(TIMES) else frozenset()


def _spans(text: str, words: TimeWords) -> list[tuple[int, int]]:
    """Return where the pieces of a text begin and end; what joins two hours of a span parts nothing."""
    hours = list(words.hour.finditer(text))
    spans, start = [], 0
    for joint in words.joint.finditer(text):
        if any(
            left.end() <= joint.start() and joint.end() <= right.start() and _is_through(text, left, right, words)
            for left, right in pairwise(hours)
        ):
            continue
        spans.append((start, joint.start()))
        start = joint.end()
    return [*spans, (start, len(text))]


def _is_through(text: str, left: re.Match[str], right: re.Match[str], words: TimeWords) -> bool:
    """Tell whether two hours are the ends of a span: "9 to 11", "between 2 and 4", "from 9 until noon"."""
    between = text[left.end() : right.start("hour")].strip()
    return words.through.fullmatch(between) is not None


def _read_piece(text: str, start: int, end: int, denials: Denials, words: TimeWords) -> _Piece:
    piece = _Piece()
    for day, general, single in (
        ("weekday", words.weekdays, words.days_of_the_week),
        ("weekend", words.weekends, words.days_of_the_weekend),
    ):
        for match in general.all_within(text):
            if start <= match.start() < end:
                denied = denials.cover(match.start(), match.end())
                (piece.without_days if denied else piece.named).add(day)
        for match in single.all_within(text):
            if start <= match.start() < end and not denials.cover(match.start(), match.end()):
                piece.named.add(day)
    for part, of in (("mornings", words.mornings), ("afternoons", words.afternoons), ("evenings", words.evenings)):
        for match in of.all_within(text):
            if start <= match.start() < end:
                denied = denials.cover(match.start(), match.end())
                (piece.without_parts if denied else piece.parts).update(_with_word_before(text, match, part, words))
    piece.parts |= _parts_by_hours(text, start, end, words)
    if words.busy.within(text[start:end]):
        return _Piece(without_days=piece.named, without_parts=piece.parts)
    return piece


def _with_word_before(text: str, match: re.Match[str], part: str, words: TimeWords) -> Iterable[str]:
    """Return what a part of a day stands for: "before noon" is a morning."""
    if re.search(rf"\b{words.before.expression}\s+$", text[: match.start()]):
        return PARTS[: PARTS.index(part)]
    return (part,)


def _parts_by_hours(text: str, start: int, end: int, words: TimeWords) -> set[str]:
    hours = [match for match in words.hour.finditer(text) if start <= match.start("hour") < end]
    parts: set[str] = set()
    place = 0
    while place < len(hours):
        match = hours[place]
        hour = _of_the_day(match)
        place += 1
        if place < len(hours) and _is_through(text, match, hours[place], words):
            until = _of_the_day(hours[place])
            place += 1
            parts.update(part for part in PARTS if _BEGINS[part] < until and hour < _ENDS[part])
        elif match["after"]:
            parts.update(part for part in PARTS if hour <= _ENDS[part] - _ENOUGH_HOURS)
        elif match["before"]:
            parts.update(part for part in PARTS if _BEGINS[part] + _ENOUGH_HOURS <= hour)
        elif match["half"] or match["minutes"] or re.search(r"\b(?:at|around|about)\s*$", text[: match.start()]):
            parts.add(next((part for part in PARTS if hour < _ENDS[part]), PARTS[-1]))
    return parts


def _of_the_day(match: re.Match[str]) -> int:
    """Return an hour from 0 to 23."""
    hour, half = int(match["hour"]), (match["half"] or "").lower()
    if hour > 12:
        return hour
    hour %= 12
    return hour + 12 if half == "p" or (not half and hour <= _LAST_IN_AFTERNOON) else hour


def _wanted(pieces: list[_Piece]) -> set[str]:
    times: set[str] = set()
    for place, piece in enumerate(pieces):
        days, parts = piece.named, piece.parts
        if not days and not parts:
            continue
        if not parts:  # "Mondays and Tuesday mornings"
            later = next((each for each in pieces[place + 1 :] if each.named or each.parts), _Piece())
            parts = later.parts if later.named == days and later.parts else set(PARTS)
        if not days:  # "Saturday mornings and afternoons"
            before = next((each for each in reversed(pieces[:place]) if each.named or each.parts), _Piece())
            days = before.named if before.named and before.parts else set(DAYS)
        times.update(f"{day}_{part}" for day in days for part in parts)
    return times


def _unwanted(pieces: list[_Piece]) -> set[str]:
    times: set[str] = set()
    for piece in pieces:
        days, parts = piece.without_days, piece.without_parts
        if days or parts:
            times.update(f"{day}_{part}" for day in days or DAYS for part in parts or PARTS)
    return times
