"""What is said to a form and is no answer: it gets its own reply, then the question again."""

import pytest

from helpline.store.tables import CallbackRow
from tests.conversations.test_volunteer_form import fill

ANSWERS = ("Grace", "215 555 0142", "mornings", "my kids")
ASKED = ("first name", "What phone number", "good time", "talk about", "Is this right")


async def begin(stage, answers=0):
    reply = await stage.say("Can somebody phone me?", "request_callback")
    for answer in ANSWERS[:answers]:
        reply = await stage.say(answer)
    return reply


async def test_the_first_message_says_what_is_asked_how_it_is_kept_and_the_number(stage):
    reply = await begin(stage)
    for said in ("first name", "number", "good time", "encrypted", "when you say yes", "agree", "(888) 753-LBBC"):
        assert said in reply
    assert reply.index("agree") < reply.index("What is your first name")
    assert "By answering" not in await stage.say("Grace")


async def test_answers_are_acknowledged_in_the_visitors_words(stage):
    assert "Thanks, Grace." in (await begin(stage, 1))
    await stage.say("215 555 0142")
    assert '"any time after the school run"' in await stage.say("any time after the school run")
    await stage.say("skip", "skip")
    assert "Number changed to (610) 555-0117." in await stage.say("my number is 610 555 0117", "correct_value")
    assert "Thanks, Sue." in await stage.say("change my name to Sue", "correct_value")


@pytest.mark.parametrize("step", range(5))
@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("fuck this", "distress/anger", "all right to be fed up"),
        ("how many more questions?", "out_of_scope", "Questions left"),
        ("when will you call me?", "nlu_fallback", "not saved yet"),
        ("what number do I dial?", "nlu_fallback", "(888) 753-LBBC"),
    ],
)
async def test_an_aside_at_any_step_gets_its_answer_and_then_the_question(stage, step, text, intent, said):
    await begin(stage, step)
    reply = await stage.say(text, intent)
    assert said in reply
    assert ASKED[step] in reply[reply.index(said) :]


@pytest.mark.parametrize("step", range(5))
@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("is this free?", "nlu_fallback", "no payment"),
        ("what does it cost", "faq", "no payment"),
        ("do I have to pay for the call", "out_of_scope", "no payment"),
        ("will a nurse call", "faq", "whether it is a nurse, I do not know"),
        ("who calls me?", "request_callback", "Which person it will be"),
        ("how long does it take", "ask_how_long", "How soon somebody is in touch"),
    ],
)
async def test_a_question_on_what_follows_gets_an_honest_answer_and_then_the_question(stage, step, text, intent, said):
    await begin(stage, step)
    reply = await stage.say(text, intent)
    assert said in reply
    assert ASKED[step] in reply[reply.index(said) :]


async def test_what_somebody_should_be_like_is_the_concern_and_no_wish_for_a_person(stage):
    await fill(stage, 9)
    assert "good time" in await stage.say("To talk with somebody who works full time", "talk_to_person")
    assert "There is nothing" not in await stage.say("can I talk to somebody now", "talk_to_person")


async def test_what_treatment_costs_is_a_topic_to_talk_about(stage):
    await begin(stage, 3)
    assert "what treatment costs" in await stage.say("what treatment costs and how to work")


@pytest.mark.parametrize("step", [0, 1, 3])
async def test_the_wish_said_again_begins_nothing_anew(stage, step):
    await begin(stage, step)
    reply = await stage.say("I want someone to call me back", "request_callback")
    assert "once you say yes to it" in reply
    assert ASKED[step] in reply
    assert "did not understand" not in reply


async def test_a_time_that_says_cancel_is_a_time(stage):
    await begin(stage, 2)
    assert "talk about" in await stage.say("cancel my morning, call at 4", "cancel")


async def test_what_is_wished_of_a_match_is_the_concern(stage):
    await fill(stage, 9)
    reply = await stage.say("to be matched with someone whose kids are small", "request_volunteer")
    assert "good time" in reply
    assert "I will ask for your first name" not in reply


@pytest.mark.parametrize("text", ["change phone to email", "email me instead", "can you email rather than call?"])
@pytest.mark.parametrize("count", [5, 6, 11])
async def test_another_way_to_be_reached_at_any_step_of_the_sign_up(stage, count, text):
    await stage.say("match me with a volunteer", "request_volunteer")
    answers = ["Yes", "Grace", "For myself", "Phone call", "215 555 0142", *["skip"] * 6]
    for answer in answers[:count]:
        await stage.say(answer, "affirm" if answer == "Yes" else "inform")
    assert "your email address" in await stage.say(text, "nlu_fallback")
    assert "your email address" not in await stage.say("grace@example.org")


