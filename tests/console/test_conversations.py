"""Conversations at the console: found, read, reviewed by two, and what they should have been."""

import re
from datetime import timedelta

import pytest
import yaml
from sqlalchemy import text

from helpline.console.examples import leaf_intents, rasa_yaml, reason_to_refuse
from helpline.settings import ROOT
from helpline.store.conversation_reviews import read_transcript
from helpline.store.conversations import TurnRecord, write_turn
from tests.console.conftest import Console

KEPT = {"alternatives": [["nlu_fallback", 0.4], ["faq/ned", 0.31]], "asked_back": ["faq/ned", "talk_to_person"]}


def converse(console: Console, sender: str = "visitor", said: str = "is ned a guy") -> tuple[int, int]:
    """Store a conversation; return its number and that of the turn that was not understood."""
    at = console.database.now() - timedelta(hours=1)
    turns = [
        TurnRecord("m0", at, None, [{"text": "Hello"}], {}, "greet", 1.0),
        TurnRecord("m1", at, said, [{"text": "Did you mean"}], KEPT, "nlu_fallback", 0.4),
        TurnRecord("m2", at, "I want to die", [{"text": "988"}], {"safety": {"code": "crisis.die"}}, "crisis/self", 1.0,
                   danger="crisis/self"),
    ]  # fmt: skip
    write_turn(console.database, sender, "website", 0, {}, turns)
    with console.database.transaction() as session:
        number = session.execute(text("SELECT max(id) FROM conversations")).scalar()
    return number, read_transcript(console.database, number).turns[1][0]


def shown(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def test_an_empty_list_says_what_to_do(console: Console) -> None:
    anna = console.signed_in()
    assert "No conversations yet" in anna.get("/conversations").text
    assert "Nothing fits" in anna.get("/conversations?sign=danger").text


def test_a_conversation_is_found_and_read_with_what_was_understood(console: Console) -> None:
    number, _ = converse(console)
    anna = console.signed_in()
    for query in ("", "?sign=not_understood", "?sign=asked_back", "?sign=danger", "?sample=100", "?channel=website"):
        html = anna.get(f"/conversations{query}").text
        assert f"/conversations/{number}" in html
        assert "Not a valid choice" not in html
    assert f"/conversations/{number}" not in anna.get("/conversations?sign=not_helpful").text
    html = anna.get(f"/conversations/{number}").text
    assert '<span title="faq/ned">NED, no evidence of disease</span>' in html
    page = shown(html)
    assert "is ned a guy" in page
    assert "not understood 40%" in page
    assert "Also possible NED, no evidence of disease 31%" in page
    assert "Asked back, offering NED, no evidence of disease , talk_to_person" in page
    assert "Danger raised by crisis.die" in page


@pytest.mark.parametrize(
    "query", ["?sample=0", "?sample=x", "?draw=99&sample=5", "?page=-1", "?sign=%00", "?channel=no"]
)
def test_a_filter_that_makes_no_sense_is_left_out(console: Console, query: str) -> None:
    converse(console)
    assert console.signed_in().get(f"/conversations{query}").status_code == 200


def test_pages_of_fifty(console: Console) -> None:
    for number in range(51):
        converse(console, f"visitor {number}")
    anna = console.signed_in()
    assert anna.get("/conversations").text.count('class="open"') == 50
    assert anna.get("/conversations?page=2").text.count('class="open"') == 1


def test_two_people_review_without_seeing_each_other_and_then_where_they_differ(console: Console) -> None:
    number, _ = converse(console)
    anna, ben = console.signed_in("anna"), console.signed_in("ben")
    assert anna.post(f"/conversations/{number}/review", note="no verdict").status_code == 422
    assert anna.post(f"/conversations/{number}/review", verdict="perfect").status_code == 422
    assert anna.post(f"/conversations/{number}/review", verdict="right", note="Asked kindly").status_code == 303
    before = ben.get(f"/conversations/{number}").text
    assert "Asked kindly" not in before
    assert "1 colleague has reviewed this" in before
    assert f"/conversations/{number}" in ben.get("/conversations?review=second").text
    ben.post(f"/conversations/{number}/review", verdict="wrong", note="NED is on the page")
    after = shown(ben.get(f"/conversations/{number}").text)
    assert "You differ: Anna says right, Ben says wrong" in after
    assert "Asked kindly" in after
    assert "people differ" in shown(anna.get("/conversations?review=differ").text)
    assert "reviewed by two people, who differ on 1" in shown(anna.get("/conversations").text)


def test_what_it_should_have_been_waits_for_a_coordinator_and_comes_out_as_rasa_yaml(console: Console) -> None:
    number, turn = converse(console)
    anna, cora = console.signed_in("anna"), console.signed_in("cora", "coordinator")
    form = anna.get(f"/conversations/{number}?turn={turn}").text
    assert '<option value="faq/ned">NED, no evidence of disease</option>' in form
    assert "is ned a guy</textarea>" in form
    fields = {"turn": turn, "intent": "faq/ned", "text": "is ned\na guy", "kind": "training"}
    assert anna.post(f"/conversations/{number}/proposals", **fields).status_code == 303
    assert "Anna proposed NED, no evidence of disease" in shown(anna.get(f"/conversations/{number}").text)
    again = anna.post(f"/conversations/{number}/proposals", **fields)
    assert (again.status_code, "proposed already" in again.text) == (422, True)
    assert "is ned a guy" in anna.get("/proposals").text
    assert yaml.safe_load(cora.get("/proposals/training.yml").text)["nlu"] == []
    assert cora.post("/proposals/1", status="perhaps").status_code == 422
    assert anna.post("/proposals/1", status="accepted").status_code == 403
    assert cora.post("/proposals/1", status="accepted").status_code == 303
    answer = cora.get("/proposals/training.yml")
    assert answer.headers["content-disposition"] == 'attachment; filename="training.yml"'
    assert yaml.safe_load(answer.text) == {
        "version": "3.1",
        "nlu": [{"intent": "faq/ned", "examples": "- is ned a guy\n"}],
    }
    assert yaml.safe_load(cora.get("/proposals/development.yml").text)["nlu"] == []
    cora.post("/proposals/1", status="refused")
    assert yaml.safe_load(cora.get("/proposals/training.yml").text)["nlu"] == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("my name is Grace Miller, what is NED", "a name"),
        ("call me at 215 555 0142", "a phone number"),
        ("write to grace@example.org", "an email address"),
        ("tell [name] what NED is", "a mark"),
        ("", "Write what somebody might say"),
        ("x" * 501, "too long"),
        ("what is [NED](topic)", "Square brackets"),
        ("/greet", "Square brackets"),
    ],
)
def test_what_tells_who_somebody_is_is_refused_with_the_reason(console: Console, words: str, reason: str) -> None:
    number, turn = converse(console)
    anna = console.signed_in()
    fields = {"turn": turn, "intent": "faq/ned", "text": words, "kind": "training"}
    answer = anna.post(f"/conversations/{number}/proposals", **fields)
    assert answer.status_code == 422
    assert reason.lower() in shown(answer.text).lower()
    with console.database.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM example_proposals")).scalar() == 0


