from pathlib import Path

import pytest

from helpline.content.typing_mistakes import typing_mistakes
from helpline.settings import ROOT

TEA = """version: "3.1"

nlu:
  - intent: faq/tea
    examples: |
      - what is tea
      - is it hot

responses:
  utter_faq/tea:
    - text: |-
        Tea is hot. It isn't cold.
      buttons:
        - title: More on tea
          payload: '/ask_topic{"topic": "coffee"}'
      metadata:
        title: Tea, a drink
        reviewed: "2025-07-10"
"""

# What an editor does: what is replaced in the file by what; the line that is told; words of what is said.
MISTAKES = {
    "a date without quotes": (
        '"2025-07-10"',
        "2025-07-10",
        18,
        'a date, not as text. Put quotes around it: reviewed: "',
    ),
    "a version without quotes": ('"3.1"', "3.1", 1, 'a number, not as text. Put quotes around it: version: "3.1"'),
    "a title that is a truth": ("Tea, a drink", "true", 17, "read as yes or no, not as text. Put quotes"),
    "a star": ("- what", "* what", 6, 'begins with "*"'),
    "an en dash": ("- what", "\u2013 what", 6, 'begins with "\u2013"'),
    "a bullet in an answer": ("Tea is hot.", "\u2022 Tea is hot.", 12, 'begins with "\u2022"'),
    "no dash": ("- what", "what", 6, 'does not begin with "- "'),
    "no dash at a button": ("- title: More", "  title: More", 14, 'Each button begins with "- title: "'),
    "a dash of another kind at a button": ("- title: More", "\u2014 title: More", 14, 'begins with "\u2014"'),
    "a title that is cut": ("Tea, a drink", "Tea, drink #1", 17, 'title: "Tea, drink #1"'),
    "a button that is cut": ("More on tea", "More # on tea", 14, 'title: "More # on tea"'),
    "brackets": ("what is tea", "what is [tea](drink)", 6, "[tea](drink)"),
    "brackets and braces": ("what is tea", 'is [tea]{"a": "b"} hot', 6, "Take them away"),
    "a slash": ("- what", "- /what", 6, 'begins with "/"'),
    "a zero-width space": ("what is", "what\u200b is", 6, 'zero width space) after "- what"'),
    "a soft hyphen": ("Tea, a drink", "Tea, a dr\u00adink", 17, "soft hyphen"),
    "a space that is none": ("        title: Tea", "     \u00a0  title: Tea", 17, "no-break space) at its start"),
    "a tab": ("        title: Tea", "\ttitle: Tea", 17, "a tab) at its start"),
    "Word's quotes around a date": ('"2025-07-10"', "\u201c2025-07-10\u201d", 18, "quotes as Word makes them (\u201c)"),
    "Word's quotes in a payload": ('{"topic"', "{\u201ctopic\u201d", 15, "quotes as Word makes them"),
    "Word's apostrophe": ("isn't", "isn\u2019t", 12, "quotes as Word makes them (\u2019)"),
    "no bar after examples": ("examples: |", "examples:", 6, 'a space and a "|"'),
    "a part that is mistyped": ("responses:", "respones:", 9, 'Is "responses" meant?'),
    "examples that are mistyped": ("examples:", "exmaples:", 5, 'Is "examples" meant?'),
    "a title of a button that is mistyped": ("- title: More", "- titel: More", 14, 'Is "title" meant?'),
    "a text without a dash": ("    - text: |-", "      text: |-", 10, 'begins with "- text: "'),
    "a colon in a title": ("Tea, a drink", "Tea: a drink", 17, "a colon stands in a text without quotes"),
    "a quote that never ends": ('"2025-07-10"', '"2025-07-10', 18, "a quote begins in this line and never ends"),
    "quotes around a part of a title": ("Tea, a drink", '"Tea", a drink', 17, "a text goes on behind its quotes"),
    "spaces too many": ("        title: Tea", "         title: Tea", 18, "the spaces at the start of this line"),
}


def mistakes(root: Path, text: str, name: str = "tea") -> list[str]:
    path = root / f"data/topics/{name}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return [str(problem) for problem in typing_mistakes(root)]


@pytest.mark.parametrize(("old", "new", "line", "told"), MISTAKES.values(), ids=MISTAKES)
def test_one_mistake_is_told_once_with_its_line(tmp_path: Path, old: str, new: str, line: int, told: str) -> None:
    assert old in TEA

    found = mistakes(tmp_path, TEA.replace(old, new, 1))

    assert len(found) == 1, found
    assert found[0].startswith(f"data/topics/tea.yml:{line} ")
    assert told in found[0]


def test_the_same_example_in_two_topics_is_told_at_the_second(tmp_path: Path) -> None:
    coffee = TEA.replace("faq/tea", "faq/coffee").replace("is it hot", "is it strong").replace("what is", "What  is")
    assert mistakes(tmp_path, coffee, "coffee") == []

    found = mistakes(tmp_path, TEA)

    assert len(found) == 1
    assert found[0].startswith('data/topics/tea.yml:6 faq/tea: The example "what is tea" stands under faq/coffee too')
    assert "(data/topics/coffee.yml:6)" in found[0]


def test_a_file_of_another_encoding_is_told(tmp_path: Path) -> None:
    assert mistakes(tmp_path, TEA) == []
    (tmp_path / "data/topics/tea.yml").write_bytes(TEA.replace("hot", "h\u00f6t").encode("cp1252"))

    assert "not saved as UTF-8" in str(typing_mistakes(tmp_path)[0])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("what is tea", "tea # 1, or [tea]?"),
        ("what is tea", "so many appointments \U0001f635\u200d\U0001f4ab"),
        ("what is tea", "\u0915\u094d\u200d\u0937 chai"),
        ("Tea, a drink", '"Tea, drink #1"'),
        ("\n", "\r\n"),
    ],
)
def test_what_is_right_is_not_told(tmp_path: Path, old: str, new: str) -> None:
    assert mistakes(tmp_path, TEA.replace(old, new)) == []


def test_the_projects_own_content_has_none() -> None:
    assert [str(problem) for problem in typing_mistakes(ROOT)] == []
