"""Stores of trials: what a turn saved is there in the next, gone when it is taken back, and in no file."""

from helpline.store.requests import find_requests_of, save_request
from helpline.store.trial_stores import ROOM, TrialStores
from tests.builders import NOON, callback_request


def saved(store) -> int:
    return len(find_requests_of(store, "visitor"))


def test_a_turn_begins_as_the_one_before_it_was_left():
    stores = TrialStores()
    save_request(stores.of_turn(["one"]), callback_request(), "visitor", NOON)
    assert saved(stores.of_turn(["three", "two", "one"])) == 1
    assert stores.of_turn(["three", "two", "one"]) is stores.of_turn(["three", "two", "one"])


def test_what_is_saved_in_a_turn_is_not_there_before_it_nor_in_another_trial():
    stores = TrialStores()
    stores.of_turn(["one"])
    save_request(stores.of_turn(["two", "one"]), callback_request(), "visitor", NOON)
    assert saved(stores.of_turn(["one"])) == 0
    assert saved(stores.of_turn(["another two", "one"])) == 0
    assert saved(stores.of_turn(["other"])) == 0


def test_the_oldest_are_forgotten():
    stores = TrialStores()
    save_request(stores.of_turn(["one"]), callback_request(), "visitor", NOON)
    for number in range(ROOM):
        stores.of_turn([f"other {number}"])
    assert saved(stores.of_turn(["two", "one"])) == 0
