"""How somebody is reached, whose facts they are, and feelings within a form."""

import pytest

from helpline.requests.reference import find_reference
from helpline.store.tables import CallbackRow
from tests.conversations.test_form_asides import ASKED, begin
from tests.conversations.test_volunteer_form import fill, rows


@pytest.mark.parametrize("text", ["email", "Email please", "by e-mail", "email only", "just email"])
async def test_the_name_of_another_way_alone_turns_to_it_at_the_number(stage, text):
    await begin(stage, 1)
    assert "What is your email address" in await stage.say(text, "faq/newsletter")


async def test_an_address_in_the_place_of_a_number_is_taken_with_its_way(stage):
    await begin(stage, 1)
    reply = await stage.say("grace@gmail.com", "nlu_fallback")
    assert "email" in reply
    assert "What is your email address" not in reply
    assert (await stage.slots())["phone_number"] == "grace@gmail.com"
    assert (await stage.slots())["callback_method"] == "email"


async def test_a_number_in_the_place_of_an_address_is_kept_and_the_way_asked(stage):
    await begin(stage, 1)
    await stage.say("email")
    assert "How should the helpline reach you" in await stage.say("215 555 0142", "nlu_fallback")
    await stage.say("Phone call")
    assert (await stage.slots())["phone_number"] == "+12155550142"


async def test_the_number_of_ones_cell_is_no_other_way(stage):
    await begin(stage, 1)
    assert "good time" in await stage.say("my cell 215 555 0142")


@pytest.mark.parametrize(("way", "address"), [("email", "grace@example.org"), ("text", "215 555 0142")])
async def test_who_is_not_phoned_is_asked_for_no_time_to_call(stage, store, way, address):
    await begin(stage, 1)
    await stage.say(way)
    reply = await stage.say(address)
    assert "good" in reply
    for said in (reply, await stage.say("why do you need that", "ask_why_needed"), await stage.say("skip", "skip")):
        assert "call you" not in said
        assert "who calls" not in said
    await stage.say("skip", "skip")
    assert find_reference(await stage.say("yes, save it", "affirm"))
    assert "they call" not in await stage.say("when will I hear from you", "check_request")
    with store.transaction() as session:
        assert session.query(CallbackRow).one().contact_method == way


@pytest.mark.parametrize("step", range(3))
@pytest.mark.parametrize(
    ("text", "intent"), [("\U0001f62d", "nlu_fallback"), ("my scan came back worse", "nlu_fallback"), ("why me", "faq")]
)
async def test_a_feeling_at_a_question_is_met_and_the_question_asked_again(stage, step, text, intent):
    await begin(stage, step)
    reply = await stage.say(text, intent)
    assert ASKED[step] in reply
    for taken in ("did not catch", "full phone number", "I noted"):
        assert taken not in reply
    assert len(reply) > 80


async def test_where_a_form_asks_what_moves_somebody_a_feeling_is_the_answer(stage):
    await begin(stage, 3)
    assert "my scan came back worse" in await stage.say("my scan came back worse", "distress/overwhelmed")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("212-555-0187 or 646-555-0134, ask for Ann", "the first one"),
        ("my doctor's number is 212-555-0187, ask for Ann", "yes"),
    ],
)
async def test_whom_to_ask_for_is_kept_when_the_number_was_in_doubt(stage, text, answer):
    await begin(stage, 1)
    assert "ask for Ann" not in await stage.say(text)
    await stage.say(answer)
    assert (await stage.slots())["phone_number"] == "+12125550187, ask for Ann"


async def test_that_no_voicemail_is_wanted_is_kept_with_the_number(stage):
    await begin(stage, 1)
    await stage.say("212-555-0187 but don't leave a voicemail")
    assert (await stage.slots())["phone_number"] == "+12125550187, don't leave a voicemail"


