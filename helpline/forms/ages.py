"""Reads an age, in figures or in words, as one of the ranges that a match is made by.

A message may hold other numbers, and other people's ages: "stage 4, I have 2 kids and I'm 38". What names no one range
("under 40") is no answer; then the question is asked again.
"""

import re
from collections.abc import Iterator

from helpline.forms.denials import Denials, Found
from helpline.text.lexicon import Lexicon
from helpline.text.normalising import straightened

AGE_RANGES = {"18-29": (18, 29), "30-39": (30, 39), "40-49": (40, 49), "50-59": (50, 59), "60-69": (60, 69)}
OLDEST = "70+"
_YOUNGEST_AGE, _OLDEST_AGE = 18, 110
_NUMBER = re.compile(r"(?<![\d.,/$])\d{1,3}(?![\d/%]|[.,:]\d)")
# Stands after an age that was told as a decade.
_MARK = "\u00a7"
_DECADE = re.compile(r"\b([2-9])0'?s\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19[1-9]\d|20[0-2]\d)(?!\d)")
_SHORT_YEAR = re.compile(r"(?:'|\b\d{1,2}[/.-]\d{1,2}[/.-])(\d\d)(?!\d)")


def read_age_range(text: str, year: int, *, of_other: bool | None = None) -> str | None:
    """Read an age or a range in years as one of the ranges. Ages below 18 or above 110 are none.

    Args:
        text: The message.
        year: This year, for who tells when they were born.
        of_other: Whether the age of somebody else than the visitor is wanted; None where nobody knows.
    """
    plain = straightened(text).lower()
    if of_other is not None:
        plain = _about(plain, of_other)
    words = Lexicon.load().age
    over = (
        rf"\b{words.over.expression} (?:[7-9]\d|1[01]\d)\b|\b(?:[7-9]\d|1[01]\d)(?:\s*\+| {words.and_over.expression})"
    )
    if re.search(over, plain):
        return OLDEST
    if born := _born(plain, year):
        return born
    figures = _in_figures(plain)
    if ranged := re.search(rf"\b(\d{{2,3}})\s*{words.through.expression}\s*(\d{{2,3}})\b", figures):
        return _same(range_of(int(ranged[1])), range_of(int(ranged[2])))
    return _by_number(figures, plain)


def range_of(age: int) -> str | None:
    """Return the range that an age lies in."""
    if 70 <= age <= _OLDEST_AGE:
        return OLDEST
    return next((name for name, (low, high) in AGE_RANGES.items() if low <= age <= high), None)


def _same(first: str | None, second: str | None) -> str | None:
    return first if first == second else None


def _about(text: str, of_other: bool) -> str:
    """Return the parts of a message that are about the person whose age is wanted; nothing where it is another's."""
    words = Lexicon.load().age
    wanted, unwanted = (words.of_others, words.of_oneself) if of_other else (words.of_oneself, words.of_others)
    if not unwanted.within(text):
        return text
    people = rf"(?=\b(?:my {words.of_others.expression}|{words.of_oneself.expression})(?!\w))"
    parts = re.split(rf"[,.;!?\n]+|\b{words.joints.expression}\b|{people}", text)
    return ", ".join(part for part in parts if wanted.within(part) and not unwanted.within(part))


def _born(text: str, year: int) -> str | None:
    """Read the range of a year of birth: with the birthday of this year behind, or to come."""
    told = Lexicon.load().age.born.within(text)
    years = [int(match[0]) for match in _YEAR.finditer(text, told.end() if told else 0)]
    if not years and (short := _SHORT_YEAR.search(text) if told or text.strip().startswith("'") else None):
        years = [1900 + int(short[1])]
    alone = re.fullmatch(r"[\W\d]+", text) is not None
    if len(years) != 1 or not (told or alone):
        return None
    age = year - years[0]
    return _same(range_of(age), range_of(age - 1))


def _in_figures(text: str) -> str:
    """Return the text with numbers in words as figures, and decades as an age in their middle."""
    words = Lexicon.load().age
    for word, age in words.decades.items():
        text = re.sub(rf"\b{word}\b", f"{age}{_MARK}", text)
    text = _DECADE.sub(rf"\g<1>5{_MARK}", text)
    numbers = Lexicon.load().numbers
    small = [word for word, value in numbers.digits.items() if value > 0]
    text = numbers.below_hundred.sub(_figure, text)
    return re.sub(rf"\b(?:{'|'.join(small)})\b", lambda match: str(numbers.digits[match[0]]), text)


def _figure(match: re.Match[str]) -> str:
    numbers = Lexicon.load().numbers
    if match["teen"]:
        return str(numbers.teens[match["teen"]])
    return str(numbers.tens[match["ten"]] + numbers.digits.get(match["one"] or "", 0))


def _by_number(figures: str, plain: str) -> str | None:
    words = Lexicon.load().age
    denials = Denials(figures)
    found = [each for each in _ages(figures) if not denials.cover(each.start, each.end)]
    cued = [each for each in found if _is_cued(figures, each)]
    kept = cued or [each for each in found if not _is_other_number(figures, each)]
    if len({each.value for each in kept}) > 1:
        kept = [each for each in kept if words.now.within(figures[max(0, each.start - 12) : each.end + 12])]
    if len({each.value for each in kept}) != 1:
        return None
    return _range_with_words(figures, kept[-1])


def _range_with_words(text: str, found: Found) -> str | None:
    """Return the range of an age with the words right before it: "almost 50" is 49, "under 40" is no one range."""
    words, age = Lexicon.load().age, int(found.value)
    before = text[: found.start]
    if re.search(rf"\b{words.almost.expression}\s+$", before):
        return range_of(age - 1)
    if re.search(rf"\b{words.open.expression}\s+$", before) or re.match(
        rf"\s*(?:\+|{words.and_over.expression}\b)", text[found.end :]
    ):
        return _same(range_of(_YOUNGEST_AGE), range_of(age - 1)) if age <= AGE_RANGES["18-29"][1] + 1 else None
    return range_of(age)


def _ages(text: str) -> Iterator[Found]:
    for match in _NUMBER.finditer(text):
        if 1 <= int(match[0]) <= _OLDEST_AGE:
            yield Found(match[0], match.start(), match.end())


def _is_cued(text: str, found: Found) -> bool:
    words = Lexicon.load().age
    if _is_other_number(text, found, only_after=True):
        return False
    between = rf"(?:{words.between.expression} |{words.almost.expression} |{words.open.expression} )*"
    before = re.search(rf"(?<!\w){words.before.expression}\s+{between}$", text[: found.start])
    after = re.match(rf"\s*-?{words.after.expression}(?!\w)|{_MARK}", text[found.end :])
    return before is not None or after is not None


def _is_other_number(text: str, found: Found, *, only_after: bool = False) -> bool:
    words = Lexicon.load().age
    after = re.match(rf"\s*-?{words.not_ages_after.expression}(?!\w)", text[found.end :])
    before = re.search(rf"(?<!\w){words.not_ages_before.expression}\s*$", text[: found.start])
    return after is not None or (before is not None and not only_after)
