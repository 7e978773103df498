"""Finds phone numbers however they are typed or spelled out, and long numbers that are none.

A run is digits and words for digits with what people put between them. What it is, is told by how many digits it has
and how they are grouped. `phonenumbers` alone does not do: it asks for numbers that are assigned, in figures.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from phonenumbers import convert_alpha_characters_in_number

from helpline.conversations.redaction_lexicon import Numbers, Phone, one_of
from helpline.conversations.span import Span

_LOOK_BACK = 45
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2})")
# "910-555-0143, 0600 onward"
_SEPARATOR = re.compile(r"[,/]")
# "518-555-0142/0143"
_OTHER_ENDING = re.compile(r"(?:\s?/|\sor)\s?(?P<digits>\d{2,4})(?![\w:/])")
_PART = re.compile(r"[^\s,/][^,/]*[^\s,/]")
_LETTERS = ("", "", "abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz")
# A whole number whose last four figures have letters.
_LETTERED = re.compile(r"\d{6}[2-9]{4}")
# "zéro six, 55, 50, 01, 42": commas, but no list of values.
_WORDS_AND_FIGURES = re.compile(r"[^\W\d_]+\s+[^\W\d_]")
_LONGEST_LISTED = 14
_LOCAL = re.compile(r"\d{3}[.\u2010-\u2015 -]\d{4}|\d{3}([.-])\d{2}\1\d{2}")
_GROUP = re.compile(r"[^\W_]+")
_LETTERS_AS_DIGITS = str.maketrans("oOlIi", "00111")
# "1-800-GO-HOME-1", "888 555 CARE".
_VANITY = re.compile(
    r"(?<!\w)(?:\+?1[\s.-]{0,2})?\(?8(?:00|33|44|55|66|77|88)\)?[\s.-]{0,2}"
    r"(?:(?=[A-Z\d-]{0,8}[A-Z])[A-Z\d](?:-?[A-Z\d]){6,9}|\d{3}[\s.-]?[A-Z]{4}|(?<=-)[a-z\d]{7}|\d{3}-[a-z]{4})(?!\w)"
)


class PhoneNumberFinder:
    """Finds phone numbers.

    Args:
        numbers: Words for numbers.
        phone: Words about phone numbers.
        kept: Digits of numbers that are kept, without country code.
    """

    def __init__(self, numbers: Numbers, phone: Phone, kept: Sequence[str]) -> None:
        self._digits = {
            **numbers.digits,
            **numbers.more_digits,
            **dict.fromkeys(numbers.teens, "10"),
            **{tens: str(number) for number, tens in enumerate(numbers.tens, 2)},
            **dict.fromkeys(numbers.hundreds, "00"),
        }
        self._between = frozenset(numbers.between)
        self._tens = frozenset(numbers.tens)
        single = one_of(self._digits)
        self._single = re.compile(rf"{single}|\d")
        word = rf"(?:{single}){{1,12}}"
        piece = (
            rf"(?:(?:{one_of(numbers.repeats)}\s(?:{word}|\d)|{word})(?![^\W\d])"
            rf"|[oO]?\d[\doOlIi]*(?=\W|_|$|x\d|ext|{word}(?![^\W\d]))|(?<=[\s.-])[oO](?=[\s.-]))"
        )
        between = rf"(?:[\s.()\[\]\u2010-\u2015_*~-]{{0,4}}|\s?[/,]\s?|\s{{1,2}}{one_of(numbers.between)}\s{{1,2}})"
        extension = (
            rf"(?:[\s,(]{{0,3}}{one_of(phone.extension)}[\s.:#]{{0,2}}"
            rf"(?:\d{{1,6}}(?:\s\d{{3}}|\sthen\s\d{{1,3}})?|{word}(?:[\s-]{word}){{0,5}})(?!\w)#?){{1,2}}"
        )
        self.run = rf"{piece}(?:{between}{piece}){{0,24}}"
        self._piece = re.compile(piece, re.I)
        self._run = re.compile(rf"(?<![\w$£€#@.])(?:[+(\[]{{1,2}}\s?)?{self.run}(?:{extension})?", re.I)
        self._extension = re.compile(extension + "$", re.I)
        self._repeat = re.compile(rf"({one_of(numbers.repeats)})\s(\w+)", re.I)
        self._repeats = {word: times for times, word in enumerate(numbers.repeats, 2)}
        self._cue = re.compile(rf"\b{one_of(phone.cues)}\b", re.I)
        self._ending = re.compile(rf"\b{one_of(phone.endings)}[\s:]{{1,2}}(?P<digits>\d{{3,4}})(?!\w)", re.I)
        area_code, filler = one_of(phone.area_codes), one_of(phone.fillers)
        three = rf"(?P<digits>\d{{3}}|{word}(?:[\s-]{{1,2}}{word}){{1,2}})(?!\w)"
        self._area_codes = [
            re.compile(rf"\b{area_code}(?:[\s:,]+{filler})?[\s:,]+{three}", re.I),
            re.compile(rf"(?<![\w.])\(?{three}\)?,?\s(?:{filler}\s)*{area_code}\b", re.I),
        ]
        self._kept = [digits for digits in kept if len(digits) > 3]
        between_digits = r"[\s().-]*"
        forms = [
            r"(?<![\w+])(?:\+?1[\s.-]*)?\(?"
            rf"{between_digits.join(map(_digit_or_letter, digits))}(?:\s?\({digits[-4:]}\))?(?!\w)"
            for digits in self._kept
        ]
        # "753-LBBC": without the area code only in letters, since the figures may be anybody's.
        forms += [
            rf"(?<![\w+-]){digits[3:6]}[\s.-]?{''.join(map(_letter, digits[6:]))}(?!\w)"
            for digits in self._kept
            if _LETTERED.fullmatch(digits)
        ]
        self._kept_forms = re.compile("|".join(forms), re.I)

    def kept(self, text: str) -> list[tuple[int, int]]:
        """Return where a number stands that is kept."""
        found = [match.span() for match in self._kept_forms.finditer(text)]
        return found + [m.span() for m in self._run.finditer(text) if self._is_kept(self.digits(m[0]))]

    def find(self, text: str) -> Iterator[Span]:
        """Yield the phone numbers, and as record numbers those that are too long or too short for one."""
        for match in _VANITY.finditer(text):
            if not self._is_kept(re.sub(r"\D", "", convert_alpha_characters_in_number(match[0]))):
                yield Span(*match.span(), "phone")
        for match in self._ending.finditer(text):
            if not _YEAR.fullmatch(match["digits"]):
                yield Span(*match.span("digits"), "phone")
        for pattern in self._area_codes:
            for match in pattern.finditer(text):
                yield Span(*match.span(), "phone")
        for match in self._run.finditer(text):
            before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
            if kind := self._kind(match[0], before):
                yield Span(*match.span(), kind)
                if other := _OTHER_ENDING.match(text, match.end()):
                    yield Span(*other.span("digits"), kind)
                continue
            for part in _PART.finditer(match[0]) if _SEPARATOR.search(match[0]) else ():
                if kind := self._kind(part[0], before):
                    end = match.start() + part.end()
                    yield Span(match.start() + part.start(), end, kind)
                    if other := _OTHER_ENDING.match(text, end):
                        yield Span(*other.span("digits"), kind)

    def places_of(self, text: str, numbers: Collection[str]) -> Iterator[tuple[int, int]]:
        """Yield where one of these numbers stands, in figures or words, with a sign or bracket before it."""
        longest = max(map(len, numbers))
        for run in self._run.finditer(text):
            pieces = list(self._piece.finditer(run[0]))
            first = 0
            while first < len(pieces):
                start = 0 if first == 0 else pieces[first].start()
                last = None
                for j in range(first, len(pieces)):
                    digits = self.digits(run[0][start : pieces[j].end()])
                    if digits in numbers:
                        last = j
                    if len(digits) > longest:
                        break
                if last is not None:
                    yield run.start() + start, run.start() + pieces[last].end()
                first = first + 1 if last is None else last + 1

    def digits(self, run: str) -> str:
        """Return the digits of a run, words read: "two one five" is 215."""
        run = self._repeat.sub(lambda m: " ".join([m[2]] * self._repeats[m[1].lower()]), run)
        found = ""
        after_tens = False
        for match in re.finditer(r"[^\W_]+", run):
            word = match[0].lower()
            joined = [] if word.isdigit() or word in self._digits else self._single.findall(word)
            if len(joined) > 1 and "".join(joined) == word:
                found += "".join(self._digits.get(single, single) for single in joined)
                after_tens = False
            elif word in self._digits:
                digits = self._digits[word]
                found = found[:-1] + digits if after_tens and len(digits) == 1 else found + digits
                if word in self._tens:
                    found += "0"
                after_tens = word in self._tens
            else:
                after_tens = False
                figures = word.translate(_LETTERS_AS_DIGITS)
                found += figures if figures.isdigit() else ""
        return found

    def _is_kept(self, digits: str) -> bool:
        return any(digits in (number, f"1{number}", f"{number}{number[-4:]}") for number in self._kept)

    def _kind(self, run: str, before: str) -> str | None:
        base = self._extension.sub("", run)
        digits = self.digits(base)
        count = len(digits)
        cued = self._cue.search(before) is not None
        if count < (6 if cued else 7) or _DATE.fullmatch(base.strip()):
            return None
        groups = [
            group.translate(_LETTERS_AS_DIGITS) for group in _GROUP.findall(base) if group.lower() not in self._between
        ]
        sizes = [len(group) for group in groups]
        spelled = any(not group.isdigit() for group in groups)
        if not spelled and all(len(group) < 3 or _YEAR.fullmatch(group) for group in groups):
            long_enough = 10 <= count <= 15 and not any(map(_YEAR.fullmatch, groups))
            return "phone" if run.startswith(("+", "00")) or long_enough or (cued and count > 7) else None
        listed = re.search(r"\d\s?[/,]\s?\d", base) and (count not in (10, 11) or sizes[-1] != 4)
        if listed and not (_WORDS_AND_FIGURES.match(base) and count < _LONGEST_LISTED):
            return None
        if run.startswith(("+", "00", "(")) or spelled or cued or count == 10:
            return "phone"
        if len(groups) == 1:
            if count in (7, 11):
                return "phone"
            return None if int(digits) % 1000 == 0 else "record_number"
        if _YEAR.fullmatch(groups[-1]) and " " in base and count < 10:
            return None
        if (digits[0] in "01" and count > 7 and not re.search(r"[a-z]", base, re.I)) or (count > 11 and max(sizes) > 2):
            return "phone"
        if _looks_grouped(base, sizes):
            return "phone"
        plain_groups = min(sizes) > 2 and re.fullmatch(r"\d+(?:[ -]\d+)+", base.strip())
        return "record_number" if plain_groups and not any(set(group[1:]) == {"0"} for group in groups) else None


def _looks_grouped(base: str, sizes: list[int]) -> bool:
    """Whether digits are grouped as phone numbers are somewhere in the world: "612 555 014", "5555 0142"."""
    if all(set(group[1:]) == {"0"} for group in re.findall(r"\d+", base)):
        return False
    if _LOCAL.fullmatch(base.strip()):
        return True
    if re.search(r"[a-z]", base, re.I) or ("." in base and not re.fullmatch(r"\d+(?:\.\d+){2,}", base.strip())):
        return False
    plausible = sizes in ([4, 3], [3, 2, 2], [2, 3, 2], [2, 2, 3], [4, 4], [1, 3, 4], [2, 3, 3], [3, 3, 2], [2, 3, 4])
    return plausible or sizes == [3, 4] or (sum(sizes) > 8 and (sizes[-1] == 4 or min(sizes[1:]) >= 2))


def _digit_or_letter(digit: str) -> str:
    return f"[{digit}{_LETTERS[int(digit)]}]"


def _letter(digit: str) -> str:
    return f"[{_LETTERS[int(digit)]}]"
