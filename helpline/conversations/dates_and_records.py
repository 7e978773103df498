"""Finds birth dates and the numbers by which offices know a person: medical records, insurance, social security."""

import re
from collections.abc import Iterator

from helpline.conversations.redaction_lexicon import BirthDate, Numbers, Record, one_of
from helpline.conversations.span import Span
from helpline.requests.reference import find_reference

_LATEST_BIRTH_YEAR_ALONE = 2011
# Up to this one only what stands in the same sentence makes another event of a date.
_LATEST_BIRTH_YEAR_IN_LIST = 1995
_SENTENCE_END = re.compile(r"[.!?\n]\s?(?=[A-Z])")
# Years of the Persian, Islamic and Thai calendars: nobody counts scans by them.
_OTHER_CALENDAR = re.compile(r"(?<!\d)(?:13\d\d|2[45]\d\d|5[67]\d\d)(?!\d)")
_SHAPES = re.compile(
    r"(?<![\w-])(?:"
    r"(?:\d|x|X|\*){3}[- ](?:\d|x|X|\*){2}[- ]\d{4}"  # social security
    r"|[1-9][A-Za-z][A-Za-z\d]\d[- ]?[A-Za-z][A-Za-z\d]\d[- ]?[A-Za-z]{2}\d{2}"  # Medicare
    r"|\d{4}([- ]?)\d{4}\1\d{4}\1\d{3,4}"  # cards
    r"|[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]"  # national insurance
    r"|[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){3,7}(?: ?[A-Z\d]{1,3})?"  # IBAN
    r")(?![\w-])"
)
_MIXED = re.compile(
    r"(?<![\w.@/#-])#?(?=[\d/-]*[A-Za-z])(?=[A-Za-z/-]*\d)[A-Za-z\d]+(?:[-/][A-Za-z\d]+){0,8}(?![\w@/-])"
)
# "E1009 33 872", "HFH 7730 1948 1"
_SPACED = re.compile(
    r"(?<![\w.@/#-])[A-Z]{1,4}(?:\d{1,6}(?:[ -]\d{1,6}){1,4}|(?:\s\d{3,6}){1,4}(?:\s\d)?)(?:\s?[A-Z](?!\w))?(?![\w/-])"
)
# "AZ 44-1180/23"
_LETTERS_FIRST = re.compile(
    r"(?<![\w.@/#-])(?P<letters>[A-Z]{2,4}|[A-Z]{1,4}-[A-Z]{1,3})\s(?P<figures>\d{2,6}(?:[ /-]\d{1,6}){1,4})(?![\w/-])"
)
_DATE = re.compile(r"\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{1,2}[/-]\d{4}|(?:19|20)\d\d[/-].*")
_HASH = re.compile(r"#\s?\d[\d-]{3,}\d\b")
_REST_OF_CODE = re.compile(r"(?:[-/][A-Za-z\d]{1,12}){1,4}(?!\w)")
_LETTER_AFTER = re.compile(r"(?:\(\d\)|\s(?!I|OK|US|UK|MD|RN|NP|PA)[A-Z]{1,2})(?=\s*(?:[,.;)\n]|$))")
_ROMAN = r"(?:[xX][iI]{0,2}|[iI][xX]|[iI][vV]|[vV][iI]{0,3}|[iI]{1,3})"
_SHORTEST_CODE = 6
_FEWEST_FIGURES, _FEWEST_SPACED_FIGURES = 3, 6
_LOOK_BACK = 25
# More without a letter are a phone number.
_MOST_FIGURES = 6
_STUDY = re.compile(r"(?:NCT\d{8}|[A-Z]{4,14}-?\d{2,3}|\d+(?:mg|ml|mcg|th|st|nd|rd|k))$", re.I)
# Codes with letters and figures that name nobody.
_PUBLIC = re.compile(
    r"(?:NCT\d{8}|EUCTR[\d-]+"  # registered studies
    r"|[A-Z]{4,14}-?(?:[A-Z]{1,8})?\d{1,3}"  # names of studies
    r"|[A-Z]{2,7}\d{0,2}[A-Z]?\d?-?[A-Z]{0,2}\d{0,2}"  # genes, scores, receptors
    r"|[A-Z]\d{2,4}(?:[A-Z]|fs|del|ins|dup)|c?\d{2,5}(?:del|ins|dup)[A-Z]{1,4}"  # mutations
    r"|[cpy]{0,2}T[\dXis]{1,3}[a-d]?N[\dX][a-c]?(?:M[\dX][a-c]?)?"  # stages
    r"|[CTLS]\d{1,2}(?:[-/][CTLS]?\d{1,2}){1,4}"  # vertebrae
    r"|(?:\d{1,5}[A-Z]{1,4})(?:[-/]\d{0,5}[A-Z]{0,5}\d?){0,3}"  # doses, times, "2021ish"
    r"|\d{1,5}(?:[-/]\d{1,5}){1,3}[A-Z]{1,3}"  # "50-100mg"
    r"|[A-Z]+[-/]?(?:19|20)\d\d(?:[-/]\d{2,4})?|\d{1,2}-[A-Z]{3,9}-(?:\d{4}|\d\d)"  # "mid-2019", dates
    r"|(?:[A-Z]{1,4}\d{0,3}[+%-]?/){1,4}[A-Z]{1,4}\d{0,3})$",  # "er95/pr80"
    re.I,
)


