"""The actions outside the forms, on real trackers and a real store."""

import pytest
from cryptography.fernet import Fernet
from rasa_sdk.executor import CollectingDispatcher

from actions import context
from actions.callback import SaveCallback, ValidateCallbackForm
from actions.check_request import CheckRequest
from actions.data_deletion import DeleteData
from actions.feedback import SaveFeedback
from actions.helpline import RouteToHelpline
from helpline.settings import Settings
from helpline.store.database import Database
from helpline.store.encryption import Cipher
from helpline.store.requests import find_requests_of, save_request
from helpline.store.tables import FeedbackRow
from tests.builders import NOON, action_ran, callback_request, tracker, user_said

FILLED = {"first_name": "Grace", "phone_number": "+12155550142", "callback_method": "phone", "callback_confirmed": True}


@pytest.fixture
def store(tmp_path, monkeypatch):
    database = Database(f"sqlite:///{tmp_path / 'store.db'}", Cipher([Fernet.generate_key().decode()]))
    database.upgrade()
    monkeypatch.setattr(context, "store", lambda: database)
    return database


@pytest.fixture
def broken_store(tmp_path, monkeypatch):
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}", Cipher([Fernet.generate_key().decode()]))
    monkeypatch.setattr(context, "store", lambda: database)


def run(action, conversation):
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, conversation, {})
    return [message["response"] for message in dispatcher.messages], events


def slots(events):
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}


def test_the_form_reads_an_answer_and_names_the_next_question():
    conversation = tracker(
        user_said("Grace"), action_ran("callback_form"), requested_slot="first_name", callback_method="phone"
    )
    said, events = run(ValidateCallbackForm(), conversation)
    assert said == ["utter_noted_first_name"]
    assert slots(events)["first_name"] == "Grace"
    assert slots(events)["requested_slot"] == "phone_number"
    assert slots(events)["form_in_progress"] == "callback"


def test_the_form_sets_nothing_for_a_question_so_that_the_rules_answer():
    conversation = tracker(user_said("what is ned?", "faq"), requested_slot="first_name")
    assert run(ValidateCallbackForm(), conversation) == ([], [])


def test_back_from_an_answer_the_form_does_not_read_the_same_message_again():
    conversation = tracker(
        user_said("who reads this", "ask_privacy"), action_ran("utter_ask_privacy"),
        requested_slot="best_time", first_name="Grace", phone_number="+12155550142",
    )  # fmt: skip
    _, events = run(ValidateCallbackForm(), conversation)
    assert slots(events) == {
        "skipped_steps": [],
        "form_in_progress": "callback",
        "requested_slot": "best_time",
        "tries": 0,
        "in_doubt": None,
    }


def test_what_was_confirmed_is_saved_and_forgotten(store):
    said, events = run(SaveCallback(), tracker(user_said("yes", "affirm"), **FILLED))
    assert said == ["utter_callback_saved"]
    assert len(find_requests_of(store, "visitor")) == 1
    assert {name for name, value in slots(events).items() if value is not None} == {"request_at_hand"}
    assert {"first_name", "phone_number", "contact_address", "form_in_progress"} <= set(slots(events))


def test_what_cannot_be_saved_is_kept_for_another_try(broken_store):
    said, events = run(SaveCallback(), tracker(user_said("yes", "affirm"), **FILLED))
    assert said == ["utter_not_saved"]
    assert slots(events) == {"callback_confirmed": None}


def test_a_form_that_ended_without_an_answer_to_the_summary_saves_nothing(store):
    assert run(SaveCallback(), tracker(user_said("hm"), **{**FILLED, "callback_confirmed": None})) == ([], [])
    assert find_requests_of(store, "visitor") == []


def test_a_check_without_request_and_without_store(store, monkeypatch, broken_store):
    assert run(CheckRequest(), tracker(user_said("any news")))[0] == ["utter_check_failed"]
    monkeypatch.setattr(context, "store", lambda: store)
    assert run(CheckRequest(), tracker(user_said("any news")))[0] == ["utter_check_unknown"]
    save_request(store, callback_request(), "visitor", NOON)
    assert run(CheckRequest(), tracker(user_said("any news")))[0] == ["utter_check_callback_new"]


@pytest.mark.parametrize(("intent", "helpful"), [("feedback_helpful", True), ("feedback_not_helpful", False)])
def test_feedback_is_kept_with_its_topic_and_without_words(store, intent, helpful):
    assert run(SaveFeedback(), tracker(user_said("great words", intent), topic="ned")) == ([], [])
    with store.transaction() as session:
        row = session.query(FeedbackRow).one()
    assert (row.helpful, row.topic) == (helpful, "ned")


def test_a_feedback_that_is_lost_is_not_the_visitors_trouble(broken_store):
    assert run(SaveFeedback(), tracker(user_said("ok", "feedback_helpful"))) == ([], [])


def test_deleting_claims_only_what_happened(store, monkeypatch):
    save_request(store, callback_request(), "visitor", NOON)
    said, events = run(DeleteData(), tracker(user_said("yes", "affirm")))
    assert (said, [event["event"] for event in events]) == (["utter_deleted"], ["restart"])
    assert find_requests_of(store, "visitor") == []


def test_deleting_that_fails_is_said(broken_store):
    assert run(DeleteData(), tracker(user_said("yes", "affirm"))) == (["utter_not_deleted"], [])


@pytest.mark.parametrize(
    ("hours", "zone", "said"),
    [
        (None, None, ["utter_helpline"]),
        ("Mon-Fri 09:00-17:00", "Africa/Abidjan", ["utter_helpline_hours", "utter_helpline"]),
    ],
)
def test_whether_it_is_open_is_said_only_where_the_hours_are_known(monkeypatch, hours, zone, said):
    settings = Settings(helpline_hours=hours, helpline_time_zone=zone)
    monkeypatch.setattr("actions.helpline.load_settings", lambda: settings)
    assert run(RouteToHelpline(), tracker(user_said("a person please", "talk_to_person")))[0] == said
