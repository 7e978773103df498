"""The call back, from the wish to be called to the stored request."""

import pytest

from helpline.requests.reference import find_reference
from helpline.store.requests import find_request, find_requests_of
from helpline.store.tables import CallbackRow

CONTACT = {"first_name", "phone_number", "best_time", "callback_topic", "callback_confirmed", "form_in_progress"}


async def begin_and_fill(stage):
    await stage.say("can someone call me", "request_callback")
    await stage.say("Grace", "distress/grief")
    await stage.say("215 555 0142")
    await stage.say("after lunch", "faq/lmd")
    return await stage.say("telling my kids", "faq/family_friends")


def rows(store):
    with store.transaction() as session:
        return session.query(CallbackRow).all()


async def test_a_request_is_asked_for_shown_confirmed_and_stored(stage, store):
    summary = await begin_and_fill(stage)
    for shown in ("Grace", "(215) 555-0142", "after lunch", "telling my kids", "[Yes, save it]"):
        assert shown in summary
    assert rows(store) == []
    reply = await stage.say("Yes, save it", "affirm")
    (row,) = rows(store)
    assert (row.first_name, row.phone_number) == ("Grace", "+12155550142")
    assert (row.best_time, row.callback_topic) == ("after lunch", "telling my kids")
    assert row.reference == find_reference(reply)
    assert not CONTACT & set(await stage.slots())
    assert await stage.form() is None


async def test_the_same_request_again_gets_the_same_code(stage, store):
    await begin_and_fill(stage)
    first = find_reference(await stage.say("yes", "affirm"))
    await begin_and_fill(stage)
    assert find_reference(await stage.say("yes", "affirm")) == first
    assert len(rows(store)) == 1


async def test_its_state_can_be_asked_for_with_and_without_the_code(stage, store):
    await begin_and_fill(stage)
    code = find_reference(await stage.say("yes", "affirm"))
    assert code in await stage.say("any news on my request", "check_request")
    stage.sender += " on another phone"
    assert code not in await stage.say("any news on my request", "check_request")
    reply = await stage.say(f"check {code.lower()}", "check_request")
    assert code in reply
    assert "Grace" not in reply
    assert "555" not in reply.replace("(888) 753-LBBC (5222)", "")


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("what is ned?", "faq/ned", "no evidence of disease"),
        ("should I stop my pills?", "advice/stop_or_start", "automated assistant"),
        ("can I talk to someone now?", "talk_to_person", "(888) 753-LBBC (5222)"),
        ("I'm so scared", "distress/fear", "It makes sense to be scared"),
        ("are you a bot?", "bot_challenge", "computer program"),
        ("who reads this?", "ask_privacy", "encrypted"),
    ],
)
async def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(stage, text, intent, answer):
    await stage.say("can someone call me", "request_callback")
    await stage.say("Grace")
    reply = await stage.say(text, intent)
    assert answer in reply
    assert reply.index(answer) < reply.index("What phone number")
    assert "good time to call" in await stage.say("215 555 0142")


async def test_a_topic_button_in_the_middle_is_answered_and_the_form_goes_on(stage):
    await stage.say("can someone call me", "request_callback")
    reply = await stage.say("/ask_topic", "ask_topic", topic="ned")
    assert "no evidence of disease" in reply
    assert "first name" in reply


async def test_skip_back_why_and_correction(stage):
    await stage.say("can someone call me", "request_callback")
    assert "greet you" in await stage.say("why do you ask", "ask_why_needed")
    await stage.say("Grace")
    assert "I need an answer" in await stage.say("skip", "skip")
    await stage.say("215 555 0142")
    assert "talk about" in await stage.say("Skip", "skip")
    assert "good time" in await stage.say("go back", "go_back")
    await stage.say("mornings")
    await stage.say("Skip", "skip")
    reply = await stage.say("that's wrong, my number is 610-555-0117", "correct_value")
    assert "(610) 555-0117" in reply
    assert "(215) 555-0142" not in reply
    assert "To talk about" not in reply
    assert "What would you like to change" in await stage.say("No", "deny")
    assert "first name" in await stage.say("First name")
    assert "First name: Rose" in await stage.say("Rose")


