"""Dynamic responses: what each stands for in a turn."""

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from helpline.rasa.generator import HelplineResponses
from helpline.rasa.state import REMINDER_TURNS

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [greet]
slots:
  topic:
    type: text
    mappings: [{type: custom}]
  helpline_hours:
    type: text
    mappings: [{type: custom}]
responses:
  utter_default: [{text: not understood}]
  utter_topic: [{text: no such topic}]
  utter_more: [{text: that is all}]
  utter_follow_up:
    - text: which topic
      metadata:
        follow_ups: {ask_difference: ned, ask_why: utter_more}
  utter_last_answer: [{text: nothing to repeat}]
  utter_first_question: [{text: "first?"}]
  utter_second_question: [{text: "second?"}]
  utter_did_you_mean: [{text: which one}]
  utter_not_on_page:
    - text: not on the page
      buttons: [{title: My doctor, payload: /x}, {title: A person, payload: /talk_to_person}]
  utter_helpline: [{text: "the number"}]
  utter_hours: [{text: "open {helpline_hours}"}]
  utter_crisis/self: [{text: "call 988"}]
  utter_crisis_reminder: [{text: "988 is there"}]
  utter_crisis_check_in: [{text: "is it that bad? 988"}]
  utter_faq/ned:
    - text: NED means
      buttons:
        - {title: Stable, payload: '/ask_topic{"topic": "stable_disease"}'}
        - {title: A person, payload: /talk_to_person}
      metadata:
        title: What NED means
        section: Page
        reviewed: "2025-07-10"
        follow_ups: {ask_difference: stable_disease, ask_symptoms: utter_helpline}
  utter_faq/stable_disease:
    - {text: stable means, metadata: {title: Stable disease}}
