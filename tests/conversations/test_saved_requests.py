"""What becomes of a saved request: how it stands, a change, a withdrawal; and nothing is said that is not so."""

import pytest

from helpline.requests.reference import find_reference
from helpline.store.requests import find_requests_of
from helpline.store.tables import CallbackRow
from tests.conversations.test_callback_form import begin_and_fill, rename_table
from tests.conversations.test_volunteer_form import fill


async def saved(stage) -> str:
    await begin_and_fill(stage)
    code = find_reference(await stage.say("yes", "affirm"))
    assert code is not None
    return code


def statuses(store, stage):
    return [request.status for request in find_requests_of(store, stage.sender)]


def callback(store):
    with store.transaction() as session:
        return session.query(CallbackRow).one()


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("so when are you going to ring me?", "faq/helpline"),
        ("nobody has called", "nlu_fallback"),
        ("what happens next", "ask_what_now"),
        ("did it go through?", "out_of_scope"),
        ("is my request still there", "nlu_fallback"),
    ],
)
async def test_how_it_stands_is_said_whatever_the_classifier_makes_of_it(stage, text, intent):
    code = await saved(stage)
    reply = await stage.say(text, intent)
    assert code in reply
    assert "exactly when" in reply


@pytest.mark.parametrize("written", ["{}", "my code is {}", "{} please", "ref {}", "code: {}"])
@pytest.mark.parametrize("dash", ["-", "\u2011", "\u2013", " - ", "\u2014"])
async def test_a_bare_code_is_looked_up_from_anywhere(stage, written, dash):
    code = await saved(stage)
    stage.sender += " elsewhere"
    reply = await stage.say(written.format(code.lower().replace("-", dash)), "nlu_fallback")
    assert code in reply
    assert "Grace" not in reply


async def test_a_code_without_dash_counts_after_it_was_asked_for(stage):
    assert "cannot find" in await stage.say("check my request", "check_request")
    assert "cannot find a request" in await stage.say("hmmrtt", "nlu_fallback")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("cancel my call back", "cancel"),
        ("I don't want it any more", "deny"),
        ("please don't ring me", "nlu_fallback"),
        ("I no longer need the call", "out_of_scope"),
        ("take me off your list", "out_of_scope"),
    ],
)
async def test_it_is_withdrawn_after_a_yes_and_not_before(stage, store, text, intent):
    code = await saved(stage)
    reply = await stage.say(text, intent)
    assert code in reply
    assert "[Yes, cancel it]" in reply
    assert statuses(store, stage) == ["new"]
    assert "is canceled" in await stage.say("yes", "affirm")
    assert statuses(store, stage) == ["withdrawn"]
    assert "taken back" in await stage.say("check my request", "check_request")


async def test_it_stands_after_a_no_or_when_the_talk_goes_elsewhere(stage, store):
    code = await saved(stage)
    await stage.say("cancel it", "cancel")
    assert f"{code} stands" in await stage.say("no", "deny")
    await stage.say("cancel it", "cancel")
    await stage.say("what is ned?", "faq/ned")
    await stage.say("yes", "affirm")
    assert statuses(store, stage) == ["new"]


async def test_cancel_said_twice_is_a_yes(stage, store):
    await saved(stage)
    await stage.say("cancel", "cancel")
    await stage.say("cancel it", "cancel")
    assert statuses(store, stage) == ["withdrawn"]


async def test_whoever_holds_the_code_may_withdraw_but_not_change(stage, store):
    code = await saved(stage)
    stage.sender += " elsewhere"
    await stage.say(code, "nlu_fallback")
    assert "only in the conversation" in await stage.say("change my number", "correct_value")
    assert code in await stage.say("then cancel my request", "cancel")
    assert "is canceled" in await stage.say("yes", "affirm")
    assert callback(store).status == "withdrawn"


async def test_a_second_request_that_is_dropped_does_not_deny_the_first(stage, store):
    code = await saved(stage)
    await stage.say("match me with a volunteer", "request_volunteer")
    reply = await stage.say("cancel", "cancel")
    assert "nobody will contact you" not in reply.lower()
    assert code in reply
    assert statuses(store, stage) == ["new"]
    assert code in await stage.say("Cancel that too", "cancel")
    await stage.say("yes", "affirm")
    assert statuses(store, stage) == ["withdrawn"]
    assert "taken back" in await stage.say("cancel my call back", "cancel")


