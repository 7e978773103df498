"""What is said around a request that waits, to a yes or a no that answers nothing, and to what is said outright."""

import pytest

from helpline.store.requests import find_requests_of
from helpline.store.tables import FeedbackRow
from tests.conversations.test_callback_form import begin_and_fill
from tests.conversations.test_form_asides import begin
from tests.conversations.test_saved_requests import saved, statuses

WAITS = "not saved yet. Shall we go on"


@pytest.mark.parametrize("text", ["215 555 0142", "mornings"])
@pytest.mark.parametrize("danger", ["crisis/self", "emergency/life_threat"])
async def test_a_request_that_waits_is_not_saved_and_goes_on_after_a_yes(stage, store, text, danger):
    await begin(stage, 1)
    assert WAITS not in await stage.say("said in danger", danger)
    assert WAITS in await stage.say(text, "inform")
    assert find_requests_of(store, stage.sender) == []
    assert "What phone number" in await stage.say("yes please", "affirm")
    assert await stage.form() == "callback_form"


@pytest.mark.parametrize(("text", "intent"), [("hm ok", "affirm"), ("asdf", "nlu_fallback")])
async def test_the_way_to_help_comes_before_a_request_that_waits(stage, text, intent):
    await begin(stage, 1)
    await stage.say("said in danger", "emergency/life_threat")
    assert "Please call 911 now" in await stage.say(text, intent)
    assert WAITS in await stage.say("mornings", "inform")
    assert "What phone number" in await stage.say("yes please", "affirm")


async def test_it_is_not_said_over_and_over_that_a_request_waits_nor_after_a_no(stage):
    await begin(stage, 1)
    await stage.say("I want to die", "crisis/self")
    assert WAITS in await stage.say("mornings", "inform")
    assert WAITS not in await stage.say("mornings are best", "inform")
    await stage.say("what is ned", "faq/ned")
    assert WAITS not in await stage.say("no", "deny")


@pytest.mark.parametrize("steps", [0, 2, 4])
async def test_a_goodbye_within_a_form_says_that_nothing_is_saved(stage, steps):
    await begin(stage, steps)
    assert "is not saved" in await stage.say("bye", "goodbye")
    assert "is not saved" not in await stage.say("cancel", "cancel")
    assert "is not saved" not in await stage.say("bye", "goodbye")


async def test_a_yes_that_answers_nothing_is_no_wish_for_a_topic(stage):
    await stage.say("what is ned", "faq/ned")
    await stage.say("I don't want it any more", "cancel")
    assert "whenever you like" in await stage.say("yes", "affirm")


async def test_a_yes_after_an_answer_still_goes_on_with_it(stage):
    await stage.say("what is ned", "faq/ned")
    assert "whenever you like" not in await stage.say("yes", "affirm")


async def test_a_second_greeting_is_short(stage):
    assert "automated assistant" in await stage.say("hello", "greet")
    again = await stage.say("hello? anybody", "greet")
    assert "still here" in again
    assert "automated assistant" not in again


async def test_a_number_that_nobody_asked_for_is_met_with_the_offer_of_a_call(stage):
    assert "call you back" in await stage.say("my number is 215 555 0142", "inform")
    assert "first name" in await stage.say("yes", "affirm")


@pytest.mark.parametrize(
    "text", ["thank you, that helped", "That really helped, thanks so much", "this was very helpful"]
)
async def test_that_it_helped_is_an_answer_and_asks_nothing_back(stage, store, text):
    await stage.say("what is ned", "faq/ned")
    reply = await stage.say(text, "thanks")
    assert "glad it helped" in reply
    assert "?" not in reply
    with store.transaction() as session:
        assert {row.helpful for row in session.query(FeedbackRow)} == {True}  # every turn is played twice


async def test_a_yes_in_other_words_to_whether_it_helped_is_kept_as_one(stage, store):
    await stage.say("what is ned", "faq/ned")
    await stage.say("thanks", "thanks")
    await stage.say("it did, yeah", "affirm")
    with store.transaction() as session:
        assert {row.helpful for row in session.query(FeedbackRow)} == {True}  # every turn is played twice