class BirthDateFinder:
    """Finds dates that a word shows to be a birth date, and whole dates of long ago beside no other event."""

    def __init__(self, words: BirthDate, numbers: Numbers) -> None:
        number = one_of([*numbers.digits, *numbers.teens, *numbers.tens, *numbers.hundreds, *numbers.ordinals])
        spoken = rf"{number}(?:[\s-]{{1,2}}(?:{one_of(numbers.joins)}\s)?{number}){{0,4}}"
        whole, partial = _dates(words, numbers, spoken)
        date = rf"(?P<date>{whole}|{partial})"
        cues = [*words.cues, *words.more_cues]
        cue = rf"(?<!\w)(?!born\sagain){one_of(cues)}(?:'s|s)?(?!\w)"
        filler = rf"(?:[\s:,=.?()-]+(?:{one_of(words.fillers)}(?!\w))?){{0,6}}?[\s:,=(-]*"
        linking = rf"(?:{one_of(words.linking)}[\s,]+){{0,4}}"
        place = rf"\s{one_of(words.birth_places)}\s[^\d.!?\x00]{{2,40}}?"
        article = rf"(?:{one_of(words.articles)}\s)?"
        self._shown = [
            re.compile(rf"(?<!\w){one_of(words.year_cues)}{filler}(?P<date>\d\d)(?![\w/.-])", re.I),
            re.compile(rf"{cue}{filler}(?P<date>{whole}|{partial}|{spoken})(?!\w)(?!\s?%)", re.I),
            re.compile(rf"{cue}(?:{place}|\s[^\d.!?\x00]{{0,25}}?)[\s,]{date}(?!\w)", re.I),
            re.compile(rf"(?<!\w){date}[\s,;:(-]+{linking}\(?{cue}", re.I),
            re.compile(
                rf"\b{one_of(words.turning)}\s(?:\d{{1,3}}|{spoken})\s(?:{one_of(words.ages)}\s)?"
                rf"(?:{one_of(words.before_dates)}\s)?{article}{date}(?!\w)",
                re.I,
            ),
        ]
        self._cues = re.compile(rf"(?<!\w){one_of([*cues, *words.year_cues, *words.turning])}", re.I)
        self._whole_date = re.compile(rf"(?<![\w/.-]){whole}(?![\w/-])", re.I)
        self._events = re.compile(rf"\b{one_of(words.other_events)}\b", re.I)

    def find(self, text: str) -> Iterator[Span]:
        """Yield the birth dates."""
        for pattern in self._shown if self._cues.search(text) else ():
            for match in pattern.finditer(text):
                yield Span(*match.span("date"), "birth_date")
        for match in self._whole_date.finditer(text):
            if _OTHER_CALENDAR.search(match[0]):
                yield Span(*match.span(), "birth_date")
                continue
            near = text[max(0, match.start() - 60) : match.end() + 40]
            if _year(match[0]) <= _LATEST_BIRTH_YEAR_IN_LIST:
                near = _SENTENCE_END.split(text[: match.start()])[-1] + _SENTENCE_END.split(text[match.end() :])[0]
            if _year(match[0]) <= _LATEST_BIRTH_YEAR_ALONE and not self._events.search(near):
                yield Span(*match.span(), "birth_date")