async def test_nothing_is_claimed_of_earlier_requests_when_they_cannot_be_looked_up(stage, store):
    await stage.say("can someone call me", "request_callback")
    rename_table(store, "requests", "elsewhere")
    reply = await stage.say("cancel", "cancel")
    rename_table(store, "elsewhere", "requests")
    assert "Nothing of this was saved" in reply
    assert "nobody will" not in reply.lower()


async def test_of_two_requests_the_one_that_is_named_is_meant(stage, store):
    code = await saved(stage)
    await fill(stage)
    other = find_reference(await stage.say("yes", "affirm"))
    reply = await stage.say("cancel my request", "cancel")
    assert "[The call back]" in reply
    assert code in await stage.say("cancel my call back", "cancel")
    await stage.say("yes", "affirm")
    assert statuses(store, stage) == ["new", "withdrawn"]
    assert other in await stage.say("cancel my volunteer request", "cancel")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("change my number to 610-555-0117", "(610) 555-0117"),
        ("I gave you the wrong number, it's 610-555-0117", "(610) 555-0117"),
        ("change my name to Rose", "Rose"),
    ],
)
async def test_a_change_is_shown_and_saved_only_after_a_yes(stage, store, text, shown):
    code = await saved(stage)
    reply = await stage.say(text, "nlu_fallback")
    assert shown in reply
    assert code in reply
    assert "only when you say yes" in reply
    assert (callback(store).first_name, callback(store).phone_number) == ("Grace", "+12155550142")
    assert "change is saved" in await stage.say("yes", "affirm")
    row = callback(store)
    assert shown in {row.first_name, "(610) 555-0117" if row.phone_number == "+16105550117" else ""}
    assert (row.reference, row.best_time) == (code, "after lunch")
    assert await stage.form() is None
    assert "first_name" not in await stage.slots()


async def test_a_change_asks_for_the_new_value_and_acknowledges_it(stage, store):
    await saved(stage)
    assert "What phone number" in await stage.say("change my number", "correct_value")
    assert "(610) 555-0117" in await stage.say("610 555 0117")
    await stage.say("yes", "affirm")
    assert callback(store).phone_number == "+16105550117"


async def test_a_change_that_is_not_named_is_asked_for(stage, store):
    await saved(stage)
    assert "What would you like to change" in await stage.say("change my request", "correct_value")
    assert "good time" in await stage.say("Best time")
    assert "mornings only" in await stage.say("mornings only")
    await stage.say("yes", "affirm")
    assert callback(store).best_time == "mornings only"


async def test_a_change_that_is_dropped_leaves_the_request_as_it_was(stage, store):
    code = await saved(stage)
    await stage.say("change my number to 610-555-0117", "correct_value")
    reply = await stage.say("cancel", "cancel")
    assert f"{code} stands as it was" in reply
    assert callback(store).phone_number == "+12155550142"
    assert statuses(store, stage) == ["new"]


async def test_a_change_that_is_not_saved_is_said_and_can_be_tried_again(stage, store):
    await saved(stage)
    await stage.say("change my number to 610-555-0117", "correct_value")
    rename_table(store, "requests", "elsewhere")
    assert "the change is not saved" in await stage.say("yes", "affirm")
    rename_table(store, "elsewhere", "requests")
    assert "(610) 555-0117" in await stage.say("/resume_form", "resume_form", 1.0)
    await stage.say("yes", "affirm")
    assert callback(store).phone_number == "+16105550117"


async def test_a_volunteer_request_can_be_changed_to_another_way(stage, store):
    await fill(stage)
    await stage.say("yes", "affirm")
    assert "phone number" in await stage.say("text me instead", "nlu_fallback")
    assert "(215) 555-0142" in await stage.say("215 555 0142")
    assert "change is saved" in await stage.say("yes", "affirm")


async def test_without_a_request_it_is_said_and_a_new_one_offered(stage):
    assert "no request was saved" in await stage.say("cancel my call back", "cancel")
    assert "[Ask for a call back]" in await stage.say("change my number", "correct_value")
    assert "[Ask for a call back]" in await stage.say("when will you call me?", "nlu_fallback")


async def test_who_asks_for_the_number_gets_it(stage):
    assert "(888) 753-LBBC" in await stage.say("what do I dial", "request_callback")
    assert await stage.form() is None
