"""The queue on both databases: its order, what is due, two people at once, what returns by itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from helpline.errors import StoreError
from helpline.store.audit import Actor, list_entries
from helpline.store.database import Database
from helpline.store.flags import flag_conversation
from helpline.store.queue import DueTimes, QueueItem, Wanted, list_queue
from helpline.store.queue_changes import (
    ChangeRefusedError,
    ItemConflictError,
    add_attempt,
    add_note,
    assign,
    change_status,
    merge,
    return_untouched,
)
from helpline.store.requests import save_request, withdraw_request
from helpline.store.staff import add_account, change_account, find_account
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
        (add_attempt, (1, "reached", None, None, "lost")),
        (add_attempt, (1, "reached", None, None, "waiting_for_volunteer")),
        (add_attempt, (1, "no_answer", None, ago(1))),
        (add_attempt, (1, "no_answer", None, ago(-24 * 367))),
    ):
        with pytest.raises(ChangeRefusedError):
            change(database, anna, code, *arguments)
    assert list_entries(database, code) == []
    assert list_queue(database, Wanted(), TIMES, Database.now(), anna.id).items[0].version == 1


def test_a_status_set_with_a_call_is_in_the_log_as_is_whose_it_became(database, anna):
    done, open_ = call(database, 1), call(database, 2, 1)
    add_attempt(database, anna, done, 1, "reached", None, None, "done")
    add_attempt(database, anna, open_, 1, "no_answer", None, None, "in_progress")
    told = [(entry.action, entry.detail) for entry in list_entries(database, done)[::-1]]
    assert told == [
        ("attempt", {"outcome": "reached"}),
        ("taken", {}),
        ("status changed", {"to": "done"}),
    ]
    assert [entry.action for entry in list_entries(database, open_)] == ["taken", "attempt"]


def test_what_is_untouched_returns(database, anna):
    code = call(database, 1)
    assign(database, anna, code, 1, anna.id)
    assert return_untouched(database, TIMES.untouched, Database.now() + timedelta(hours=7)) == 0
    assert return_untouched(database, TIMES.untouched, Database.now() + timedelta(hours=9)) == 1
    assert list_queue(database, Wanted(whose="nobody"), TIMES, Database.now(), anna.id).total == 1


@pytest.mark.parametrize("planned", [None, 30])
def test_what_is_with_somebody_who_was_stopped_returns_at_once(database, anna, planned):
    call_, sign_up = call(database, 1), save_request(database, volunteer_request(), "volunteer", ago(1))
    next_at = planned and Database.now() + timedelta(hours=planned)
    add_attempt(database, anna, call_, 1, "reached", None, next_at)
    add_attempt(database, anna, sign_up, 1, "reached", None, None, "waiting_for_volunteer")
    assert return_untouched(database, TIMES.untouched, Database.now()) == 0
    change_account(database, Actor(None, "test"), "anna", "stopped", active=False)
    assert return_untouched(database, TIMES.untouched, Database.now()) == 2
    listed = list_queue(database, Wanted(whose="nobody"), TIMES, Database.now(), anna.id).items
    assert {item.status for item in listed} == {"in_progress", "waiting_for_volunteer"}
    assert list_entries(database, call_)[0].action == "returned untouched"


def test_who_waits_for_a_volunteer_is_looked_at_again(database, anna):
    sign_up = save_request(database, volunteer_request(), "volunteer", ago(1))
    add_attempt(database, anna, sign_up, 1, "reached", None, None, "waiting_for_volunteer")
    for days, late in ((6, 0), (8, 1)):
        now = Database.now() + timedelta(days=days)
        listed = list_queue(database, Wanted(), TIMES, now, anna.id)
        (item,) = listed.items
        assert (listed.late, item.due_at(TIMES) < now) == (late, late == 1)


def first(database, me: int) -> QueueItem:
    return list_queue(database, Wanted(), TIMES, Database.now(), me).items[0]


@pytest.mark.parametrize("outcome", ["left_message", "reached"])
def test_new_danger_in_what_somebody_has_comes_back_to_the_top(database, anna, outcome):
    flag_conversation(database, "flagged", "m1", "violence", ago(30))
    code = first(database, anna.id).reference
    later = Database.now() + timedelta(hours=20) if outcome == "left_message" else None
    add_attempt(database, anna, code, 1, outcome, None, later)
    flag_conversation(database, "other", "m", "emergency/urgent", ago(0.5))
    call(database, 100)
    assert first(database, anna.id).reference != code
    flag_conversation(database, "flagged", "m2", "crisis/self", ago(0.9))
    item = first(database, anna.id)
    assert (item.reference, item.status, item.reason) == (code, "new", "crisis/self")
    assert (item.assigned_to, item.is_raised_again) == (anna.id, True)
    assert timedelta(0) < item.due_at(TIMES) - Database.now() < timedelta(hours=0.2)
    # Whoever has it keeps it as if it was taken now, and a page that was open before is out of date.
    assert return_untouched(database, TIMES.untouched, Database.now()) == 0
    with pytest.raises(ItemConflictError):
        change_status(database, anna, code, 2, "done")
    assign(database, anna, code, item.version, anna.id)
    assert first(database, anna.id).reference != code


def test_an_answer_that_did_not_arrive_is_no_new_danger(database, anna):
    flag_conversation(database, "flagged", "m1", "crisis/self", ago(30))
    assign(database, anna, first(database, anna.id).reference, 1, anna.id)
    flag_conversation(database, "flagged", "m2", "undelivered", ago(0.1))
    assert first(database, anna.id).status == "in_progress"


@pytest.mark.parametrize("ending", ["done", "withdrawn"])
def test_a_request_is_not_merged_into_what_was_closed_since(database, anna, ending):
    target, double = (save_request(database, callback_request(callback_topic=each), each, ago(1)) for each in "ab")
    if ending == "done":
        change_status(database, anna, target, 1, "done")
    else:
        withdraw_request(database, target, Database.now())
    with pytest.raises(ChangeRefusedError, match="closed by now"):
        merge(database, anna, double, 1, target)
    assert [item.reference for item in list_queue(database, Wanted(), TIMES, Database.now(), anna.id).items] == [double]


def test_of_two_merged_into_each_other_at_once_one_stays(database, anna):
    ben = find_account(database, "ben").actor
    for number in range(8):
        one, other = (
            save_request(database, callback_request(callback_topic=f"{each}{number}"), f"{each}{number}", ago(1))
            for each in "ab"
        )

        def join(task: tuple[Actor, str, str]) -> str:
            try:
                merge(database, task[0], task[1], 1, task[2])
            except (ChangeRefusedError, ItemConflictError, StoreError) as error:
                return type(error).__name__
            return "merged"

        with ThreadPoolExecutor(2) as both:
            said = list(both.map(join, ((anna, one, other), (ben, other, one))))
        assert sorted(said) == ["ChangeRefusedError", "merged"]
        open_now = {item.reference for item in list_queue(database, Wanted(), TIMES, Database.now(), anna.id).items}
        assert len(open_now & {one, other}) == 1