class RecordNumberFinder:
    """Finds codes that follow or precede words such as "policy number", and those whose shape shows them."""

    def __init__(self, words: Record, run: str) -> None:
        code = (
            r"(?:(?:[A-Za-z][\s-]){2,4}|[A-Za-z]{1,5}(?:[\s/-]{0,2}|\.(?=\d{4}))|[A-Z]{2,6}[\s-])?#?\d[A-Za-z\d]*"
            r"(?:[\s./-]{1,3}(?:[A-Za-z][\s-]){0,2}[A-Za-z]{0,3}\d[A-Za-z\d]*){0,8}(?:[\s-](?-i:[A-Z]{1,2})(?![\w']))?"
        )
        mixed = r"(?=[A-Za-z]*\d)[A-Za-z\d]+(?:-[A-Za-z\d]+){0,8}"
        filler = rf"(?:[\s:,=.()#-]+(?:{one_of(words.fillers)}(?![\w-]))?){{0,7}}[\s:,=(#-]*"
        self._after_cue = re.compile(
            rf"(?<!\w){one_of(words.cues)}(?:'s|s)?(?![A-Za-z]){filler}(?<!\w)"
            rf"(?P<code>{run}|{code}|{mixed}|[A-Z]+(?:-[A-Z\d]+){{1,8}})(?!\w)",
            re.I,
        )
        self._before_cue = re.compile(
            rf"(?<!\w)(?P<code>{code}|{mixed}|{run})[\s,]+{one_of(words.after)}\s(?:\w+\s){{0,2}}?"
            rf"{one_of(words.cues)}(?!\w)",
            re.I,
        )
        self._after = re.compile(one_of(words.after), re.I)
        numbering = one_of([*words.numbering, *words.numbering_after_cues])
        self._numbered = re.compile(rf"{numbering}(?!\w)[\s:.=#]{{0,3}}(?:{one_of(words.being)}\s)?$", re.I)
        self._any_number = re.compile(
            rf"(?<!\w){one_of(words.numbering)}[\s:.=]{{1,3}}(?:{one_of(words.being)}[\s:]{{1,2}})?"
            rf"(?P<code>{mixed}(?!\w))(?!\s?{one_of(words.units)}(?!\w))",
            re.I,
        )
        self._measures = re.compile(rf"(?<!\w){one_of(words.measures)}(?!\w)", re.I)
        self._cues = frozenset(words.cues)
        self._cue_within = re.compile(rf"{one_of(word for word in words.cues if word.isalpha())}\s(?=\d)", re.I)
        self._units = re.compile(rf"\s?{one_of(words.units)}(?!\w)", re.I)

    def find(self, text: str) -> Iterator[Span]:
        """Yield the record numbers."""
        for pattern in (self._after_cue, self._before_cue):
            if pattern is self._before_cue and not self._after.search(text):
                continue
            for match in pattern.finditer(text):
                rest = _REST_OF_CODE.match(text, match.end("code"))
                end = rest.end() if rest else match.end("code")
                letter = _LETTER_AFTER.match(text, end)
                end = letter.end() if letter else end
                start = match.start("code")
                if cue := self._cue_within.match(text, start):
                    start = cue.end()
                code = text[start:end]
                numbered = self._numbered.search(text[max(0, start - 30) : start])
                short = numbered and sum(c.isdigit() for c in code) == _FEWEST_FIGURES
                if (short or self._is_code(code)) and not self._units.match(text, end):
                    yield Span(start, end, "record_number")
        for match in self._any_number.finditer(text):
            measured = self._measures.search(text[max(0, match.start() - _LOOK_BACK) : match.start()])
            figures = sum(c.isdigit() for c in match["code"])
            phone = figures > _MOST_FIGURES and not any(c.isalpha() for c in match["code"])
            if figures > _FEWEST_FIGURES and self._is_code(match["code"]) and not (measured or phone):
                yield Span(*match.span("code"), "record_number")
        for shape in (_SHAPES, _HASH):
            for match in shape.finditer(text):
                yield Span(*match.span(), "record_number")
        for match in _SPACED.finditer(text):
            cued = match[0].split()[0].lower() in self._cues
            enough = sum(c.isdigit() for c in match[0]) >= _FEWEST_SPACED_FIGURES
            if enough and not cued and not self._units.match(text, match.end()):
                yield Span(*match.span(), "record_number")
        for match in _LETTERS_FIRST.finditer(text):
            letters, figures = match["letters"].lower(), match["figures"]
            measure = self._measures.fullmatch(letters) or letters in self._cues or _DATE.fullmatch(figures)
            enough = sum(c.isdigit() for c in figures) >= _FEWEST_SPACED_FIGURES
            if enough and not measure and not self._units.match(text, match.end()):
                yield Span(*match.span(), "record_number")
        for match in _MIXED.finditer(text):
            figures = sum(c.isdigit() for c in match[0])
            long_enough = figures >= _FEWEST_FIGURES and len(match[0]) >= _SHORTEST_CODE
            if long_enough and not (_PUBLIC.match(match[0]) or find_reference(match[0])):
                yield Span(*match.span(), "record_number")

    @staticmethod
    def _is_code(code: str) -> bool:
        figures = sum(c.isdigit() for c in code)
        if find_reference(code) or _STUDY.match(code):
            return False
        if figures == 0:
            return len(re.findall(r"[^\W_]+", code)) > 2
        code = re.sub(r"^(?:[A-Za-z]{2,}\s+(?=(?:19|20)\d\d$)|[a-z]{2,}\s+(?=\d{1,3}$))", "", code)
        if re.fullmatch(r"(?:19|20)\d\d", code) or re.fullmatch(r"\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?", code):
            return False
        return (
            figures > 3
            or (figures > 1 and any(c.isalpha() for c in code) and len(code) > 4)
            or (figures == 3 and len(code) > 4)
        )


