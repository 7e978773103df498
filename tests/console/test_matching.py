"""A plan for all who wait, at the console, with the real process that reckons it: made, changed, accepted in part."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from helpline.console import match_plans, matching
from helpline.store.audit import list_entries
from helpline.store.mail_tables import OutcomeAnswerRow
from helpline.store.requests import withdraw_request
from helpline.store.tables import Base
from helpline.store.volunteer_changes import set_volunteer_state
from helpline.store.volunteer_matches import propose_match
from helpline.store.volunteer_tables import MatchRow
from tests.console.conftest import Browser, Console, open_console
from tests.store.conftest import KINDS, empty_database
from tests.store.test_match_plans import TEST, add, ask, reference

PAIN = frozenset({"pain"})


@pytest.fixture(params=KINDS)
def console(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Console]:
    with empty_database(request.param, tmp_path) as database, open_console(database, monkeypatch) as made:
        yield made


@pytest.fixture
def cora(console: Console) -> Iterator[Browser]:
    """A coordinator; what she begins goes on between her pages."""
    browser = console.signed_in("cora", "coordinator")
    with browser.client:
        yield browser


def words_of(answer) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", answer.text)).split())


def made(browser: Browser, path: str = "/matching"):
    """Wait until the plan is made, and return its page."""
    for _ in range(300):
        answer = browser.get(path)
        if "is being made" not in answer.text:
            return answer
        time.sleep(0.1)
    raise AssertionError("the plan is not made")


def plan(browser: Browser):
    assert browser.post("/matching/plan").status_code == 303
    return made(browser)


def pairs_of(answer) -> list[str]:
    return re.findall(r'name="pair" value="(\d+-\d+)"', answer.text)


def version_of(answer) -> str:
    return re.search(r'name="version" value="(\d+)"', answer.text)[1]


def kept(console: Console) -> list[tuple[int, int, str]]:
    with console.database.transaction() as session:
        columns = MatchRow.request_id, MatchRow.volunteer_id, MatchRow.state
        return sorted(map(tuple, session.execute(select(*columns)).all()))


def rows_of_all_tables(console: Console) -> dict[str, int]:
    with console.database.transaction() as session:
        count = select(func.count())
        return {
            table.name: session.execute(count.select_from(table)).scalar_one() for table in Base.metadata.sorted_tables
        }


@pytest.fixture
def people(console: Console) -> dict[str, int]:
    """Two who wait and two who can help: Joan fits both best, Noor fits each less, and Ann has waited longer."""
    database = console.database
    return {
        "Ann": ask(database, "Ann", 30),
        "Bea": ask(database, "Bea", 2),
        "Joan": add(database, capacity=1),
        "Noor": add(database, "Noor", age_range="70+", subtypes=frozenset({"triple_negative"})),
    }


def test_where_nobody_waits_there_is_nothing_to_plan(console: Console, cora: Browser) -> None:
    assert "Nobody waits" in words_of(cora.get("/matching"))
    assert "Make a plan" not in cora.get("/matching").text


def test_a_plan_says_whom_it_proposes_and_why_the_longest_wait_first(
    console: Console, cora: Browser, people: dict[str, int]
) -> None:
    ask(console.database, "Carla", 60, for_whom="other")
    assert "3 wait for a volunteer" in words_of(cora.get("/matching"))
    shown = words_of(plan(cora))
    assert shown.index("Carla") < shown.index("Ann") < shown.index("Bea")
    assert "2 of 3 have a volunteer in it. This is the best plan" in shown
    assert "Joan fits" in shown
    assert "For it: " in shown
    assert "same subtype: HER2-positive" in shown
    assert "Against it: " in shown
    assert "Nobody can be proposed Of all volunteers: 2 who are carers where a patient is needed" in shown
    assert kept(console) == []
    assert list_entries(console.database) == [
        one for one in list_entries(console.database) if "match" not in one.action
    ]


def test_made_again_without_a_change_it_proposes_the_same(
    console: Console, cora: Browser, people: dict[str, int]
) -> None:
    first = pairs_of(plan(cora))
    assert pairs_of(plan(cora)) == first
    cora.post("/matching/discard")
    assert pairs_of(plan(cora)) == first
    assert len(first) == 2


def test_those_that_are_ticked_are_proposed_and_the_others_stay(
    console: Console, cora: Browser, people: dict[str, int]
) -> None:
    pairs = pairs_of(plan(cora))
    assert cora.post("/matching/accept", which="ticked").status_code == 422
    answer = cora.post("/matching/accept", which="ticked", pair=pairs[1])
    assert answer.headers["location"] == "/matching?said=matches-proposed"
    request, volunteer = map(int, pairs[1].split("-"))
    assert kept(console) == [(request, volunteer, "proposed")]
    entry = next(one for one in list_entries(console.database) if one.action == "match proposed")
    assert (entry.staff_name, entry.subject) == ("Cora", reference(console.database, request))
    assert pairs_of(cora.get("/matching")) == pairs[:1]
    assert pairs_of(plan(cora)) == pairs[:1]


def test_all_are_proposed_at_once_or_none(console: Console, cora: Browser, people: dict[str, int]) -> None:
    shown = plan(cora)
    assert cora.post("/matching/accept", which="all", version="0").status_code == 409
    assert kept(console) == []
    assert cora.post("/matching/accept", which="all", version=version_of(shown)).status_code == 303
    assert [state for _, _, state in kept(console)] == ["proposed", "proposed"]
    assert "All of it is proposed" in cora.get("/matching").text
    assert cora.post("/matching/accept", which="all", version="1").status_code == 409


def test_what_changed_meanwhile_is_said_and_nothing_else_is_lost(
    console: Console, cora: Browser, people: dict[str, int]
) -> None:
    joan = next(pair for pair in pairs_of(plan(cora)) if pair.endswith(f"-{people['Joan']}"))
    set_volunteer_state(console.database, TEST, people["Joan"], 1, "pausing")
    answer = cora.post("/matching/accept", which="all", version=version_of(cora.get("/matching")))
    assert answer.headers["location"] == "/matching?said=matches-proposed-in-part"
    shown = cora.get(answer.headers["location"])
    name = "Ann" if joan.startswith(f"{people['Ann']}-") else "Bea"
    assert f"Joan for {name}" in words_of(shown)
    assert "the volunteer is pausing" in words_of(shown)
    assert pairs_of(shown) == [joan]
    assert [volunteer for _, volunteer, _ in kept(console)] == [people["Noor"]]
    request = int(joan.split("-")[0])
    withdraw_request(console.database, reference(console.database, request), console.database.now())
    assert cora.post("/matching/accept", which="ticked", pair=joan).headers["location"].endswith("matches-refused")
    assert "does not wait any more" in cora.get("/matching").text


def test_two_coordinators_do_not_propose_to_the_same_person_twice(
    console: Console, cora: Browser, people: dict[str, int]
) -> None:
    pairs = pairs_of(plan(cora))
    dora = console.signed_in("dora", "coordinator")
    assert "Make a plan" in dora.get("/matching").text
    propose_match(console.database, TEST, people["Bea"], add(console.database, "Mia"))
    cora.post("/matching/accept", which="ticked", pair=pairs)
    assert sorted(request for request, _, _ in kept(console)) == [people["Ann"], people["Bea"]]
    assert "has somebody proposed by now" in cora.get("/matching").text


def test_choosing_somebody_else_says_what_it_costs_and_whom_before_it_is_done(
    console: Console, cora: Browser, people: dict[str, int]
) -> None:
    before = pairs_of(plan(cora))
    owner, other = (int(pair.split("-")[0]) for pair in sorted(before, key=lambda one: not one.endswith("-1")))
    choices = words_of(cora.get(f"/matching/requests/{other}"))
    assert "Proposed now Noor" in choices
    assert "Who else could be Joan" in choices
    answer = cora.post("/matching/change", request=str(other), volunteer=str(people["Joan"]), change="want")
    assert answer.headers["location"] == "/matching/change"
    shown = made(cora, "/matching/change")
    text = words_of(shown)
    assert "people fit" in text
    assert re.search(r"Joan shall be proposed to (Ann|Bea)", text)
    name = {people["Ann"]: "Ann", people["Bea"]: "Bea"}
    assert f"Who gets somebody who fits less, or nobody: 1 {name[owner]}" in text
    assert re.search(r"Before: Joan , fits \d+ of 100. Then: Noor , fits \d+ of 100", text)
    assert pairs_of(cora.get("/matching")) == before
    assert cora.post("/matching/change/leave").status_code == 303
    assert pairs_of(cora.get("/matching")) == before
    cora.post("/matching/change", request=str(other), volunteer=str(people["Joan"]), change="want")
    made(cora, "/matching/change")
    cora.post("/matching/change/accept", version=version_of(cora.get("/matching/change")))
    changed = cora.get("/matching")
    assert f"{other}-{people['Joan']}" in pairs_of(changed)
    assert "You chose this" in changed.text
    assert kept(console) == []
    assert sorted(pairs_of(plan(cora))) == sorted(pairs_of(changed))
    answer = cora.post("/matching/change", request=str(other), volunteer=str(people["Joan"]), change="take_back")
    assert "Who gets somebody who fits better: 1" in words_of(made(cora, "/matching/change"))
    assert cora.post("/matching/plan", anew="yes").status_code == 303
    assert "This is the best plan" in words_of(made(cora))


def test_a_pair_that_is_ruled_out_is_not_proposed(console: Console, cora: Browser, people: dict[str, int]) -> None:
    request, volunteer = pairs_of(plan(cora))[0].split("-")
    cora.post("/matching/change", request=request, volunteer=volunteer, change="rule_out")
    made(cora, "/matching/change")
    cora.post("/matching/change/accept", version=version_of(cora.get("/matching/change")))
    shown = cora.get("/matching")
    assert f"{request}-{volunteer}" not in pairs_of(shown)
    assert "shall not be proposed to" in shown.text
    assert "You ruled this out" in cora.get(f"/matching/requests/{request}").text


def test_a_change_that_was_looked_at_is_gone_once_somebody_is_proposed(
    console: Console, cora: Browser, people: dict[str, int]
) -> None:
    pairs = pairs_of(plan(cora))
    request, volunteer = pairs[0].split("-")
    cora.post("/matching/change", request=request, volunteer=volunteer, change="rule_out")
    first = version_of(made(cora, "/matching/change"))
    cora.post("/matching/change", request=request, volunteer=volunteer, change="want")
    made(cora, "/matching/change")
    assert cora.post("/matching/change/accept", version=first).headers["location"] == "/matching/change"
    assert pairs_of(cora.get("/matching")) == pairs
    cora.post("/matching/accept", which="ticked", pair=pairs[0])
    assert cora.post("/matching/change/accept", version=first).status_code == 409
    assert pairs_of(cora.get("/matching")) == pairs[1:]


def test_who_cannot_be_chosen_is_said_with_the_reason(console: Console, cora: Browser, people: dict[str, int]) -> None:
    plan(cora)
    set_volunteer_state(console.database, TEST, people["Joan"], 1, "pausing")
    cora.post("/matching/change", request=str(people["Bea"]), volunteer=str(people["Joan"]), change="want")
    shown = words_of(made(cora, "/matching/change"))
    assert "the volunteer is pausing" in shown
    assert "Since the plan was made, something changed" in shown
    assert cora.post("/matching/change", request="x", volunteer="1").status_code == 422
    assert cora.get("/matching/requests/999").status_code == 404


def test_a_plan_that_takes_too_long_says_so_and_can_be_tried_again(
    console: Console, cora: Browser, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.settings, "match_seconds", 0.01)
    assert "The plan was not made within 0.01 seconds." in words_of(plan(cora))
    monkeypatch.setattr(console.settings, "match_seconds", 30.0)
    assert len(pairs_of(plan(cora))) == 2


def test_a_plan_is_kept_nowhere_and_gone_after_an_hour(console: Console, cora: Browser, people: dict[str, int]) -> None:
    before = rows_of_all_tables(console)
    pair = pairs_of(plan(cora))[0]
    assert rows_of_all_tables(console) == before
    console.ahead = match_plans.KEPT_FOR - timedelta(minutes=1)
    dora = console.signed_in("dora", "coordinator")
    assert "Make a plan" in dora.get("/matching").text
    console.ahead += timedelta(minutes=2)
    cora = console.signed_in("cora", "coordinator")
    answer = cora.post("/matching/accept", which="ticked", pair=pair)
    assert answer.status_code == 409
    assert "The plan is gone" in answer.text
    assert cora.post("/matching/change", request="1", volunteer="1").status_code == 409
    assert cora.post("/matching/change/accept").status_code == 409
    assert cora.get("/matching/change").headers["location"] == "/matching"


def test_progress_is_told_and_leads_to_the_plan(console: Console, cora: Browser, people: dict[str, int]) -> None:
    cora.post("/matching/plan")
    part = cora.get("/matching/progress", headers={"HX-Request": "true"})
    assert 'hx-get="/matching/progress"' in part.text
    assert "<html" not in part.text
    made(cora)
    answer = cora.get("/matching/progress", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/matching"


def test_a_long_plan_is_shown_in_pages_and_accepted_whole(
    console: Console, cora: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "PAGE_SIZE", 2)
    for one in range(5):
        ask(console.database, f"Person{one}", one)
        add(console.database, f"Joan{one}")
    shown = plan(cora)
    assert len(pairs_of(shown)) == 2
    assert len(pairs_of(cora.get("/matching?page=3"))) == 1
    assert "Nothing on this page" in cora.get("/matching?page=9").text
    cora.post("/matching/accept", which="all", version=version_of(shown))
    assert len(kept(console)) == 5


def test_the_weights_are_explained_and_outcomes_below_five_are_hidden(console: Console, cora: Browser) -> None:
    shown = words_of(cora.get("/matching/weights"))
    assert "Weight of the same rarer kind (inflammatory, lobular); 0 for none. HELPLINE_MATCH_WEIGHT_KIND 6" in shown
    assert "HELPLINE_MATCH_SAME_ROLE Yes" in shown
    assert "Nobody has said yet how a match went." in shown
    request = ask(console.database, "Ann")
    with console.database.transaction() as session:
        for number in range(6):
            for side, answer in (("visitor", "helped"), ("volunteer", "helped" if number < 4 else "a_little")):
                values = {"request_id": request, "match_id": number, "side": side, "answer": answer}
                session.execute(insert(OutcomeAnswerRow.__table__).values(**values, at=console.database.now()))
    shown = words_of(cora.get("/matching/weights"))
    assert "It did good 6 <5 It was all right <5 <5 It was not right <5 <5 They did not get to talk <5 <5" in shown
