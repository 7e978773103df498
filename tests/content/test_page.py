"""A new version of the page is held against what is kept of it, without a sentence of it being kept."""

import shutil
import textwrap
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from helpline.cli.main import commands
from helpline.content.ledger import read_ledger
from helpline.content.page import PAGE, PageText, fact_key, read_page, record_page
from helpline.content.page_diff import compare_page
from helpline.errors import ContentError
from helpline.settings import ROOT

LEDGER = {
    "page": {"reviewed": "2025-01-01", "sections": ["Tea", "Quick facts", "How to drink it"]},
    "topics": {
        "heat": [
            {"fact": "Tea is hot.", "place": "Tea", "on_page": ["served hot"]},
            {"fact": "It cools.", "place": "Tea", "on_page": ["cools down", "a while"]},
        ],
        "share": [{"fact": "Who drinks it.", "place": "Quick facts", "on_page": ["20% to 30%", "every day"]}],
        "milk": [{"fact": "Milk may be added.", "place": "How to drink it", "on_page": ["with milk"]}],
    },
}
TEXT = """page_title
Tea

Tea is served hot. It cools down after a while on the table.

Quick facts

  • An estimated 20% to 30% of people drink tea every day. (Leaf, 2022)
  • Green tea

How to drink it

Some people like their tea best with milk and sugar. Don\u2019t hurry while you drink it.
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "data/topics").mkdir(parents=True)
    (tmp_path / "content/facts.yml").write_text(yaml.safe_dump(LEDGER, sort_keys=False))
    (tmp_path / "data/topics/share.yml").write_text(
        "responses:\n  utter_faq/share:\n    - text: Many.\n  utter_share_simply:\n    - text: Some.\n"
    )
    record_page(tmp_path, TEXT)
    return tmp_path


def test_no_sentence_of_the_page_is_kept(root: Path) -> None:
    kept = (root / PAGE).read_text()

    assert "sugar" not in kept
    assert "estimated" not in kept
    assert {sentence.section for sentence in read_page(root)} == {"", "Tea", "Quick facts", "How to drink it"}


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("\u2019", "'").replace("•", "-").replace("\n", "\r\n"),
        "\n".join(textwrap.fill(line, 30) for line in TEXT.split("\n")),
        f"Home\nMenu\n{TEXT}\nShare this",
        TEXT.replace("20% to 30%", "20 percent to 30 percent"),
    ],
)
def test_the_same_page_in_another_form_touches_nothing(root: Path, text: str) -> None:
    assert compare_page(root, text).is_empty


def test_a_figure_that_changed_is_told_with_what_the_page_says_now_and_the_answers(root: Path) -> None:
    difference = compare_page(root, TEXT.replace("20%", "25%"))

    assert [(touched.fact.fact, touched.missing) for touched in difference.gone] == [
        ("Who drinks it.", ("20% to 30%",))
    ]
    assert difference.gone[0].now[0].text == "An estimated 25% to 30% of people drink tea every day"
    assert (difference.reworded, difference.unclaimed) == ([], [])
    assert difference.answers == {
        "share": [
            "content/facts.yml:" + str(read_ledger(root)[0].lines["share"]),
            "data/topics/share.yml:2 utter_faq/share",
            "data/topics/share.yml:4 utter_share_simply",
        ]
    }


def test_a_sentence_in_other_words_touches_its_facts_alone(root: Path) -> None:
    difference = compare_page(root, TEXT.replace("It cools down after a while on", "After a while it cools down on"))

    assert [touched.fact.fact for touched in difference.reworded] == ["It cools."]
    assert difference.gone == []


def test_what_is_new_is_told_with_its_section(root: Path) -> None:
    difference = compare_page(root, TEXT.replace("• Green tea", "• Green tea\n  • Tea with lemon helps a cold"))

    assert [(passage.text, passage.section) for passage in difference.unclaimed] == [
        ("Tea with lemon helps a cold", "Quick facts")
    ]
    assert difference.facts == []


def test_a_part_that_was_removed_is_told(root: Path) -> None:
    difference = compare_page(root, TEXT[: TEXT.index("How to drink it")])

    assert [touched.fact.topic for touched in difference.gone] == ["milk"]


def test_a_part_that_moved_touches_nothing(root: Path) -> None:
    facts, drink = TEXT.index("Quick facts"), TEXT.index("How to drink it")

    assert compare_page(root, TEXT[:facts] + TEXT[drink:] + "\n" + TEXT[facts:drink]).is_empty


def test_words_of_a_fact_far_from_each_other_are_no_fact(root: Path) -> None:
    apart = TEXT.replace("cools down after a while", "cools down") + "word " * 200 + "a while"

    assert [touched.missing for touched in compare_page(root, apart).gone] == [()]


def test_a_page_that_lacks_a_fact_is_not_recorded(root: Path) -> None:
    before = (root / PAGE).read_text()

    with pytest.raises(ContentError, match="share: Who drinks it"):
        record_page(root, TEXT.replace("20%", "25%"))

    assert (root / PAGE).read_text() == before


def test_a_project_without_the_record_says_how_to_make_it(root: Path) -> None:
    (root / PAGE).unlink()

    with pytest.raises(ContentError, match="helpline content record"):
        compare_page(root, TEXT)


def test_the_command_says_it_in_words_and_with_its_status(root: Path) -> None:
    new = root / "new.txt"
    new.write_text(TEXT.replace("20%", "25%"), encoding="utf-8")

    changed = CliRunner().invoke(commands, ["content", "diff", str(new), "--root", str(root)])
    refused = CliRunner().invoke(commands, ["content", "record", str(new), "--root", str(root)])
    new.write_text(TEXT, encoding="utf-8")
    same = CliRunner().invoke(commands, ["content", "diff", str(new), "--root", str(root)])

    assert changed.exit_code == 1
    assert 'The page no longer says "20% to 30%".' in changed.output
    assert 'Now: "An estimated 25% to 30% of people drink tea every day" (Quick facts)' in changed.output
    assert "data/topics/share.yml:2 utter_faq/share" in changed.output
    assert isinstance(refused.exception, ContentError)
    assert (same.exit_code, same.output) == (0, "The page says what the ledger knows. Nothing to do.\n")


def test_every_fact_of_the_project_rests_on_a_sentence_of_its_page() -> None:
    ledger, _ = read_ledger(ROOT)
    resting = {key for sentence in read_page(ROOT) for key in sentence.facts}

    assert {fact_key(fact) for facts in ledger.facts.values() for fact in facts} == resting


def test_the_project_can_be_compared_with_nothing_but_itself(tmp_path: Path) -> None:
    for folder in ("content", "data/topics"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("lexicon", "safety"))

    difference = compare_page(tmp_path, "Nothing of it is left.")

    assert len(difference.gone) == sum(len(facts) for facts in read_ledger(ROOT)[0].facts.values())


def test_words_are_read_without_marks_and_capitals() -> None:
    assert PageText("HER2\u2019s “5\u201315 percent”, U.S.").words == ["her", "2", "s", "5", "15", "%", "u", "s"]