def _dates(words: BirthDate, numbers: Numbers, spoken: str) -> tuple[str, str]:
    """Return expressions for dates with day, month and year, and for dates that lack one of them."""
    digits, tens, ordinals = one_of(numbers.digits), one_of(numbers.tens), one_of(numbers.ordinals)
    join = rf"(?:{one_of(words.joins)}\s)?"
    article = rf"(?:{one_of(words.articles)}\s)?"
    day_word = rf"(?:{one_of(words.day_words)}\s)?"
    month, other = rf"{one_of(words.months)}\.?", one_of(words.other_months)
    day = (
        rf"{article}(?:\d{{1,2}}(?:\s?(?:st|nd|rd|th)|\.)?|{tens}[\s-]{ordinals}|{ordinals}"
        rf"|{one_of(numbers.teens)}|{digits})"
    )
    year = (
        r"(?:(?:19|20)\d\d|['\u2019]?\d\d(?![\d:])"
        rf"|{one_of(words.centuries)}[\s-]{spoken}|{tens}(?:[\s-]{digits})?)"
    )
    before_year = rf"(?:\s?,\s?|\s{join}|-)"
    day_and_month = rf"{day}[\s-]{{1,2}}{day_word}{join}{month}"
    separator = r"\s?[/.\u2013-]\s?"
    whole = (
        rf"(?:\d{{1,2}}{separator}\d{{1,2}}{separator}(?:\d{{4}}|\d{{2}})"
        rf"|(?:19|20)\d\d{separator}\d{{1,2}}{separator}\d{{1,2}}"
        r"|\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?['\u2019]\d\d"
        rf"|\d{{1,2}}[./-]{_ROMAN}[./-](?:19|20)\d\d"
        rf"|(?:13\d\d|2[45]\d\d)[/.-]\d{{1,2}}[/.-]\d{{1,2}}"
        rf"|{article}\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{other},?\s\d{{4}}|{other}\s\d{{1,2}},?\s\d{{4}}"
        rf"|{one_of(words.eras)}\s?\d{{1,2}}(?:[,\s]{{1,2}}{month}\s\d{{1,2}}|[./-]\d{{1,2}}[./-]\d{{1,2}})?"
        r"|(?:19|20)\d\d\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]?"
        rf"|(?:19|20)\d\d[\s-]{{1,2}}{month}[\s-]{{1,2}}\d{{1,2}}"
        rf"|\d{{1,2}}(?:st|nd|rd|th)\s{join}{article}\d{{1,2}}(?:st|nd|rd|th){before_year}{year}"
        rf"|{month}[\s-]{{0,2}}{day}{before_year}{year}|{day_and_month}{before_year}{year})(?:\s?r\.)?"
    )
    partial = (
        rf"(?:{month}{before_year}{year},?\son\sthe\s\d{{1,2}}(?:st|nd|rd|th)|{month}[\s-]{{0,2}}{day}|{day_and_month}|{month}{before_year}{year}"
        rf"|\d{{1,2}}[\s./-]{{1,2}}{_ROMAN}[\s./-]{{1,2}}(?:(?:19|20)\d\d|\d\d)"
        rf"|['\u2019]?\d\d\s{month}\s\d{{1,2}}|\d{{1,2}}\s{other}|{other}\s\d{{1,2}}"
        r"|(?-i:[STHM])\d{1,2}[./-]\d{1,2}[./-]\d{1,2}"
        r"|\d{1,2}[\s/.-]\d{1,2}(?:[\s/.-](?:\d{4}|\d{2}))?|\d{8}|\d{6}|(?:19|20|13|24|25|57)\d\d|['\u2019]\d\d)"
    )
    return whole, partial


def _year(date: str) -> int:
    whole = re.search(r"(?:19|20)\d\d", date)
    if whole:
        return int(whole[0])
    figures = re.findall(r"\d+", date)
    if not figures or len(figures[-1]) != 2:
        return 1900
    short = int(figures[-1])
    return 1900 + short if short > 30 else 2000 + short
