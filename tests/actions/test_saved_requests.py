"""Withdrawing and changing: only what happened is claimed."""

import pytest

from actions.cancel_request import CancelRequest, WithdrawRequest
from actions.change_request import ChangeRequest
from actions.check_request import CheckRequest
from helpline.store.requests import find_request, save_request, withdraw_request
from helpline.store.tables import RequestRow
from tests.actions.test_actions import broken_store, run, slots, store  # noqa: F401 - fixtures
from tests.builders import NOON, callback_request, tracker, user_said


def set_status(store, status):  # noqa: F811
    with store.transaction() as session:
        session.query(RequestRow).one().status = status


def test_what_staff_had_begun_may_still_reach_the_visitor(store):  # noqa: F811
    code = save_request(store, callback_request(), "visitor", NOON)
    set_status(store, "in_progress")
    said, _ = run(WithdrawRequest(), tracker(user_said("yes", "affirm"), request_at_hand=code))
    assert said == ["utter_withdrawn_late"]
    assert find_request(store, code).status == "withdrawn"


def test_what_is_done_cannot_be_withdrawn_and_that_is_said(store):  # noqa: F811
    code = save_request(store, callback_request(), "visitor", NOON)
    set_status(store, "done")
    conversation = tracker(user_said("yes", "affirm"), request_at_hand=code)
    assert run(WithdrawRequest(), conversation)[0] == ["utter_withdraw_too_late"]
    asked = tracker(user_said(f"cancel {code}", "cancel"))
    assert run(CancelRequest(), asked)[0] == ["utter_check_callback_done"]
    assert find_request(store, code).status == "done"


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (WithdrawRequest(), "utter_not_withdrawn"),
        (CancelRequest(), "utter_check_failed"),
        (ChangeRequest(), "utter_check_failed"),
        (CheckRequest(), "utter_check_failed"),
    ],
)
def test_without_a_store_nothing_is_claimed(broken_store, action, said):  # noqa: F811
    assert run(action, tracker(user_said("cancel it", "cancel"), request_at_hand="ACDE-FG"))[0] == [said]


def test_a_parked_request_that_is_dropped_without_a_store_denies_no_other(broken_store):  # noqa: F811
    said, events = run(CancelRequest(), tracker(user_said("cancel", "cancel"), form_in_progress="callback"))
    assert said == ["utter_request_cancelled_unsure"]
    assert slots(events)["form_in_progress"] is None


def test_a_request_of_somebody_else_is_not_opened(store):  # noqa: F811
    code = save_request(store, callback_request(), "another", NOON)
    said, events = run(ChangeRequest(), tracker(user_said(f"change {code}", "correct_value")))
    assert (said, events) == (["utter_change_elsewhere"], [])


def test_a_closed_request_is_not_opened(store):  # noqa: F811
    code = save_request(store, callback_request(), "visitor", NOON)
    withdraw_request(store, code, NOON)
    assert run(ChangeRequest(), tracker(user_said("change it", "correct_value")))[0] == ["utter_nothing_to_change"]


def test_a_parked_request_is_opened_where_it_stands():
    conversation = tracker(
        user_said("my number is 610 555 0117", "correct_value"),
        form_in_progress="callback", first_name="Grace", callback_method="phone", phone_number="+12155550142",
    )  # fmt: skip
    said, events = run(ChangeRequest(), conversation)
    assert said == []
    assert slots(events)["phone_number"] == "+16105550117"
    assert [event["name"] for event in events if event["event"] == "followup"] == ["callback_form"]
