"""What a yes, a no and a choice mean after an offer: the stories in data/stories/, and choices typed in words."""

import pytest


async def test_a_yes_to_a_volunteer_begins_the_sign_up(stage):
    await stage.say("what is a peer volunteer", "faq/peer_volunteer")
    await stage.say("yes please", "affirm")
    assert await stage.form() == "volunteer_form"


async def test_a_yes_is_asked_which_and_a_number_begins_the_request(stage):
    await stage.say("what is the helpline", "faq/helpline")
    assert "Which one do you mean" in await stage.say("yes", "affirm")
    await stage.say("1")
    assert await stage.form() == "callback_form"


async def test_a_yes_to_two_ways_to_a_person_is_asked_which(stage):
    await stage.say("I want to talk to someone", "talk_to_person")
    asked = await stage.say("yes", "affirm")
    assert "[Ask for a call back] [Match me with a volunteer]" in asked
    await stage.say("the second one")
    assert await stage.form() == "volunteer_form"


async def test_a_no_to_a_person_ends_the_offer(stage):
    await stage.say("I want to talk to someone", "talk_to_person")
    assert "All right" in await stage.say("no", "deny")
    assert await stage.form() is None


async def test_a_yes_after_an_answer_goes_on_with_the_topic(stage):
    await stage.say("what is LMD", "faq/lmd")
    assert "5-15%" in await stage.say("yes", "affirm")


async def test_an_offer_holds_for_the_next_message_only(stage):
    await stage.say("what is a peer volunteer", "faq/peer_volunteer")
    await stage.say("what is LMD", "faq/lmd")
    await stage.say("yes", "affirm")
    assert await stage.form() is None


@pytest.mark.parametrize(("intent", "says"), [("affirm", "Thank you for telling me"), ("deny", "I missed it")])
async def test_a_yes_or_no_to_whether_it_helped_is_kept(stage, intent, says):
    await stage.say("what is NED", "faq/ned")
    await stage.say("thanks", "thanks")
    assert says in await stage.say("a word", intent)


async def test_a_feeling_and_a_yes_bring_a_person(stage):
    await stage.say("I am so scared", "distress/fear")
    assert "(888) 753-LBBC (5222)" in await stage.say("yes", "affirm")


@pytest.mark.parametrize("text", ["1", "the first", "how common is lmd", "number 1 please"])
async def test_a_choice_is_typed_by_number_place_or_words(stage, text):
    await stage.say("what is LMD", "faq/lmd")
    assert "5-15%" in await stage.say(text, "inform")


async def test_both_choices_are_answered_in_order(stage):
    await stage.say("what is NED", "faq/ned")
    said = await stage.say("both", "inform")
    assert said.index("whether tests still find the cancer") < said.index("not considered curable")


async def test_a_choice_can_be_made_some_turns_later(stage):
    await stage.say("what is LMD", "faq/lmd")
    await stage.say("thanks", "thanks")
    await stage.say("bye for now", "goodbye")
    assert "fact sheet" in await stage.say("the second one you offered", "inform")


async def test_a_danger_wins_over_a_choice(stage):
    await stage.say("what is LMD", "faq/lmd")
    assert "988" in await stage.say("1", "crisis/self")


async def test_a_number_answers_the_question_of_a_form(stage):
    await stage.say("match me", "request_volunteer")
    await stage.say("1")
    assert "first name" in await stage.say("what was the question", "repeat")


async def test_what_was_just_said_is_said_in_other_words(stage):
    first = await stage.say("what is NED", "faq/ned")
    second = await stage.say("what is NED", "faq/ned")
    third = await stage.say("what is NED", "faq/ned")
    assert len({first, second, third}) == 3
    assert "no sign of the cancer" in second
    assert "no sign of the cancer" in first


async def test_a_feeling_that_comes_twice_is_not_met_in_the_same_words(stage):
    first = await stage.say("my scan came back worse", "distress/overwhelmed")
    again = await stage.say("I can't take it in", "distress/overwhelmed")
    assert "One small step" in first
    assert "One small step" not in again
    assert "(888) 753-LBBC (5222)" in again
    assert "every reason to be angry" in await stage.say("why me", "distress/anger")


async def test_a_yes_to_a_feeling_met_again_asks_which_person(stage):
    await stage.say("I'm so scared", "distress/fear")
    assert "[Ask for a call back]" in await stage.say("still so scared", "distress/fear")
    assert "which" in (await stage.say("yes", "affirm")).lower()
