from pathlib import Path

import pytest

from helpline.content.source import line_of, read_source


def read(tmp_path: Path, text: str) -> tuple[object, list[str]]:
    path = tmp_path / "tea.yml"
    path.write_text(text)
    content, problems = read_source(tmp_path, path)
    return content, [str(problem) for problem in problems]


def test_keys_and_items_know_their_lines_and_values_are_text(tmp_path: Path) -> None:
    content, problems = read(tmp_path, "# a comment\ntitle: Yes\nitems:\n  - 1\n  - b\nnothing:\n")

    assert problems == []
    assert content == {"title": "Yes", "items": ["1", "b"], "nothing": None}
    assert [line_of(content, "title"), line_of(content["items"], 1)] == [2, 5]  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: 2\na: 3\n", "tea.yml:3 a: This stands twice in one place; keep one of them"),
        ("a: 1\n b: [\n", "tea.yml:2 tea: The file cannot be read: a colon stands in a text without quotes"),
        ("- a\nb: 2\n", "tea.yml:2 tea: The file cannot be read: "),
        ("a: [1, 2\nb: 1\n", 'tea.yml:2 tea: The file cannot be read: a "[" is opened and not closed'),
        ("a: 'b\nc: d\n", "tea.yml:1 tea: The file cannot be read: a quote begins in this line and never ends"),
    ],
)
def test_a_file_that_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    content, problems = read(tmp_path, text)

    assert content is None
    assert [problem.startswith(told) for problem in problems] == [True], problems


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    _, problems = read_source(tmp_path, tmp_path / "coffee.yml")

    assert [str(problem) for problem in problems] == ["coffee.yml coffee: The file is missing."]
