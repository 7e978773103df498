"""What stands beside the texts of a turn, and that it can be pressed."""

import json
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from helpline.forms.definition import CALLBACK, FORMS, VOLUNTEER, Form
from helpline.forms.engine import Background, take_turn
from helpline.forms.message import Message
from helpline.rasa.controls import Controls
from helpline.rasa.conversation import Answered, Conversation
from helpline.rasa.state import TrackerState
from helpline.settings import ROOT

GIVEN = {"first_name": "Iris", "phone_number": "+12155550142", "best_time": "Mondays"}
YES, CHANGE, CANCEL = "Yes, save it", "Change something", "Cancel"


@pytest.fixture(scope="module")
def domain() -> Domain:
    files = [ROOT / "domain.yml", *sorted((ROOT / "data" / "responses").glob("*.yml"))]
    merged = Domain.from_file(str(files[0]))
    for file in files[1:]:
        merged = merged.merge(Domain.from_file(str(file)))
    return merged


def reply(text: str, *titles: str, name: str = "utter_any", **metadata: Any) -> dict[str, Any]:
    buttons = [{"title": title, "payload": title, "ref": f"ref {title}"} for title in titles]
    return {"id": "m1", "at": 0.0, "text": text, "buttons": buttons, "response": name, "metadata": metadata}


def shown(domain: Domain, *replies: dict[str, Any], form: Form | None = None, **slots: Any) -> dict[str, Any]:
    """Return the last of the replies as the controls leave it."""
    events: list[Any] = [SlotSet(slot, value) for slot, value in slots.items()]
    events += [ActiveLoop(form.name)] if form else []
    tracker = DialogueStateTracker.from_events("visitor", events, domain.slots)
    Controls(domain.responses, "US").add(list(replies), tracker, None)
    return replies[-1]


def named(reply: dict[str, Any]) -> dict[str, str]:
    return {each.get("slot", each["name"]): each["payload"] for each in reply["controls"]}


@pytest.mark.parametrize(("slot", "step"), [("first_name", 1), ("best_time", 3), ("callback_topic", 4)])
def test_a_question_says_which_of_how_many_it_is(domain: Domain, slot: str, step: int) -> None:
    asked = shown(domain, reply("?"), form=CALLBACK, requested_slot=slot)
    assert (asked["form"]["step"], asked["form"]["steps"]) == (step, 4)
    assert ("back" in named(asked)) == (step > 1)
    assert "cancel" in named(asked)


@pytest.mark.parametrize(
    ("slot", "titles", "together"),
    [
        ("spread_sites", ("Bones", "Liver", "Skip"), ["ref Bones", "ref Liver"]),
        ("cancer_subtype", ("Lobular", "Skip"), ["ref Lobular"]),
        ("age_range", ("30-39", "Skip"), []),
    ],
)
def test_only_some_questions_take_several_answers(
    domain: Domain, slot: str, titles: tuple[str, ...], together: list[str]
) -> None:
    asked = shown(domain, reply("?", *titles), form=VOLUNTEER, requested_slot=slot)
    assert asked["form"]["several"] == together


def test_the_summary_has_a_line_for_each_question_and_its_edit(domain: Domain) -> None:
    asked = shown(domain, reply("?", YES, CHANGE, CANCEL), form=CALLBACK, requested_slot="callback_confirmed", **GIVEN)
    values = {line["slot"]: line["value"] for line in asked["form"]["summary"]}
    assert values == {**GIVEN, "phone_number": "(215) 555-0142", "callback_topic": ""}
    assert asked["form"]["decides"] == [f"ref {YES}"]
    assert asked["form"]["step"] is None
    assert next(each["title"] for each in asked["controls"] if each["name"] == "edit") == "Edit: First name"


def test_the_summary_of_a_carer_shows_what_was_given_of_the_person_with_mbc(domain: Domain) -> None:
    given = {"for_whom": "other", "cancer_subtype": ["lobular"], "spread_sites": ["bones", "liver"], "age_range": "70+"}
    asked = shown(domain, reply("?", YES), form=VOLUNTEER, requested_slot="volunteer_confirmed", **given)
    lines = {line["slot"]: (line["label"], line["value"]) for line in asked["form"]["summary"]}
    assert lines["cancer_subtype"] == ("Their type of cancer:", "lobular")
    assert lines["spread_sites"] == ("Where theirs has spread:", "bones, liver")
    assert lines["age_range"] == ("Age of the person with MBC:", "70+")
    assert lines["diagnosis_type"] == ("Diagnosis of the person with MBC:", "")


