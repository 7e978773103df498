"""A file of volunteers: read in each shape that spreadsheets save, refused in plain words, written without formulas."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.volunteers import profile as words
from helpline.volunteers.content import LANGUAGES, PARTS, VolunteerContent, with_parts
from helpline.volunteers.csv_file import COLUMNS, LONGEST_FILE, MOST_ROWS, CsvError, read_csv, write_csv
from tests.builders import volunteer


def read(text: str) -> list[dict]:
    rows = read_csv(text, "US")
    assert [row.problems for row in rows] == [()] * len(rows)
    return [row.parts for row in rows]


def wrong(text: str) -> str:
    (row,) = read_csv(text, "US")
    return " ".join(row.problems)


def refused(text: str) -> str:
    with pytest.raises(CsvError) as caught:
        read_csv(text, "US")
    return str(caught.value)


def test_each_part_has_a_column():
    assert set(COLUMNS) == set(PARTS)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_marks_separators_and_line_ends_of_all_spreadsheets(mark, separator, end):
    lines = [
        ["Name", "Email", "Languages"],
        ["Joan", "joan@example.org", '"es; en"'],
        [""],
        ["Ann", "a@example.org", ""],
    ]
    text = mark + end.join(separator.join(line) for line in lines) + end
    assert read(text) == [
        {"name": "Joan", "email": "joan@example.org", "languages": {"es", "en"}},
        {"name": "Ann", "email": "a@example.org", "languages": {"en"}},
    ]


def test_words_are_taken_as_people_write_them():
    parts = read(
        "name,EMAIL,lived through,subtypes,Metastatic,age,treatment ended on,work,Spread to\n"
        'Joan,Joan@Example.org,"Telling children; fear-of-dying",HER2 positive,No,70+,2019-5-1,at home,Lymph nodes\n'
    )[0]
    assert parts == {
        "name": "Joan",
        "email": "joan@example.org",
        "concerns": {"telling_children", "fear_of_dying"},
        "subtypes": {"her2_positive"},
        "metastatic": False,
        "age_range": "70+",
        "treatment_ended": date(2019, 5, 1),
        "work": "at_home",
        "sites": {"lymph_nodes"},
    }


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("Languages", "Klingonisch!", 'Languages: "Klingonisch!" is not a language. Write its English name'),
        ("Languages", '"a1;b2"', "is not a language"),
        ("Phone", "555", "Phone: This is not a phone number. Write one such as (215) 555-0142"),
        ("Metastatic", "perhaps", 'Metastatic: "perhaps" is neither yes nor no. Write yes or no.'),
        ("Trained on", "31.3.2026", 'Trained on: "31.3.2026" is not a day. Write it as year-month-day'),
        ("Trained on", "2026-02-30", "is not a day"),
        ("How many at once", "0", 'How many at once: "0" does not fit. Write a number from 1 to 20.'),
        ("How many at once", "1.5", "does not fit"),
        ("Days of rest", "9999", "Write a number from 0 to 180."),
        ("Subtypes", "her2", '"her2" is not one of these: hormone_receptor_positive, her2_positive'),
        ("State", "removed", '"removed" is not one of these: active, pausing.'),
        ("Notes", "a" * 5000, "Notes: This is too long. Write at most 4000 characters."),
        ("Name", "a" * 81, "Name: This is too long. Write at most 80 characters."),
    ],
)
def test_what_is_wrong_with_a_cell_says_what_to_write(column, cell, said):
    assert said in wrong(f"Email,{column}\njoan@example.org,{cell}\n")


def test_what_is_wrong_with_an_address_or_a_row():
    assert "This is not an email address. Write one such as joan@example.org." in wrong("email\nnobody\n")
    assert "more cells than the first line" in wrong("name,email\nJoan,joan@example.org,x\n")
    assert "under a column without a name" in wrong("name,email,\nJoan,joan@example.org,x\n")
    assert read_csv("name,email\nJoan\n", "US")[0].parts == {"name": "Joan", "email": None}


def test_a_row_is_told_by_the_line_on_which_it_begins():
    text = 'name,email,notes\nJoan,joan@example.org,"two\nlines"\nAnn,nobody,\n'
    assert [(row.line, len(row.problems)) for row in read_csv(text, "US")] == [(2, 0), (4, 1)]


def test_files_that_cannot_be_read_at_all():
    assert "The file is empty. Its first line names the columns: Name, Email" in refused(" \n\n")
    assert 'There is no column "Vorname". Name it as one of these' in refused("Vorname,email\n")
    assert 'The column "Email" is there twice' in refused("email,E-Mail\n".replace("E-Mail", "EMAIL"))
    assert "Add a column" in refused("name,notes\nJoan,x\n")
    assert "a quote does not close" in refused('name,email\n"Joan,joan@example.org\n')
    assert "CSV UTF-8" in refused("name,email\nJos\ufffd,j@example.org\n")
    assert "longer than 2 million characters" in refused("name,email\n" + "x" * LONGEST_FILE)
    assert f"more than {MOST_ROWS} volunteers" in refused("email\n" + "a@example.org\n" * (MOST_ROWS + 1))


@pytest.mark.parametrize(
    "text", ["=cmd()", "+1", "-1", "@x", "\t=1", "'=1", "''@", "a;=1", "a; =1", "a\n=1", "\uff1d1", "x,-1"]
)
def test_nothing_that_is_written_is_a_formula_in_any_spreadsheet(text):
    one = volunteer(name="x" + text, notes=text.strip())
    file = write_csv([one, volunteer(name=text.strip(), notes=None)])
    for separator in ",;\t":
        for line in csv.reader(io.StringIO(file.removeprefix("\ufeff"), newline=""), delimiter=separator):
            for cell in line:
                assert cell.lstrip(' "')[:1] not in {*"=+-@\uff1d\uff0b\uff0d\uff20"}, (separator, cell)
    assert [row["notes"] for row in read(file)] == [text.strip(), None]


def test_a_file_begins_with_a_mark_and_writes_numbers_so_that_they_stay_numbers():
    file = write_csv([volunteer()])
    assert file.startswith('\ufeff"Name","Email","Phone"')
    assert '"\'+12155550177"' in file


def some_of(values):
    return st.frozensets(st.sampled_from(sorted(values)))


def one_of(values):
    return st.none() | st.sampled_from(values)


LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
TEXT = st.lists(st.sampled_from(["=", "+", "-", "@", "'", " ", ";", ",", "\n", "\t", '"', "a"]), max_size=12).map(
    "".join
)
DAYS = st.none() | st.dates(date(1950, 1, 1), date(2026, 1, 1))


@given(
    name=LINES | TEXT,
    notes=LINES | TEXT,
    parts=st.fixed_dictionaries(
        {
            "email": st.sampled_from([None, "joan@example.org", "o'neil+x@example.org"]),
            "phone": st.sampled_from([None, "+12155550177", "+493012345678"]),
            "state": st.sampled_from(words.STATES),
            "role": st.sampled_from(words.ROLES),
            "metastatic": st.booleans(),
            "treatment_ended": DAYS,
            "trained_on": DAYS,
            "diagnosis": one_of(words.DIAGNOSES),
            "age_range": one_of(words.AGE_RANGES),
            "children": one_of(words.CHILDREN),
            "work": one_of(words.WORK),
            "subtypes": some_of(words.SUBTYPES),
            "sites": some_of(words.SITES),
            "concerns": some_of(words.CONCERNS),
            "times": some_of(words.TIMES),
            "methods": st.frozensets(st.sampled_from(words.METHODS), min_size=1),
            "languages": st.frozensets(st.sampled_from(sorted(LANGUAGES)), min_size=1, max_size=9),
            "capacity": st.integers(1, 20),
            "rest_days": st.integers(0, 180),
        }
    ),
)
def test_what_is_written_is_read_as_the_same(name, notes, parts):
    # As the console keeps them.
    kept = {"name": " ".join(name.split()), "notes": notes.replace("\r\n", "\n").replace("\r", "\n").strip() or None}
    one = with_parts(VolunteerContent(), {**parts, **kept})
    assert read(write_csv([one, volunteer()]))[0] == {**parts, **kept}