async def test_facts_of_oneself_are_not_those_of_whom_one_cares_for(stage, store):
    await stage.say("I have TNBC and liver mets, I'm 44", "inform", subtype="TNBC", spread_site="liver", age="44")
    replies = [await stage.say("match me with a volunteer", "request_volunteer")]
    for text, intent in (("Yes", "affirm"), ("Ann", "inform"), ("for someone I care for", "inform")):
        replies.append(await stage.say(text, intent))
    for text in ("Email", "ann@example.org", *["skip"] * 6):
        replies.append(await stage.say(text, "skip" if text == "skip" else "inform"))
    assert "riple" not in replies[-1]
    assert "liver" not in replies[-1]
    await stage.say("yes, save it", "affirm")
    (row,) = rows(store)
    assert (row.for_whom, row.cancer_subtype, row.spread_sites, row.age_range) == ("other", (), (), None)


async def test_facts_of_another_stay_with_the_other(stage):
    mother = "my mother has TNBC and liver mets"
    await stage.say(mother, "inform", subtype="TNBC", spread_site="liver", relation="mother")
    for text, intent in [("match me with a volunteer", "request_volunteer"), ("Yes", "affirm"), ("Ann", "inform")]:
        await stage.say(text, intent)
    slots = await stage.slots()
    assert (slots["for_whom"], slots["cancer_subtype"], slots["spread_sites"]) == (
        "other",
        ["triple_negative"],
        ["liver"],
    )


@pytest.mark.parametrize("text", ["1 and 3", "1, 3", "1,2 & 3", "1 and 2 and 3"])
async def test_several_choices_are_typed_by_their_numbers(stage, text):
    asked = (await fill(stage, 7))[-1]
    offered = asked[asked.index("[") :].strip("[]").split("] [")
    await stage.say(text, "nlu_fallback")
    meant = [int(sign) - 1 for sign in text if sign.isdigit()]
    assert len((await stage.slots())["spread_sites"]) == len(meant)
    await stage.say("skip", "skip")
    for _ in range(2):
        summary = await stage.say("skip", "skip")
    for place in meant:
        assert offered[place].lower() in summary.lower()


async def test_the_helplines_own_number_again_and_again_is_offered_a_way_on(stage):
    await begin(stage, 1)
    first = await stage.say("888-753-5222")
    assert "utter" not in first
    reply = await stage.say("888-753-5222")
    assert reply != first
    assert "another way" in reply


async def test_a_number_after_edit_is_said_to_be_changed(stage):
    await begin(stage, 4)
    assert "What phone number" in await stage.say("change my number", "correct_value")
    assert "Number changed to (610) 555-0117." in await stage.say("610 555 0117")


async def test_no_changes_to_a_summary_is_neither_a_yes_nor_a_change(stage, store):
    await begin(stage, 4)
    reply = await stage.say("no changes", "deny")
    assert "yes" in reply
    assert "would you like to change" not in reply
    with store.transaction() as session:
        assert session.query(CallbackRow).count() == 0


@pytest.mark.parametrize("text", ["edit how to reach you", "change to talk about"])
async def test_the_labels_of_a_summary_name_its_answers(stage, text):
    await begin(stage, 4)
    reply = await stage.say(text, "correct_value")
    assert "reach you" in reply if "reach" in text else "talk about" in reply
    assert "What would you like to change" not in reply


async def test_who_must_not_be_phoned_hears_that_a_saved_request_stands(stage):
    await begin(stage, 4)
    await stage.say("yes, save it", "affirm")
    reply = await stage.say("please don't phone, he listens", "violence")
    assert "800-799-7233" in reply
    assert "still stands" in reply
    assert "still stands" not in await stage.say("he hits me", "violence")


async def test_without_a_saved_request_nothing_is_said_to_stand(stage):
    assert "still stands" not in await stage.say("please don't phone, he listens", "violence")


async def test_while_a_saved_request_is_changed_nobody_says_that_no_call_comes(stage):
    await begin(stage, 4)
    await stage.say("yes, save it", "affirm")
    await stage.say("change my call back", "change_request")
    reply = await stage.say("please don't call me", "inform")
    assert "nobody will phone" not in reply
    assert "until you say yes" in reply


@pytest.mark.parametrize("text", ["I don't want a phone call", "I can't take calls", "I don't want any calls"])
async def test_a_call_is_refused_in_other_words(stage, text):
    await begin(stage, 2)
    reply = await stage.say(text, "nlu_fallback")
    assert "nobody will phone you" in reply
    assert "How should the helpline reach you" in reply
