"""Who waits for a volunteer, and proposals made all at once: all that can be, and the reason for each that cannot."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpline.store.audit import Actor, list_entries
from helpline.store.database import Database
from helpline.store.match_plans import count_waiting, list_waiting, propose_pairs
from helpline.store.requests import save_request, withdraw_request
from helpline.store.tables import RequestRow
from helpline.store.volunteer_changes import add_volunteer, set_volunteer_state
from helpline.store.volunteer_matches import move_match, propose_match
from helpline.store.volunteer_tables import MatchRow
from helpline.volunteers.weights import DEFAULT_WEIGHTS
from tests.builders import volunteer, volunteer_request

TEST = Actor(None, "test")


def ask(database: Database, name: str, days: int = 0, **changes) -> int:
    """Save a sign-up of so many days ago, and return its row."""
    request = volunteer_request(first_name=name, contact_address=f"{name.lower()}@example.org", **changes)
    code = save_request(database, request, f"sender of {name}", database.now() - timedelta(days=days))
    with database.transaction() as session:
        return session.execute(select(RequestRow.id).where(RequestRow.reference == code)).scalar_one()


def add(database: Database, name: str = "Joan", **parts) -> int:
    return add_volunteer(database, TEST, volunteer(name=name, email=f"{name.lower()}@example.org", phone=None, **parts))


def reference(database: Database, number: int) -> str:
    with database.transaction() as session:
        return session.execute(select(RequestRow.reference).where(RequestRow.id == number)).scalar_one()


def test_those_who_wait_come_with_the_longest_wait_first(database: Database) -> None:
    ann, bea, cleo = (
        ask(database, "Ann", 2),
        ask(database, "Bea", 9, main_concern="telling my kids"),
        ask(database, "C"),
    )
    withdraw_request(database, reference(database, cleo), database.now())
    assert [one.first_name for one in list_waiting(database)] == ["Bea", "Ann"]
    assert count_waiting(database) == 2
    assert list_waiting(database)[0].need.concerns == {"telling_children"}
    assert [one.need.id for one in list_waiting(database, [ann, cleo])] == [ann]
    match = propose_match(database, TEST, bea, add(database))
    assert [one.first_name for one in list_waiting(database)] == ["Ann"]
    move_match(database, TEST, match, "proposed", "asked")
    move_match(database, TEST, match, "asked", "declined")
    assert [one.need.declined for one in list_waiting(database)] == [{1}, frozenset()]


def test_all_pairs_that_can_be_are_made_and_the_others_say_why_not(database: Database) -> None:
    ann, bea, cleo, dora, eve = (ask(database, name) for name in ("Ann", "Bea", "Cleo", "Dora", "Eve"))
    joan, noor, mia = (
        add(database, capacity=2),
        add(database, "Noor"),
        add(database, "Mia", methods=frozenset({"phone"})),
    )
    set_volunteer_state(database, TEST, noor, 1, "pausing")
    withdraw_request(database, reference(database, eve), database.now())
    pairs = [(ann, joan), (bea, joan), (cleo, joan), (dora, noor), (eve, joan), (cleo, mia), (ann, joan), (dora, 99)]
    refused = propose_pairs(database, TEST, pairs, DEFAULT_WEIGHTS)
    assert [(one.request_id, one.volunteer_id, one.why) for one in refused] == [
        (cleo, joan, "the volunteer has as many people as they take at once (2)"),
        (dora, noor, "the volunteer is pausing"),
        (eve, joan, "does not wait any more, or has somebody proposed by now"),
        (cleo, mia, "the volunteer does not talk by email"),
        (ann, joan, "does not wait any more, or has somebody proposed by now"),
        (dora, 99, "the volunteer is not there any more"),
    ]
    with database.transaction() as session:
        kept = session.execute(select(MatchRow.request_id, MatchRow.volunteer_id, MatchRow.state)).all()
    assert sorted(map(tuple, kept)) == [(ann, joan, "proposed"), (bea, joan, "proposed")]
    entries = [entry for entry in list_entries(database) if entry.action == "match proposed"]
    assert {entry.subject for entry in entries} == {reference(database, one) for one in (ann, bea)}


@pytest.mark.parametrize("pairs", [[], [(1, 1)]])
def test_nothing_to_propose_changes_nothing(database: Database, pairs: list[tuple[int, int]]) -> None:
    assert len(propose_pairs(database, TEST, pairs, DEFAULT_WEIGHTS)) == len(pairs)
    assert list_entries(database) == []
