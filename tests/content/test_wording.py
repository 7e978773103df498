"""Wording is changed in its file, and nothing else there is: neither comments nor layout nor what else it says."""

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.content.project import read_project
from helpline.content.source import parse_source
from helpline.content.wording import Wording, cleaned, with_changed, wording_in
from helpline.errors import ContentError
from helpline.settings import ROOT

FILE = "data/responses/tea.yml"
TEXT = """\
version: "3.1"

# Before all.
responses:
  # Before the first.
  utter_tea:
    - text: |-
        Tea is warm.

        - It is "good".
      buttons:
        - title: "Yes"   # quoted, or it is a truth
          payload: Yes
        - title: Make tea
          payload: /make_tea
      # Before the metadata.
      metadata: {title: 'It''s tea', reviewed: "2025-01-01"}
    - condition:
        - type: slot
          name: cup
          value: full
      text: Your cup is full.

  # Between.
  utter_folded:
    - text: >-
        One
        two

  utter_flow: [{text: "a", buttons: [{title: b, payload: /c}]}]
  utter_last:
    - text: |-
        The end.
"""
WORDS = st.text(st.characters(min_codepoint=0, max_codepoint=0x10FFFF), max_size=120)


def said(name: str) -> tuple[Wording, ...]:
    return wording_in(FILE, TEXT, name)


def changes(text: str) -> list[str]:
    lines = difflib.unified_diff(TEXT.split("\n"), text.split("\n"), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def test_what_is_the_same_leaves_the_file_as_it_is() -> None:
    for name in ("utter_tea", "utter_folded", "utter_flow", "utter_last"):
        assert with_changed(FILE, TEXT, name, said(name)) == TEXT


def test_only_the_lines_that_say_something_else_change() -> None:
    block, plain = said("utter_tea")
    assert (block.titles, plain) == (("Yes", "Make tea"), Wording("Your cup is full."))
    new = (
        Wording('Tea is hot.\n\n- It is "good".\n- It\'s: tea # really', ("No", "Pour: tea")),
        Wording("It's full: stop."),
    )
    changed = with_changed(FILE, TEXT, "utter_tea", new)
    assert changes(changed) == [
        "-        Tea is warm.",
        "+        Tea is hot.",
        "+        - It's: tea # really",
        '-        - title: "Yes"   # quoted, or it is a truth',
        '+        - title: "No"   # quoted, or it is a truth',
        "-        - title: Make tea",
        '+        - title: "Pour: tea"',
        "-      text: Your cup is full.",
        '+      text: "It\'s full: stop."',
    ]


@pytest.mark.parametrize(
    ("name", "new", "expected"),
    [
        ("utter_folded", "One\ntwo", ["-    - text: >-", "+    - text: |-"]),
        ("utter_flow", "a\nb", [
            '-  utter_flow: [{text: "a", buttons: [{title: b, payload: /c}]}]',
            '+  utter_flow: [{text: "a\\nb", buttons: [{title: b, payload: /c}]}]',
        ]),
        ("utter_last", "The end.\n\nReally.", ["+        Really.", "+"]),
    ],
)  # fmt: skip
def test_other_ways_of_writing(name: str, new: str, expected: list[str]) -> None:
    wording = tuple(Wording(new, one.titles) for one in said(name))
    assert changes(with_changed(FILE, TEXT, name, wording)) == expected


@pytest.mark.parametrize(
    "title", ["Yes", "2025-01-01", "12", "null", "~", "# no", "- no", "a: b", "'", '"', "*x", "&x", "!x"]
)
def test_a_title_that_would_be_something_else_is_quoted(title: str) -> None:
    block, plain = said("utter_tea")
    changed = with_changed(FILE, TEXT, "utter_tea", (Wording(block.text, ("Yes", title)), plain))
    assert wording_in(FILE, changed, "utter_tea")[0].titles == ("Yes", title)
    assert f"title: {title}\n" not in changed


@given(text=WORDS, title=WORDS)
@settings(max_examples=300, deadline=None)
def test_whatever_is_typed_is_said_and_nothing_else_changes_or_it_is_refused(text: str, title: str) -> None:
    new = (cleaned(Wording(text, ("Yes", title))), said("utter_tea")[1])
    try:
        changed = with_changed(FILE, TEXT, "utter_tea", new)
    except ContentError:
        return
    assert wording_in(FILE, changed, "utter_tea") == new
    before, after = parse_source(FILE, TEXT)[0], parse_source(FILE, changed)[0]
    before["responses"]["utter_tea"][0]["text"] = new[0].text
    before["responses"]["utter_tea"][0]["buttons"][1]["title"] = new[0].titles[1]
    assert after == before


def test_a_response_with_other_parts_is_not_changed() -> None:
    with pytest.raises(ContentError, match="has other parts now"):
        with_changed(FILE, TEXT, "utter_last", (Wording("a", ("one",)),))


def test_every_response_of_the_project_can_be_changed_and_changed_back() -> None:
    files = {response.name: response.file for response in read_project(ROOT).responses}
    for name, file in files.items():
        text = (ROOT / file).read_text()
        wording = wording_in(file, text, name)
        assert with_changed(file, text, name, wording) == text
        new = tuple(Wording(f"{one.text}\n\nOne more: line.", one.titles) for one in wording)
        changed = with_changed(file, text, name, new)
        assert wording_in(file, changed, name) == new
        assert wording_in(file, with_changed(file, changed, name, wording), name) == wording


def test_what_cannot_be_seen_is_cleaned_away() -> None:
    typed = Wording(" a \r\n\tb\x00\x1b \u2028c\ud800 ", ("  One\n two\x07 ",))
    assert cleaned(typed) == Wording("a\n b\nc", ("One two",))
