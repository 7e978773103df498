"""An answer that was given a moment ago comes in other words, and says that what was asked may not be in it."""

MORE = "If you asked for more, your care team may know it"


async def test_who_asks_on_about_a_topic_hears_that_the_page_may_not_say_more(stage):
    assert MORE not in await stage.say("where are the videos of women", "faq/stories")
    again = await stage.say("are they all young then", "faq/stories")
    assert MORE in again
    assert "9 women" in again
    assert "(888) 753-LBBC (5222)" in again


async def test_the_number_stands_in_a_reply_once(stage):
    await stage.say("what is LBBC", "faq/about_lbbc")
    again = await stage.say("are they selling something", "faq/about_lbbc")
    assert MORE in again
    assert again.count("(888) 753-LBBC (5222)") == 1


async def test_who_asks_for_simpler_words_or_another_part_does_not_hear_it(stage):
    await stage.say("what is NED", "faq/ned")
    assert MORE not in await stage.say("say that simpler", "ask_simpler")
    await stage.say("how many get it again", "faq/recurrence_risk")
    assert MORE not in await stage.say("whose figure is that", "ask_source")


async def test_numbers_for_a_crisis_come_instead_of_it(stage):
    await stage.say("i want to die", "crisis/self")
    await stage.say("what is NED", "faq/ned")
    again = await stage.say("can everyone get there", "faq/ned")
    assert MORE not in again
    assert "988" in again


async def test_the_third_time_the_wording_that_is_longer_ago_is_given_once_more(stage):
    first = (await stage.say("what is stable disease", "faq/stable_disease")).partition("[")[0].strip()
    second = await stage.say("for good", "faq/stable_disease")
    third = await stage.say("and my uncle", "faq/stable_disease")
    fourth = await stage.say("still no", "faq/stable_disease")
    assert first in third
    assert "once more" in third
    assert "once more" not in second
    assert second.partition(".")[0] in fourth
    assert MORE in third
    assert MORE in fourth


async def test_what_was_said_in_simpler_words_just_now_is_not_said_in_longer_ones(stage):
    await stage.say("what is stable disease", "faq/stable_disease")
    await stage.say("in simple words", "ask_simpler")
    assert "a person at LBBC's helpline can talk it over" in await stage.say("simpler please", "ask_simpler")
