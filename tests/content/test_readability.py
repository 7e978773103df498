from pathlib import Path

from helpline.content.readability import measure_readability
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


def test_no_answers_have_no_grade(tmp_path: Path) -> None:
    grades = measure_readability(tmp_path)

    assert (grades.average, grades.hardest) == (0.0, "none")


def test_the_answers_of_the_project_read_easily() -> None:
    grades = measure_readability(ROOT)

    assert len(grades.grades) == 50
    assert grades.average <= 9
    assert {topic: grade for topic, grade in grades.grades.items() if grade > 11} == {}
