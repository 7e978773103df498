import re
import statistics
from pathlib import Path

import pytest
import textstat

from helpline.content.project import read_project
from helpline.content.readability import FEWEST_WORDS, count_syllables, measure_readability, reading_grade
from helpline.settings import ROOT


def answer(root: Path, topic: str, text: str) -> None:
    folder = root / "data/topics"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{topic}.yml").write_text(f'responses:\n  utter_faq/{topic}:\n    - text: "{text}"\n')


def test_long_words_and_sentences_read_harder_than_short_ones(tmp_path: Path) -> None:
    answer(tmp_path, "easy", "The cat sat on the mat. It was warm.")
    answer(tmp_path, "hard", "Heterogeneous characteristics necessitate individualised therapeutic deliberation.")

    grades = measure_readability(tmp_path)

    assert grades.hardest == "hard"
    assert grades.grades["easy"] < 3 < 12 < grades.grades["hard"]
    assert grades.words == {"easy": 9, "hard": 6}
    assert grades.wording == {f"utter_faq/{topic}": grade for topic, grade in grades.grades.items()}
    assert grades.average_of_wording == grades.average


def test_no_answers_have_no_grade(tmp_path: Path) -> None:
    grades = measure_readability(tmp_path)

    assert (grades.average, grades.average_of_wording, grades.hardest) == (0.0, 0.0, "none")


def test_the_answers_of_the_project_read_easily() -> None:
    grades = measure_readability(ROOT)

    assert len(grades.grades) == 50
    assert grades.average <= 7
    assert grades.average_of_wording <= 7
    assert len(grades.wording) > 200
    assert {topic: grade for topic, grade in grades.grades.items() if grade > 11} == {}


@pytest.mark.parametrize(
    ("syllables", "words"),
    [
        (1, "live bones lived hours cure learned NED breast through"),
        (2, "cancer little people changes wanted patient being social question someone's quiet"),
        (3, "area volunteer diagnose oncology's hospital"),
        (4, "diagnosis biomarker metastatic radiation"),
        (5, "immunotherapy"),
    ],
)
def test_syllables_are_counted_as_they_are_spoken(syllables: int, words: str) -> None:
    counted = {word: count_syllables(word) for word in words.split()}
    assert sum(number == syllables for number in counted.values()) >= len(counted) - 1, counted


def test_each_line_of_a_list_is_read_as_a_sentence() -> None:
    listed = "You can do this:\n- call the helpline\n- write to the helpline\n- ask your care team"
    assert (
        reading_grade(listed) == reading_grade(listed.replace("\n-", ".\n-")) < reading_grade(listed.replace("\n-", ""))
    )


def test_the_grade_is_near_to_that_of_textstat() -> None:
    texts = [one.text for one in read_project(ROOT).responses if len(one.text.split()) >= FEWEST_WORDS]
    theirs, ours = ([grade(text) for text in texts] for grade in (textstat.flesch_kincaid_grade, reading_grade))
    assert abs(statistics.mean(ours) - statistics.mean(theirs)) < 0.5
    assert statistics.correlation(ours, theirs) > 0.8


def widget_strings() -> dict[str, str]:
    """Return what the widget says by itself, by name, with numbers and dates filled in."""
    found: dict[str, str] = {}
    for path in ROOT.glob("widget/src/**/strings.ts"):
        source = path.read_text()
        for name, text in re.findall(r'^\s+(\w+):\s*(?:\([^)]*\) =>\s*)?[`"](.+?)[`"],$', source, re.MULTILINE):
            found[name] = re.sub(r"\$\{[^}]*\}", "12", text)
    return found


def test_what_the_widget_says_reads_easily() -> None:
    said = {name: text for name, text in widget_strings().items() if len(text.split()) >= FEWEST_WORDS}
    assert {"eraseAsk", "offline", "unsaved", "tooLong", "erasedPartly", "erasedAll", "down"} <= set(said)
    assert len(said) > 15
    for grade in (reading_grade, textstat.flesch_kincaid_grade):
        grades = {name: grade(text) for name, text in said.items()}
        assert statistics.mean(grades.values()) <= 7, grades
        assert {name: value for name, value in grades.items() if value > 9} == {}