def test_only_known_intents_and_turns_of_the_conversation(console: Console) -> None:
    number, turn = converse(console)
    other, _ = converse(console, "another")
    anna = console.signed_in()
    fields = {"turn": turn, "intent": "faq/nonsense", "text": "what is NED", "kind": "training"}
    assert "Choose an intent of the list" in anna.post(f"/conversations/{number}/proposals", **fields).text
    assert anna.post(f"/conversations/{other}/proposals", **{**fields, "intent": "faq/ned"}).status_code == 422
    assert anna.post(f"/conversations/{number}/proposals", **{**fields, "turn": "x"}).status_code == 404
    assert anna.post(f"/conversations/{number}/proposals", **{**fields, "kind": "x"}).status_code == 422


def test_what_is_not_kept_any_more_is_said(console: Console) -> None:
    anna = console.signed_in()
    for path in ("/conversations/999", "/conversations/99999999999999999999"):
        assert anna.get(path).status_code == 404
    assert anna.post("/conversations/999/review", verdict="right").status_code == 404
    assert console.signed_in("cora", "coordinator").post("/proposals/999", status="accepted").status_code == 404


def test_leaf_intents_are_those_of_the_training_data() -> None:
    found = leaf_intents(ROOT)
    assert {"faq/ned", "crisis/self", "greet", "talk_to_person"} <= set(found)
    assert list(found) == sorted(set(found))


def test_nothing_accepted_is_a_file_without_examples() -> None:
    assert yaml.safe_load(rasa_yaml([])) == {"version": "3.1", "nlu": []}
    assert reason_to_refuse("what is NED: a guy? - yes", []) is None
