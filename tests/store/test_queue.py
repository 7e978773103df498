"""The queue on both databases: its order, what is due, two people at once, what returns by itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from helpline.errors import StoreError
from helpline.store.audit import Actor, list_entries
from helpline.store.database import Database
from helpline.store.flags import flag_conversation
from helpline.store.queue import DueTimes, Wanted, list_queue
from helpline.store.queue_changes import (
    ChangeRefusedError,
    ItemConflictError,
    add_attempt,
    add_note,
    assign,
    change_status,
    return_untouched,
)
from helpline.store.requests import save_request
from helpline.store.staff import add_account, find_account
from tests.builders import callback_request, volunteer_request

TIMES = DueTimes(timedelta(hours=24), timedelta(hours=72), timedelta(hours=1), timedelta(hours=8))


@pytest.fixture
def anna(database) -> Actor:
    for name in ("anna", "ben"):
        add_account(database, Actor(None, "test"), name, name.title(), "staff", "hash")
    return find_account(database, "anna").actor


def ago(hours: float):
    return Database.now() - timedelta(hours=hours)


def call(database, hours: float, number: int = 0) -> str:
    request = callback_request(phone_number=f"+1215555{number:04}")
    return save_request(database, request, f"sender-{number}", ago(hours))


def test_the_order_and_what_is_due(database, anna):
    sign_up = save_request(database, volunteer_request(), "volunteer", ago(80))
    old, young, tried, reached = (call(database, hours, number) for number, hours in enumerate((30, 3, 40, 50)))
    flag_conversation(database, "flagged", "m", "crisis/self", ago(0.1))
    add_attempt(database, anna, tried, 1, "no_answer", None, Database.now() + timedelta(hours=2))
    add_attempt(database, anna, reached, 1, "reached", None, None)
    listed = list_queue(database, Wanted(), TIMES, Database.now(), anna.id)
    order = [item.reference for item in listed.items]
    assert listed.items[0].kind == "conversation"
    assert order[1:] == [sign_up, old, tried, young, reached]
    assert (listed.total, listed.late) == (6, 2)
    now = Database.now()
    late = [item for item in listed.items if (due := item.due_at(TIMES)) is not None and due < now]
    assert len(late) == listed.late
    pages = [list_queue(database, Wanted(), TIMES, now, anna.id, first, 2).items for first in (0, 2, 4)]
    assert [item.reference for part in pages for item in part] == order


def test_of_two_at_once_one_gets_it_and_the_other_is_told(database, anna):
    ben = find_account(database, "ben").actor
    for number in range(5):
        code = call(database, 1, number)

        def take(actor: Actor, code: str = code) -> str:
            try:
                assign(database, actor, code, 1, actor.id)
            except (ItemConflictError, StoreError) as error:
                return type(error).__name__
            return "taken"

        with ThreadPoolExecutor(2) as both:
            said = list(both.map(take, (anna, ben)))
        assert sorted(said) == ["ItemConflictError", "taken"]
        assert [entry.action for entry in list_entries(database, code)] == ["taken"]


def test_notes_of_two_at_once_are_both_kept(database, anna):
    code = call(database, 1)
    with ThreadPoolExecutor(4) as several:
        list(several.map(lambda number: add_note(database, anna, code, f"note {number}"), range(8)))
    assert len(list_entries(database, code)) == 8


def test_what_makes_no_sense_changes_nothing(database, anna):
    code = call(database, 1)
    for change, arguments in (
        (assign, (1, 999)),
        (change_status, (1, "lost")),
        (change_status, (1, "waiting_for_volunteer")),
        (add_attempt, (1, "shouted", None, None)),
        (add_attempt, (1, "no_answer", None, ago(1))),
    ):
        with pytest.raises(ChangeRefusedError):
            change(database, anna, code, *arguments)
    assert list_entries(database, code) == []
    assert list_queue(database, Wanted(), TIMES, Database.now(), anna.id).items[0].version == 1


def test_what_is_untouched_returns(database, anna):
    code = call(database, 1)
    assign(database, anna, code, 1, anna.id)
    assert return_untouched(database, TIMES.untouched, Database.now() + timedelta(hours=7)) == 0
    assert return_untouched(database, TIMES.untouched, Database.now() + timedelta(hours=9)) == 1
    assert list_queue(database, Wanted(whose="nobody"), TIMES, Database.now(), anna.id).total == 1