@pytest.mark.parametrize("step", [1, 2, 4])
@pytest.mark.parametrize(
    "text", ["please don't phone, he listens", "it's not safe to call me", "don't call, my wife checks the phone"]
)
async def test_who_must_not_be_phoned_is_asked_for_a_safe_way_and_not_called(stage, store, step, text):
    await begin(stage, step)
    reply = await stage.say(text, "nlu_fallback")
    assert "nobody will phone you" in reply
    assert "[Email]" in reply
    assert "your email address" in await stage.say("Email")
    reply = await stage.say("grace@example.org")
    while "Is this right" not in reply:
        reply = await stage.say("skip", "skip")
    assert "Email address: grace@example.org" in reply
    await stage.say("yes", "affirm")
    with store.transaction() as session:
        row = session.query(CallbackRow).one()
    assert (row.contact_method, row.phone_number, row.email) == ("email", None, "grace@example.org")


async def test_a_name_or_a_time_is_no_refusal_of_a_call(stage):
    await begin(stage)
    assert "What phone number" in await stage.say("Grace")
    await stage.say("215 555 0142")
    assert "talk about" in await stage.say("don't call before noon")


@pytest.mark.parametrize(("step", "way_on"), [(1, "another way"), (0, "go back")])
async def test_after_two_tries_the_way_on_is_offered(stage, step, way_on):
    await begin(stage, step)
    first = await stage.say("??", "nlu_fallback")
    second = await stage.say("???", "nlu_fallback")
    assert way_on not in first
    assert way_on in second
    assert ASKED[step] in second


async def test_an_optional_question_that_is_not_understood_twice_is_left_out(stage):
    await fill(stage, 5)
    await stage.say("banana", "inform")
    assert 'Say "skip"' in await stage.say("apple", "inform")
    assert "type of the cancer" in await stage.say("skip", "skip")


async def test_for_a_carer_the_questions_and_the_summary_are_about_the_person_with_mbc(stage):
    await stage.say("match me with a volunteer", "request_volunteer")
    for answer in ("Yes", "Grace", "For someone I care for", "Email"):
        await stage.say(answer, "affirm" if answer == "Yes" else "inform")
    asked = [await stage.say("grace@example.org")]
    for answer in ("it came back", "lobular", "bones"):
        asked.append(await stage.say(answer))
    assert all("person with MBC" in question for question in asked)
    for answer in ("71", "skip"):
        await stage.say(answer)
    assert "Age of the person with MBC: 70+" in await stage.say("skip", "skip")


@pytest.mark.parametrize(
    ("text", "asked"),
    [("please don't phone, he listens", "How should the helpline reach you"), ("he hits me", "What phone number")],
)
async def test_a_call_refused_in_words_of_danger_is_not_asked_for_when_the_form_goes_on(stage, text, asked):
    await begin(stage, 1)
    assert "800-799-7233" in await stage.say(text, "violence")
    assert asked in await stage.say("go on", "affirm")


@pytest.mark.parametrize(
    ("text", "intent", "asked"),
    [("email", "faq/newsletter", "What is your email address"), ("text me please", "inform", "text message go to")],
)
async def test_the_way_that_a_form_waits_for_is_taken_and_goes_on_with_it(stage, text, intent, asked):
    await begin(stage, 1)
    assert "800-799-7233" in await stage.say("please don't phone, he listens", "violence")
    assert asked in await stage.say(text, intent)


TWO = "215 555 0142 or 610 555 0117"


async def test_which_of_two_numbers_is_asked_in_one_question_and_the_choice_is_acknowledged(stage):
    await begin(stage, 1)
    reply = await stage.say(TWO)
    assert "more than one number: (215) 555-0142, (610) 555-0117" in reply
    assert "What phone number" not in reply
    assert reply.endswith("[The first one] [The second one]")
    reply = await stage.say("The second one")
    assert "Thanks. I noted (610) 555-0117." in reply
    assert "good time" in reply


@pytest.mark.parametrize(
    ("text", "intent"), [("what is ned?", "faq/ned"), ("is this free?", "faq"), ("thanks", "thanks")]
)
async def test_a_doubt_is_asked_again_after_an_aside_and_a_yes_still_takes_it(stage, text, intent):
    await fill(stage, 3)
    await stage.say("email")
    assert "Did you mean rosa@gmail.com?" in await stage.say("rosa@gmial.con")
    assert "Did you mean rosa@gmail.com?" in await stage.say(text, intent)
    assert "I noted rosa@gmail.com." in await stage.say("yes", "affirm")


