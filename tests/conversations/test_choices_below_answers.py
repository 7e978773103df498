"""Below an answer stands first what the message may have meant instead, and it can be chosen."""


async def test_what_may_have_been_meant_is_one_tap_away(stage):
    said = await stage.say_beside("smaller again, what is that", "faq/regression", "faq/recurrence_risk")
    assert "[Can early cancer come back as MBC?]" in said
    assert "cancer shrinks" in said


async def test_it_can_be_chosen_by_its_number(stage):
    await stage.say_beside("smaller again, what is that", "faq/regression", "faq/ned_vs_stable")
    assert "stable disease" in await stage.say("3", "inform")


async def test_a_feeling_keeps_the_person_beside_it(stage):
    said = await stage.say_beside("the scan is on friday and I am sick with worry", "distress/fear", "faq/symptoms")
    assert "[Talk to a person]" in said
    assert "[Symptoms, and when to tell the doctor]" in said