@pytest.mark.parametrize("step", range(5))
async def test_cancelling_at_any_step_saves_nothing_and_forgets_all(stage, store, step):
    await stage.say("can someone call me", "request_callback")
    for answer in ("Grace", "215 555 0142", "mornings", "my kids")[:step]:
        await stage.say(answer)
    assert "Nothing was saved" in await stage.say("cancel", "cancel")
    assert rows(store) == []
    assert not CONTACT & set(await stage.slots())
    assert "first name" in await stage.say("call me", "request_callback")


async def test_what_was_said_with_the_wish_is_not_asked_again(stage):
    reply = await stage.say("my name is Bev, call me on 610 555 0117", "request_callback")
    assert "good time" in reply
    await stage.say("skip", "skip")
    reply = await stage.say("skip", "skip")
    assert "Bev" in reply
    assert "(610) 555-0117" in reply


@pytest.mark.parametrize(
    ("intent", "said"),
    [
        ("crisis/self", "988"),
        ("crisis/other", "988"),
        ("violence", "911"),
        ("threat", "911"),
        ("emergency/life_threat", "911"),
    ],
)
async def test_danger_parks_the_form_and_it_can_be_taken_up_again(stage, store, intent, said):
    await stage.say("can someone call me", "request_callback")
    await stage.say("Grace")
    reply = await stage.say("215 555 0142 I can't go on", intent)
    assert said in reply
    assert "What phone number" not in reply
    assert await stage.form() is None
    assert (await stage.slots())["first_name"] == "Grace"
    assert "What" in await stage.say("go on with my request", "resume_form")
    assert await stage.form() == "callback_form"


async def test_a_goodbye_parks_the_form_and_cancel_empties_it(stage):
    await stage.say("can someone call me", "request_callback")
    await stage.say("Grace")
    assert "Take care" in await stage.say("bye", "goodbye")
    assert await stage.form() is None
    assert "Nothing was saved" in await stage.say("cancel my request", "cancel")
    assert not CONTACT & set(await stage.slots())
    assert "no request waiting" in await stage.say("go on", "resume_form")


async def test_a_part_that_is_to_be_erased_deletes_no_more_than_that(stage, store):
    await begin_and_fill(stage)
    reply = await stage.say("actually erase that last bit", "delete_my_data")
    assert "I took out what it is about" in reply
    slots = await stage.slots()
    assert (slots["first_name"], slots["best_time"]) == ("Grace", "after lunch")
    assert "callback_topic" not in slots
    # Who wants it all deleted is still asked about that.
    assert "Shall I delete" in await stage.say("delete everything you stored", "delete_my_data")


async def test_the_other_request_can_be_turned_to(stage):
    await stage.say("can someone call me", "request_callback")
    await stage.say("Grace")
    reply = await stage.say("I'd rather have a volunteer", "request_volunteer")
    assert "peer volunteer" in reply
    assert await stage.form() == "volunteer_form"
    assert "for yourself" in await stage.say("yes", "affirm")


def rename_table(store, old, new):
    with store.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")


async def test_when_saving_fails_nothing_is_claimed_and_another_try_works(stage, store):
    await begin_and_fill(stage)
    rename_table(store, "requests", "elsewhere")
    reply = await stage.say("yes", "affirm")
    assert "not saved" in reply
    assert "(888) 753-LBBC (5222)" in reply
    assert find_reference(reply) is None
    rename_table(store, "elsewhere", "requests")
    assert "(215) 555-0142" in await stage.say("/resume_form", "resume_form", 1.0)
    code = find_reference(await stage.say("yes", "affirm"))
    assert find_request(store, code).kind == "callback"


async def test_deleting_the_data_deletes_the_request(stage, store):
    await begin_and_fill(stage)
    await stage.say("yes", "affirm")
    assert len(find_requests_of(store, stage.sender)) == 1
    await stage.say("delete my data", "delete_my_data")
    assert "deleted" in await stage.say("yes", "affirm")
    assert find_requests_of(store, stage.sender) == []


async def test_contact_details_said_in_passing_are_asked_for(stage):
    await stage.say("my sister's number was 610 555 0117", "inform", person_name="Bev")
    await stage.say("my name is Bev and I am tired", "distress/exhaustion")
    assert "first name" in await stage.say("can someone call me", "request_callback")
    assert "What phone number" in await stage.say("Grace")