@pytest.mark.parametrize(
    ("form", "way", "address", "label", "value"),
    [
        (VOLUNTEER, "phone", "+12155550142", "Phone number:", "(215) 555-0142"),
        (VOLUNTEER, "email", "iris@example.org", "Email address:", "iris@example.org"),
        (CALLBACK, "text", "+12155550142", "Phone number:", "(215) 555-0142"),
        (CALLBACK, "email", "iris@example.org", "Email address:", "iris@example.org"),
    ],
)
def test_the_summary_calls_a_number_a_number_and_an_address_an_address(
    domain: Domain, form: Form, way: str, address: str, label: str, value: str
) -> None:
    given = {form.method: way, form.address: address}
    asked = shown(domain, reply("?", YES), form=form, requested_slot=form.confirmed, **given)
    assert {"slot": form.address, "label": label, "value": value} in asked["form"]["summary"]


@pytest.mark.parametrize("slot", [step.slot for step in CALLBACK.steps if step.default is None])
def test_an_edit_asks_just_that_question_again(domain: Domain, slot: str) -> None:
    values = {**dict.fromkeys(CALLBACK.order), **GIVEN, "callback_topic": "scans"}
    asked = shown(domain, reply("?", YES), form=CALLBACK, requested_slot="callback_confirmed", **values)
    message = Message(named(asked)[slot], "correct_value", 1.0)
    turn = take_turn(CALLBACK, values, (), "callback_confirmed", message, Background(), "US")
    assert (turn.requested, turn.changes) == (slot, {slot: None})


def test_the_consent_is_kept_in_sight(domain: Domain) -> None:
    asked = shown(domain, reply("?", "Yes", "No"), form=VOLUNTEER, requested_slot="volunteer_consent")
    assert asked["form"]["decides"] == ["ref Yes", "ref No"]
    assert "back" not in named(asked)


@pytest.mark.parametrize("name", [f"utter_{form.kind}_saved" for form in FORMS.values()] + ["utter_check_callback_new"])
def test_a_saved_request_is_named_and_can_be_changed(domain: Domain, name: str) -> None:
    told = shown(domain, reply("Your code is K7QM-3F.", name=name))
    assert told["saved"] == {"reference": "K7QM-3F", "in_place_of": []}
    pressed = {name: json.loads(payload[payload.index("{") :]) for name, payload in named(told).items()}
    assert pressed == {"change": {"reference": "K7QM-3F"}, "withdraw": {"reference": "K7QM-3F"}}


def test_the_card_of_a_request_takes_the_place_of_buttons_that_say_the_same(domain: Domain) -> None:
    buttons = ("change my call back", "cancel my call back", "What can you help with?")
    told = shown(domain, reply("Your request K7QM-3F is saved.", *buttons, name="utter_check_callback_new"))
    assert told["saved"]["in_place_of"] == [f"ref {button}" for button in buttons[:2]]


def test_a_code_in_any_other_reply_is_no_saved_request(domain: Domain) -> None:
    assert "saved" not in shown(domain, reply("Is it K7QM-3F?"))


@pytest.mark.parametrize(("said_before", "asked"), [(False, True), (True, False)])
def test_an_answer_of_the_page_asks_once_whether_it_helped(domain: Domain, said_before: bool, asked: bool) -> None:
    answer = shown(domain, reply("NED.", reviewed="2025-07-10"), feedback_given=said_before)
    assert ("controls" in answer) == asked
    assert "controls" not in shown(domain, reply("Hello."))


def test_a_control_is_pressed_like_a_button_and_only_in_its_turn(domain: Domain) -> None:
    asked = shown(domain, reply("?", YES), form=CALLBACK, requested_slot="callback_confirmed", **GIVEN)
    kept = Conversation().after(TrackerState(), Answered("1", "yes", 0.0, [asked]), "callback_form")
    ref = asked["controls"][0]["ref"]
    assert kept.button(ref) == asked["controls"][0]
    later = kept.after(TrackerState(), Answered("2", "hello", 0.0, [reply("Hello.")]), "callback_form")
    assert later.button(ref) is None
    assert "Iris" not in json.dumps(later.as_dict())


def test_texts_and_buttons_stay_for_channels_without_controls(domain: Domain) -> None:
    plain = reply("Your code is K7QM-3F.", "Yes", name="utter_callback_saved")
    before = json.loads(json.dumps(plain))
    after = shown(domain, plain)
    assert {name: after[name] for name in before} == before
