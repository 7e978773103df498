"""Follow-ups without a subject mean what the conversation is about; each is a story of two or more turns."""

import re

import pytest

STORIES = [
    ("lmd", "ask_how_common", "how common is it", "5-15%"),
    ("lmd_vs_brain_mets", "ask_how_common", "how often does that happen", "5-15%"),
    ("lmd", "ask_difference", "is that the same as brain mets", "not the same as brain metastasis"),
    ("lmd", "ask_symptoms", "what are the symptoms", "fact sheet"),
    ("lmd_how_common", "ask_what_now", "what can be done about it", "fact sheet"),
    ("ned", "ask_if_cured", "so am I cured", "not considered curable"),
    ("ned", "ask_difference", "how is that different from stable", "stable"),
    ("stable_disease", "ask_difference", "and how is it different", "NED"),
    ("stable_disease", "ask_if_cured", "so is it gone", "not considered curable"),
    ("de_novo", "ask_how_common", "how common is that", "6%"),
    ("de_novo", "ask_difference", "how is it different", "treatment"),
    ("lobular", "ask_how_common", "is it rare", "10%"),
    ("recurrence_risk", "ask_how_common", "how many people is that", "20% to 30%"),
    ("mbc_definition", "ask_how_common", "how common is it", "169,000"),
    ("mbc_definition", "ask_what_now", "what do I do now", "guide"),
    ("other_names", "ask_difference", "what's the difference", "5 c"),
    ("curable", "ask_why", "why not", "hard to"),
    ("progression", "ask_what_now", "and then what", "other options"),
    ("progression", "ask_difference", "what's the opposite", "[Rr]egression"),
    ("spread_sites", "ask_symptoms", "what are the signs", "location|where"),
    ("changed_characteristics", "ask_what_now", "what can I do about it", "[Gg]enetic"),
    ("treatment_goal", "ask_what_now", "so what are my choices", "many|options"),
]
# What the page does not say is named.
LACKS = [
    ("ned", "ask_how_common", "how many get there", "does not say how many"),
    ("stable_disease", "ask_how_common", "how often", "gives no figure"),
    ("ned_vs_stable", "ask_how_common", "which is more common", "gives no figure"),
    ("progression", "ask_how_common", "how often does it", "does not say how often"),
    ("regression", "ask_how_common", "how often does it", "does not say how often"),
    ("treatment_stops_working", "ask_how_common", "how often does that happen", "does not say how often"),
    ("treatment_stops_working", "ask_how_long", "how long before they quit", "does not say how long"),
    ("surgery_removal", "ask_how_common", "how many manage it", "gives no figure"),
    ("living_well", "ask_how_common", "how many do", "gives no figure"),
    ("treatment_break", "ask_how_common", "do many take one", "does not say how many"),
    ("treatment_break", "ask_good_or_bad", "is that bad for it", "does not say what a break does"),
    ("biomarker_testing", "ask_how_chosen", "who gets them", "does not say who"),
    ("clinical_trials", "ask_where", "where are they", "names no single trial"),
    ("clinical_trials", "ask_good_or_bad", "is that a good thing", "does not speak of risks"),
    ("support_groups", "ask_where", "where do they meet", "names no group in your area"),
    ("mental_health_professional", "ask_where", "where do i find one", "names nobody in your area"),
    ("lmd_how_common", "ask_source", "says who", "does not say whose figure"),
    ("lobular", "ask_source", "says who", "does not say whose figure"),
]


@pytest.mark.parametrize(("topic", "intent", "words", "says"), STORIES, ids=[f"{s[0]}-{s[1]}" for s in STORIES])
async def test_a_follow_up_means_the_topic_before_it(stage, topic, intent, words, says):
    await stage.say("a question", f"faq/{topic}")
    assert re.search(says, await stage.say(words, intent))


@pytest.mark.parametrize(("topic", "intent", "words", "lacks"), LACKS, ids=[f"{s[0]}-{s[1]}" for s in LACKS])
async def test_who_asks_for_what_the_page_does_not_say_hears_that(stage, topic, intent, words, lacks):
    await stage.say("a question", f"faq/{topic}")
    assert lacks in await stage.say(words, intent)


async def test_small_talk_between_does_not_lose_the_subject(stage):
    await stage.say("what is LMD", "faq/lmd")
    await stage.say("thanks", "thanks")
    assert "5-15%" in await stage.say("how common is it", "ask_how_common")


async def test_a_change_of_subject_drops_the_old_one(stage):
    await stage.say("what is LMD", "faq/lmd")
    await stage.say("what is de novo", "faq/de_novo")
    assert "6%" in await stage.say("how common is it", "ask_how_common")


async def test_out_of_scope_drops_the_subject(stage):
    await stage.say("what is LMD", "faq/lmd")
    await stage.say("what's the weather", "out_of_scope", topic="none")
    assert "5-15%" not in await stage.say("how common is it", "ask_how_common")


async def test_without_a_subject_the_assistant_asks_back(stage):
    assert "Which topic" in await stage.say("how common is it", "ask_how_common")


async def test_tell_me_more_goes_on_and_ends_honestly(stage):
    heard = [await stage.say("what is LMD", "faq/lmd")]
    for _ in range(5):
        heard.append(await stage.say("tell me more", "ask_more"))
    assert "5-15%" in heard[1]
    assert "That is all I have on this" in heard[-1]


async def test_thanks_after_an_answer_ask_once_whether_it_helped(stage):
    assert "helpful" not in await stage.say("thanks", "thanks")
    await stage.say("what is NED", "faq/ned")
    assert "Was this helpful" in await stage.say("thanks", "thanks")
    await stage.say("yes", "feedback_helpful")
    assert "helpful" not in await stage.say("thanks", "thanks")


async def test_starting_over_forgets_the_subject_even_in_a_form(stage):
    await stage.say("what is LMD", "faq/lmd")
    await stage.say("call me back", "request_callback")
    assert "start again" in await stage.say("start over", "start_over")
    assert await stage.form() is None
    assert "Which topic" in await stage.say("how common is it", "ask_how_common")


async def test_a_yes_to_nothing_deletes_nothing(stage):
    assert "deleted" not in await stage.say("yes", "affirm")


async def test_deleting_is_confirmed_and_a_no_keeps_all(stage):
    assert "Shall I delete" in await stage.say("delete my data", "delete_my_data")
    assert "did not delete" in await stage.say("no", "deny")
    assert "Your data is deleted" not in await stage.say("yes", "affirm")


async def test_a_yes_long_after_the_question_deletes_nothing(stage):
    await stage.say("delete my data", "delete_my_data")
    await stage.say("what is NED", "faq/ned")
    assert "Your data is deleted" not in await stage.say("yes", "affirm")


async def test_a_yes_to_the_question_deletes(stage):
    await stage.say("delete my data", "delete_my_data")
    assert "Your data is deleted" in await stage.say("yes", "affirm")


@pytest.mark.parametrize("form", ["request_callback", "request_volunteer"])
async def test_deleting_within_a_form_ends_the_form(stage, form):
    await stage.say("please", form)
    assert "Shall I delete" in await stage.say("delete my data", "delete_my_data")
    assert await stage.form() is None
    assert "Your data is deleted" in await stage.say("yes", "affirm")