""")


def said(intent: str = "faq", **parse_data: object) -> UserUttered:
    return UserUttered("words", {"name": intent}, [], {"intent": {"name": intent}, "entities": [], **parse_data})


def conversation(*events: Event) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("visitor", list(events), DOMAIN.slots)


async def generate(name: str, *events: Event):
    return await HelplineResponses(domain=DOMAIN).generate(name, conversation(*events), "website")


def ranked(*topics: str) -> dict[str, object]:
    return {"faq": {"ranking": [{"intent_response_key": f"faq/{t}", "confidence": 0.3} for t in topics]}}


async def test_a_chosen_topic_is_answered_with_its_own_response_and_untouched_payloads():
    response = await generate("utter_topic", SlotSet("topic", "ned"), said("ask_topic"))
    assert response["text"] == "NED means"
    assert response["buttons"][0]["payload"] == '/ask_topic{"topic": "stable_disease"}'
    assert response["metadata"]["section"] == "Page"


@pytest.mark.parametrize("topic", ["no_such_topic", "none"])
async def test_a_topic_without_an_answer_says_so(topic):
    assert (await generate("utter_topic", SlotSet("topic", topic), said()))["text"] == "no such topic"


async def test_likely_topics_are_offered_by_title_three_at_most():
    response = await generate(
        "utter_did_you_mean", said("nlu_fallback", response_selector=ranked("ned", "gone", "stable_disease"))
    )
    assert [button["title"] for button in response["buttons"]] == ["What NED means", "Stable disease"]
    assert response["buttons"][1]["payload"] == '/ask_topic{"topic": "stable_disease"}'


async def test_with_no_likely_topic_nothing_is_guessed():
    assert (await generate("utter_did_you_mean", said("nlu_fallback")))["text"] == "not understood"


async def test_what_the_page_does_not_hold_offers_the_nearest_topics_and_a_person():
    response = await generate("utter_not_on_page", said(response_selector=ranked("ned", "stable_disease")))
    assert [button["title"] for button in response["buttons"]] == ["What NED means", "Stable disease", "A person"]


async def test_two_questions_are_answered_in_their_order():
    turn = said("two_questions", questions=["faq/ned", "talk_to_person"])
    assert (await generate("utter_first_question", turn))["text"] == "NED means"
    assert (await generate("utter_second_question", turn))["text"] == "the number"


async def test_more_is_the_next_topic_that_was_not_said_yet():
    topic = SlotSet("topic", "ned")
    assert (await generate("utter_more", topic, said("ask_more")))["text"] == "stable means"
    told = BotUttered("stable means", metadata={"utter_action": "utter_faq/stable_disease"})
    assert (await generate("utter_more", topic, said(), told, said("ask_more")))["text"] == "that is all"


async def test_the_last_answer_is_repeated_with_its_choices():
    first = BotUttered("NED means", {"buttons": [{"title": "Stable", "payload": "/s"}]}, {"metadata": {"section": "P"}})
    response = await generate("utter_last_answer", said(), first, BotUttered("and more"), said("repeat"))
    assert response["text"] == "NED means\n\nand more"
    assert (await generate("utter_last_answer", said("repeat")))["text"] == "nothing to repeat"


async def test_placeholders_are_filled_from_slots():
    assert (await generate("utter_hours", SlotSet("helpline_hours", "9-5"), said()))["text"] == "open 9-5"


async def test_after_a_crisis_the_numbers_stay_in_sight_once_a_turn():
    crisis = [said("crisis"), BotUttered("call 988")]
    assert (await generate("utter_faq/ned", *crisis, said()))["text"] == "NED means\n\n988 is there"
    second = await generate("utter_faq/ned", *crisis, said(), BotUttered("something"))
    assert second["text"] == "NED means"
    assert (await generate("utter_crisis/self", *crisis, said("crisis")))["text"] == "call 988"


async def test_the_reminder_ends_after_some_turns_and_never_comes_without_a_crisis():
    later = [said() for _ in range(REMINDER_TURNS)]
    assert "988" not in (await generate("utter_faq/ned", said("crisis"), *later, said()))["text"]
    assert "988" in (await generate("utter_faq/ned", said("crisis"), *later[1:], said()))["text"]
    assert "988" not in (await generate("utter_faq/ned", said(), said()))["text"]


async def test_an_unknown_response_is_none():
    assert await generate("utter_unknown", said()) is None


async def test_what_may_be_a_crisis_ends_with_whom_to_call():
    response = await generate("utter_faq/ned", said(check_in="crisis.check_in"))
    assert response["text"] == "NED means\n\nis it that bad? 988"


async def test_whom_to_call_is_said_once_a_turn_and_not_in_the_next():
    turn = [said(check_in="crisis.check_in"), BotUttered("NED means")]
    assert (await generate("utter_helpline", *turn))["text"] == "the number"
    assert (await generate("utter_helpline", *turn, said()))["text"] == "the number"


async def test_after_a_crisis_the_reminder_is_enough():
    events = [said("crisis"), BotUttered("call 988"), said(check_in="crisis.check_in")]
    assert (await generate("utter_helpline", *events))["text"] == "the number\n\n988 is there"


@pytest.mark.parametrize(
    ("topic", "intent", "text"),
    [
        ("ned", "ask_difference", "stable means"),
        ("ned", "ask_symptoms", "the number"),
        ("ned", "ask_why", "stable means"),
        ("stable_disease", "ask_difference", "NED means"),
        ("stable_disease", "ask_why", "that is all"),
        ("none", "ask_difference", "NED means"),
        (None, "ask_how_common", "which topic"),
        ("ned", "affirm", "which topic"),
    ],
)
async def test_a_follow_up_means_what_the_topic_says_and_else_what_is_said_for_all(topic, intent, text):
    response = await generate("utter_follow_up", SlotSet("topic", topic), said(intent))
    assert response["text"] == text


async def test_what_follow_ups_mean_is_not_sent_to_the_visitor():
    response = await generate("utter_faq/ned", said())
    assert response["metadata"] == {"title": "What NED means", "section": "Page", "reviewed": "2025-07-10"}
    assert "metadata" in (await generate("utter_follow_up", said("deny")))