async def test_what_was_in_doubt_is_gone_after_a_no(stage):
    await begin(stage, 1)
    await stage.say("my doctor's number is 215 555 0142")
    reply = await stage.say("no", "deny")
    assert "What phone number" in reply
    assert "0142" not in reply
    assert "0142" not in await stage.say("yes", "affirm")


async def test_no_value_in_doubt_is_kept_in_what_was_offered(stage):
    await begin(stage, 1)
    await stage.say(TWO)
    assert "555" not in str((await stage.slots())["thread"])
    await stage.say("cancel", "cancel")
    assert "555" not in stage.kept_words


@pytest.mark.parametrize("step", range(5))
async def test_thanks_in_the_middle_get_a_word_and_then_the_question(stage, step):
    await begin(stage, step)
    reply = await stage.say("thank you so much", "thanks")
    assert "You are welcome." in reply
    assert ASKED[step] in reply


@pytest.mark.parametrize("text", ["its for my wife Ellen not me", "this is for my mother", "my sister needs a call"])
async def test_who_asks_for_somebody_else_hears_how_to_say_whom_to_ask_for(stage, text):
    await begin(stage, 1)
    reply = await stage.say(text, "faq/helpline")
    assert "whom to ask for" in reply
    assert "What phone number" in reply
    await stage.say("610 555 0117, ask for Ellen")
    await stage.say("skip", "skip")
    assert "ask for Ellen" in await stage.say("skip", "skip")


@pytest.mark.parametrize("text", ["yes", "yes please", "sure"])
async def test_a_yes_before_the_first_answer_is_no_name_and_no_mistake(stage, text):
    await begin(stage)
    reply = await stage.say(text, "affirm")
    assert "What is your first name" in reply
    assert "did not catch" not in reply


@pytest.mark.parametrize(
    ("text", "intent", "name"),
    [
        ("im karen", "nlu_fallback", "Karen"),
        ("its maria", "inform", "Maria"),
        ("this is mike speaking", "greet", "Mike"),
        ("it's for my mom Linda but I'm Jess", "correct_value", "Jess"),
    ],
)
async def test_a_name_is_heard_however_it_is_told(stage, text, intent, name):
    await begin(stage)
    assert f"Thanks, {name}." in await stage.say(text, intent)


@pytest.mark.parametrize("text", ["im scared", "im lost", "its private", "im done"])
async def test_what_nobody_is_called_is_no_name(stage, text):
    await begin(stage)
    assert "Thanks, " not in await stage.say(text, "nlu_fallback")


async def test_what_may_ask_something_is_answered_where_no_answer_can_be_read(stage):
    await stage.say("match me with a volunteer", "request_volunteer")
    reply = await stage.say_unclearly("trained people or just anybody", "peer_volunteer")
    assert "A peer volunteer is a trained person" in reply
    assert "Is it all right if I ask you these questions" in reply
    await begin(stage)
    assert "Stable disease means" in await stage.say(
        "so which is it when it just sits there", "faq/stable_disease", 0.5
    )


@pytest.mark.parametrize(
    ("text", "way", "asks"),
    [
        ("can you text me instead of calling", "text", "text message go to"),
        ("i dont like calls, can someone text me", "text", "text message go to"),
        ("can i get an email instead of a call", "email", "your email address"),
        ("pls sms me", "text", "text message go to"),
        ("can the helpline reach me over email", "email", "your email address"),
    ],
)
async def test_another_way_may_be_wished_from_the_beginning(stage, store, text, way, asks):
    reply = await stage.say(text, "request_callback")
    assert "and not call" in reply
    assert asks in await stage.say("Grace")
    reply = await stage.say("grace@example.org" if way == "email" else "215 555 0142")
    while "Is this right" not in reply:
        reply = await stage.say("skip", "skip")
    await stage.say("yes", "affirm")
    with store.transaction() as session:
        assert session.query(CallbackRow).one().contact_method == way


@pytest.mark.parametrize("text", ["ok lets do it after all", "i changed my mind", "i didnt mean to cancel"])
async def test_a_request_that_was_stopped_just_now_may_be_wanted_after_all(stage, text):
    await begin(stage, 2)
    await stage.say("cancel", "cancel")
    assert "What is your first name" in await stage.say(text, "remark/story")
    assert await stage.form() == "callback_form"
    await stage.say("cancel", "cancel")
    await stage.say("what is NED", "faq/ned")
    await stage.say(text, "remark/story")
    assert await stage.form() is None


async def test_what_was_stopped_is_begun_anew_as_what_it_was(stage):
    await fill(stage, 4)
    await stage.say("cancel", "cancel")
    assert "Is it all right if I ask you these questions" in await stage.say("actually lets do it", "nlu_fallback")
