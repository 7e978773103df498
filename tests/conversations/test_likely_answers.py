"""What is not understood for sure is answered with the likeliest topic, and others are offered beside it."""

LEAD = "I am not sure that I understood you"


async def test_the_likeliest_topic_is_answered_and_others_are_offered(stage):
    said = await stage.say_unclearly("no trace on the picture?", "ned", "stable_disease", "regression")
    assert LEAD in said
    assert "no evidence of disease" in said
    assert "[Talk to a person]" in said
    assert "[Stable disease]" in said
    assert "[NED, no evidence of disease]" not in said
    assert "(888) 753-LBBC (5222)" in said


async def test_what_follows_is_about_it(stage):
    await stage.say_unclearly("that brain lining thing", "lmd_vs_brain_mets", "lmd")
    assert "5-15%" in await stage.say("how common is it", "ask_how_common")


async def test_one_of_the_others_can_be_chosen_by_its_number(stage):
    await stage.say_unclearly("no trace on the picture?", "ned", "stable_disease", "regression")
    assert "Stable disease" in await stage.say("1", "inform")


async def test_a_no_asks_for_other_words(stage):
    await stage.say_unclearly("no trace on the picture?", "ned", "stable_disease")
    assert "other words" in await stage.say("no", "deny")


async def test_an_answer_that_was_just_given_is_not_guessed_again(stage):
    await stage.say("what is NED", "faq/ned")
    said = await stage.say_unclearly("no trace on the picture?", "ned", "stable_disease")
    assert LEAD not in said
    assert "[NED, no evidence of disease]" in said


async def test_beside_the_numbers_for_a_crisis_nothing_is_guessed(stage):
    said = await stage.say_unclearly("what for, then", "treatment_goal", "living_well", check_in="despair")
    assert LEAD not in said
    assert "988" in said


async def test_thanks_for_it_are_thanks_for_an_answer(stage):
    await stage.say_unclearly("no trace on the picture?", "ned", "stable_disease")
    assert (await stage.slots())["answered"] is True
