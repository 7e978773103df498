"""The peer-volunteer sign-up, from its explanation to the stored request."""

import pytest

from helpline.requests.reference import find_reference
from helpline.store.tables import VolunteerRow

ANSWERS = [
    ("Yes", "affirm"),
    ("Grace", "faq/coping_emotions"),
    ("For myself", "out_of_scope"),
    ("Email", "nlu_fallback"),
    ("grace@example.org", "out_of_scope"),
    ("de novo", "faq/de_novo"),
    ("her2 positive and lobular", "faq/lobular"),
    ("bones and liver", "faq/spread_sites"),
    ("I'm 47", "inform"),
    ("scared of leaving my kids", "distress/fear"),
    ("weekday evenings", "out_of_scope"),
]

SHOWN = ["Grace", "yourself", "grace@example.org", "metastatic from the first diagnosis", "HER2-positive, lobular"]
SHOWN += ["bones, liver", "40-49", "leaving my kids", "weekday evenings"]


def rows(store):
    with store.transaction() as session:
        return session.query(VolunteerRow).all()


async def fill(stage, count=None):
    replies = [await stage.say("match me with a volunteer", "request_volunteer")]
    for text, intent in ANSWERS[:count]:
        replies.append(await stage.say(text, intent))
    return replies


async def test_every_answer_is_asked_for_shown_confirmed_and_stored(stage, store):
    replies = await fill(stage)
    assert replies[0].index("You can skip those") < replies[0].index("Is it all right if I ask")
    for shown in SHOWN:
        assert shown in replies[-1]
    assert rows(store) == []
    code = find_reference(await stage.say("that's right", "affirm"))
    (row,) = rows(store)
    assert (row.reference, row.first_name) == (code, "Grace")
    assert (row.email, row.phone_number) == ("grace@example.org", None)
    assert (row.for_whom, row.contact_method, row.diagnosis_type) == ("self", "email", "de_novo")
    assert (row.cancer_subtype, row.spread_sites) == (("her2_positive", "lobular"), ("bones", "liver"))
    assert (row.age_range, row.main_concern) == ("40-49", "scared of leaving my kids")
    assert row.preferred_times == "weekday evenings"
    assert await stage.form() is None
    assert "first_name" not in await stage.slots()


async def test_all_that_serves_the_match_can_be_left_out(stage, store):
    await fill(stage, 5)
    for _ in range(6):
        reply = await stage.say("Skip", "skip")
    assert "Is this right" in reply
    assert "Diagnosis" not in reply
    await stage.say("yes", "affirm")
    (row,) = rows(store)
    assert (row.diagnosis_type, row.cancer_subtype, row.spread_sites, row.age_range) == (None, (), (), None)


async def test_without_consent_nothing_is_asked_nor_saved(stage, store):
    await stage.say("match me with a volunteer", "request_volunteer")
    assert "Nothing was saved" in await stage.say("No", "deny")
    assert await stage.form() is None
    assert rows(store) == []


async def test_facts_said_before_are_shown_and_not_asked_again(stage):
    await stage.say("I have TNBC in my liver", "inform", subtype="triple negative", spread_site="liver")
    await fill(stage, 5)
    assert "How old" in await stage.say("it came back", "faq/recurrence_risk")
    for _ in range(3):
        reply = await stage.say("skip", "skip")
    assert "triple-negative" in reply
    assert "liver" in reply


async def test_going_back_leads_through_all_steps_to_consent(stage):
    await fill(stage, 4)
    for question in ("How would you like", "for yourself", "first name", "Is it all right"):
        assert question in await stage.say("go back", "go_back")


@pytest.mark.parametrize("step", [1, 3, 5, 8, 10])
async def test_a_question_at_any_step_is_answered_and_the_step_asked_again(stage, step):
    asked = (await fill(stage, step))[-1]
    reply = await stage.say("what is ned?", "faq/ned")
    assert "no evidence of disease" in reply
    assert reply.endswith(asked)


async def test_a_correction_at_the_summary_replaces_the_address(stage):
    await fill(stage)
    reply = await stage.say("wrong email, it's g.hall@example.org", "correct_value")
    assert "g.hall@example.org" in reply
    assert "grace@" not in reply
    assert "What is your email" not in reply


async def test_another_way_to_be_reached_asks_for_its_address(stage):
    await fill(stage)
    await stage.say("Change something", "inform")
    assert "How would you like" in await stage.say("How to reach me", "inform")
    assert "phone number" in await stage.say("Text message", "inform")
    assert "(215) 555-0142" in await stage.say("215-555-0142", "inform")


async def test_a_crisis_parks_the_form_with_all_that_was_given(stage):
    await fill(stage, 9)
    reply = await stage.say("they'd be better off without me", "crisis/self")
    assert "988" in reply
    assert "on your mind" not in reply
    assert await stage.form() is None
    assert "on your mind" in await stage.say("continue my request", "resume_form")
    assert (await stage.slots())["spread_sites"] == ["bones", "liver"]


async def test_cancel_forgets_the_health_details_too(stage, store):
    await fill(stage, 9)
    await stage.say("cancel", "cancel")
    left = set(await stage.slots())
    assert not left & {"first_name", "contact_address", "diagnosis_type", "cancer_subtype", "spread_sites", "age_range"}
    assert rows(store) == []


async def test_the_call_back_can_be_turned_to_with_what_was_given(stage):
    await fill(stage, 2)
    reply = await stage.say("no, have somebody call me please", "request_callback")
    assert "What phone number" in reply
    assert await stage.form() == "callback_form"


async def test_asking_for_a_volunteer_again_goes_on_where_the_form_was(stage):
    asked = (await fill(stage, 3))[-1]
    reply = await stage.say("so can I have a volunteer please", "request_volunteer")
    assert "peer volunteer" in reply
    assert reply.endswith(asked)


async def test_an_address_that_looks_misspelled_is_asked_about_by_name(stage):
    await fill(stage, 4)
    asked = await stage.say("grace@gmial.con", "nlu_fallback")
    assert "Did you mean grace@gmail.com?" in asked
    assert "first found" in await stage.say("yes", "affirm")
    assert (await stage.slots())["contact_address"] == "grace@gmail.com"


async def test_for_somebody_else_the_age_is_theirs(stage):
    await stage.say("match me with a volunteer", "request_volunteer")
    for text in ("Yes", "Grace", "For someone I care for", "Email", "grace@example.org", "skip", "skip"):
        await stage.say(text)
    assert "How old is the person with MBC" in await stage.say("skip", "skip")
    assert "age of the person with MBC" in await stage.say("I'm 45")
    await stage.say("my mother is 71")
    assert (await stage.slots())["age_range"] == "70+"
