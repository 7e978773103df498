"""What is told and asks nothing, by the real rules: it gets no answer that nobody asked for."""

import pytest


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("introduction", "answers from LBBC's page"),
        ("good_news", "good to hear"),
        ("results", "How was it"),
        ("bad_news", "I am sorry. That is a lot to be told"),
        ("helped", "If anything changes"),
        ("story", "Thank you for telling me"),
        ("reaction", "Take your time"),
    ],
)
async def test_a_remark_is_taken_up_kindly(stage, kind, said):
    assert said in await stage.say("hi my wife has mbc", f"remark/{kind}")


async def test_a_second_remark_is_not_answered_in_the_same_words(stage):
    await stage.say("she told the kids", "remark/story")
    reply = await stage.say("the little one asked for a hamster", "remark/story")
    assert "I am here if a question comes up" in reply


async def test_the_topic_and_its_choices_stay(stage):
    answer = await stage.say("what is ned", "faq/ned")
    reply = await stage.say("wow", "remark/reaction")
    assert reply.partition("[")[2] == answer.partition("[")[2]
    assert (await stage.slots())["topic"] == "ned"


@pytest.mark.parametrize(
    "text",
    [
        "ok",
        "Okay.",
        "oh ok",
        "right",
        "alright then",
        "hm, ok",
        "got it",
        "I see",
        "kk",
        "ok, makes sense",
        "wow",
        "oh",
        "hm",
        "oh my god",
    ],
)
async def test_ok_after_an_answer_opens_no_other_topic(stage, text):
    await stage.say("what is ned", "faq/ned")
    assert "Take your time" in await stage.say(text, "affirm")


async def test_yes_after_an_answer_still_goes_on(stage):
    await stage.say("what is ned", "faq/ned")
    assert "Take your time" not in await stage.say("yes please", "affirm")


async def test_ok_is_a_yes_where_something_is_offered_or_asked(stage):
    await stage.say("can somebody call me", "talk_to_person")
    assert "Which one do you mean" in await stage.say("ok", "affirm")
    await stage.say("what is ned", "faq/ned")
    await stage.say("thanks", "thanks")
    assert "Take your time" not in await stage.say("ok", "affirm")
    await stage.say("delete everything", "delete_my_data")
    assert "Take your time" not in await stage.say("ok", "affirm")


async def test_in_a_form_a_remark_is_no_answer_and_ok_is_one(stage):
    await stage.say("match me with a volunteer", "request_volunteer")
    assert "first name" in await stage.say("ok", "affirm")
    assert "first name" in (await stage.say("the cat sits on my lap today", "remark/story")).lower()
    assert "Thanks, Ann" in await stage.say("Ann", "remark/introduction")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("my friend cut off all her hair before chemo and sent me a picture", "Thank you for telling me"),
        ("my nurse is called bella and she is the best", "Thank you for telling me"),
        ("we have been to the lake with the kids on sunday", "Thank you for telling me"),
    ],
)
@pytest.mark.parametrize("intent", ["nlu_fallback", "inform"])
async def test_what_tells_and_is_not_understood_is_no_guess_at_a_question(stage, text, said, intent):
    assert said in await stage.say(text, intent)


@pytest.mark.parametrize(
    "text", ["liver now", "xeloda dead, then what", "who said she was ill?", "do we tell them at the wedding"]
)
async def test_what_asks_or_is_short_is_still_asked_back(stage, text):
    assert "Thank you for telling me" not in await stage.say(text, "nlu_fallback")


async def test_what_is_likely_a_topic_is_answered_with_others_beside_it(stage):
    assert "Maybe you mean" in await stage.say_unclearly("they told my mother that it has grown", "progression")
