"""Volunteers as a CSV file that a spreadsheet opens: reads one row by row with what is wrong in words, and writes one.

Several values in one cell have a semicolon between them. What a file would change is left to
``helpline.store.volunteer_import``.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from helpline.errors import HelplineError
from helpline.volunteers.content import PartError, VolunteerContent, part_of, read_part

# What each column is called, in the order in which they are written. Others may be left out of a file.
COLUMNS = {
    "name": "Name",
    "email": "Email",
    "phone": "Phone",
    "state": "State",
    "role": "Role",
    "metastatic": "Metastatic",
    "treatment_ended": "Treatment ended on",
    "diagnosis": "Diagnosis",
    "subtypes": "Subtypes",
    "sites": "Spread to",
    "age_range": "Age",
    "languages": "Languages",
    "concerns": "Lived through",
    "children": "Children",
    "work": "Work",
    "times": "Times",
    "methods": "Methods",
    "capacity": "How many at once",
    "rest_days": "Days of rest",
    "trained_on": "Trained on",
    "notes": "Notes",
}
MOST_ROWS, LONGEST_FILE, _LONGEST_CELL = 5000, 2_000_000, 10_000
# A spreadsheet takes a cell that begins so for a formula, also where it splits a row at another separator than ours.
_FORMULA = re.compile("(^|[;,\t\r\n])( *'*)(?=[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20])")
_GUARDED = re.compile("(^|[;,\t\r\n])( *'*)'(?=[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20])")
_NOT_UTF8 = (
    'The file has letters that cannot be read. Save it once more as "CSV UTF-8", which the spreadsheet offers beside '
    'plain "CSV".'
)


class CsvError(HelplineError):
    """A file cannot be read as a whole. The message says what to do; of the file it repeats column names alone."""


@dataclass(frozen=True)
class CsvRow:
    """A row of a file.

    Attributes:
        line: On which it begins, from 1 on; the header is line 1.
        parts: What it says, by the names of ``content.PARTS``: those of the file's columns alone.
        problems: What cannot be read, in words that say what to write instead.
    """

    line: int
    parts: dict[str, Any]
    problems: tuple[str, ...] = ()


def read_csv(text: str, region: str) -> list[CsvRow]:
    """Read a file.

    Args:
        text: Its content, with commas or semicolons between the cells, with or without a byte order mark.
        region: Of phone numbers without a country code, such as ``US``.

    Raises:
        CsvError: It is too long, is not UTF-8, has no header, or its quotes do not close.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > LONGEST_FILE:
        raise CsvError(
            f"The file is longer than {LONGEST_FILE // 1_000_000} million characters. Split it into several."
        )
    if "\ufffd" in text:
        raise CsvError(_NOT_UTF8)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    rows: list[CsvRow] = []
    names: list[str] = []
    last = 0
    try:
        for cells in reader:
            line, last = last + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = _header(cells)
            elif len(rows) == MOST_ROWS:
                raise CsvError(f"The file has more than {MOST_ROWS} volunteers. Split it into several.")
            else:
                rows.append(_row(line, names, cells, region))
    except csv.Error:
        raise CsvError(
            f"From line {last + 1} on the file cannot be read: a quote does not close. Save it once more as CSV."
        ) from None
    if not names:
        raise CsvError(f"The file is empty. Its first line names the columns: {', '.join(COLUMNS.values())}.")
    return rows


def write_csv(volunteers: Iterable[VolunteerContent]) -> str:
    """Write a file that ``read_csv`` reads as the same, and in which nothing is a formula.

    It begins with a byte order mark, by which a spreadsheet knows that it is UTF-8.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS.values())
    for one in volunteers:
        writer.writerow([_guarded(_written(part_of(one, name))) for name in COLUMNS])
    return "\ufeff" + file.getvalue()


def _separator(text: str) -> str:
    header = text.lstrip().partition("\n")[0]
    return ";" if header.count(";") > header.count(",") else ","


def _header(cells: list[str]) -> list[str]:
    known = {_plain(name): key for key, name in COLUMNS.items()} | {_plain(key): key for key in COLUMNS}
    names = []
    for cell in cells:
        key = known.get(_plain(cell))
        if key is None and cell.strip():
            raise CsvError(
                f'There is no column "{cell.strip()[:40]}". Name it as one of these, or take it out: '
                f"{', '.join(COLUMNS.values())}."
            )
        if key in names:
            raise CsvError(f'The column "{COLUMNS[str(key)]}" is there twice. Take one of the two out.')
        names.append(key or "")
    if "email" not in names and "phone" not in names:
        raise CsvError('By "Email" or "Phone" a volunteer is known again. Add a column of one of these names.')
    return names


def _plain(name: str) -> str:
    return re.sub(r"[\s_]+", " ", name.strip().lower())


def _row(line: int, names: list[str], cells: list[str], region: str) -> CsvRow:
    parts: dict[str, Any] = {}
    problems = []
    if any(cell.strip() for cell in cells[len(names) :]):
        problems.append("This row has more cells than the first line. Put a text that holds a separator into quotes.")
    for name, cell in zip(names, cells + [""] * (len(names) - len(cells)), strict=False):
        if not name:
            if cell.strip():
                problems.append("A cell stands under a column without a name. Name the column, or empty the cell.")
            continue
        try:
            if len(cell) > _LONGEST_CELL:
                raise PartError(f"This is too long. Write at most {_LONGEST_CELL} characters.")
            parts[name] = read_part(name, _unguarded(cell), region)
        except PartError as problem:
            problems.append(f"{COLUMNS[name]}: {problem}")
    return CsvRow(line, parts, tuple(problems))


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return "; ".join(sorted(value))
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _guarded(text: str) -> str:
    return _FORMULA.sub(r"\1\2'", text)


def _unguarded(text: str) -> str:
    return _GUARDED.sub(r"\1\2", text)