@pytest.mark.parametrize(
    ("text", "taken_for", "said"),
    [
        ("why me", "ask_why", "reason to be angry"),
        ("Why me?", "ask_why", "reason to be angry"),
        ("what did i do to deserve this", "faq/ned", "reason to be angry"),
        ("\U0001f62d", "other_language", "a lot to take in"),
        ("\U0001f62d\U0001f62d\U0001f62d", "nlu_fallback", "a lot to take in"),
        ("my scan came back worse", "nlu_fallback", "a lot to take in"),
        ("the results are not good", "faq/diagnosis", "a lot to take in"),
        ("mom's scan was really bad", "nlu_fallback", "a lot to take in"),
        ("bad news today", "nlu_fallback", "a lot to take in"),
    ],
)
async def test_a_feeling_said_outright_is_met_and_leads_to_a_person(stage, text, taken_for, said):
    reply = await stage.say(text, taken_for)
    assert said in reply
    assert "[Talk to a person]" in reply


@pytest.mark.parametrize(
    ("text", "taken_for"),
    [
        ("Mareike", "nlu_fallback"),
        ("mary lopez", "distress/anger"),
        ("Bob Smith", "nlu_fallback"),
        ("Linda.", "affirm"),
    ],
)
async def test_a_name_alone_is_met_with_a_greeting(stage, text, taken_for):
    await stage.say("hi", "greet")
    await stage.say("what is ned", "faq/ned")
    assert "What would you like to know?" in await stage.say(text, taken_for)


@pytest.mark.parametrize(
    ("text", "taken_for", "said"),
    [("Hope", "nlu_fallback", "did not understand"), ("Ned", "faq/ned", "evidence of disease")],
)
async def test_a_word_that_may_be_a_name_is_read_as_a_word(stage, text, taken_for, said):
    assert said in await stage.say(text, taken_for)


async def test_who_wants_the_conversation_on_paper_hears_where_that_is(stage):
    await stage.say("what is ned", "faq/ned")
    assert "copy or print this conversation" in await stage.say("print", "ask_transcript")


@pytest.mark.parametrize(
    "text", ["why me and not my sister with the same gene", "my scan was good", "is it bad news", "help me"]
)
async def test_what_says_more_or_else_stays_what_it_was_taken_for(stage, text):
    assert "evidence of disease" in await stage.say(text, "faq/ned")


async def test_whether_it_is_open_is_answered_in_a_talk_about_a_topic_too(stage):
    await stage.say("what is ned", "faq/ned")
    assert "helpline's hours" in await stage.say("are you open now", "faq/ned")


@pytest.mark.parametrize("text", ["hmm", "um", "ok wait"])
async def test_only_a_clear_yes_deletes_or_withdraws(stage, store, text):
    code = await saved(stage)
    await stage.say("cancel my call back", "cancel")
    assert code in await stage.say(text, "affirm")
    assert statuses(store, stage) == ["new"]
    await stage.say("delete my data", "delete_my_data")
    assert "Shall I delete" in await stage.say(text, "affirm")
    assert statuses(store, stage) == ["new"]
    assert "Your data is deleted" in await stage.say("yes", "affirm")


async def test_an_unknown_code_is_said_to_be_unknown(stage):
    await begin_and_fill(stage)
    await stage.say("cancel", "cancel")
    assert "cannot find a request with that code" in await stage.say("EMX4-Y4", "nlu_fallback")


@pytest.fixture
def in_despair(stage, monkeypatch):
    """Have the messages after the call answered with the numbers for a crisis, as their words ask for it."""
    whole = stage._parsed

    def despairing(*message):
        return {**whole(*message), "check_in": "crisis.check_in"}

    return lambda: monkeypatch.setattr(stage, "_parsed", despairing)


async def test_a_withdrawal_just_after_the_request_names_no_lifeline(stage, in_despair):
    await saved(stage)
    in_despair()
    reply = await stage.say("I don't want it any more", "cancel")
    assert "cancel your request" in reply
    assert "988" not in reply


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (None, "I don't want it any more, I can't do this any more"),
        (("I feel so alone", "distress/loneliness"), "I don't want it any more"),
        (("it hurts", "distress/despair"), "I don't want this any more"),
    ],
)
async def test_the_same_words_keep_the_lifeline_where_they_may_be_about_a_life(stage, before, text, in_despair):
    await saved(stage)
    if before:
        await stage.say(*before)
    in_despair()
    assert "988" in await stage.say(text, "cancel")


async def test_without_a_request_the_same_words_keep_the_lifeline(stage, in_despair):
    in_despair()
    assert "988" in await stage.say("I don't want it any more", "cancel")


@pytest.mark.parametrize("kind", ["fear", "grief", "despair", "overwhelmed"])
async def test_the_helplines_number_stands_once_in_a_reply_to_a_feeling(stage, kind, in_despair):
    in_despair()
    reply = await stage.say("I can't go on like this", f"distress/{kind}")
    assert "988" in reply
    assert reply.count("(888) 753-LBBC (5222)") == 1
