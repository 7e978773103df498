"""What is taken from earlier messages: facts about the illness from any, contact details from the form's own only."""

import pytest

from helpline.forms.definition import CALLBACK, VOLUNTEER
from helpline.forms.message import Message
from helpline.forms.prefill import FACTS, facts_in, merge_facts, prefill


def said(text, **entities):
    return Message(text, "inform", 0.9, entities)


def test_facts_are_taken_from_statements_about_oneself_only():
    entities = {"subtype": ["TNBC"], "spread_site": ["liver"], "age": ["47"], "diagnosis_stage": ["de novo"]}
    assert facts_in(said("I'm 47, TNBC from the start, now in my liver", **entities)) == {
        "cancer_subtype": ["triple_negative"],
        "spread_sites": ["liver"],
        "age_range": "40-49",
        "diagnosis_type": "de_novo",
    }
    assert facts_in(said("is my TNBC in the liver?", **entities)) == {}
    assert facts_in(said("TNBC in the liver at 47", **entities)) == {}
    assert facts_in(said("my mom is 47", relation=["mom"], age=["47"])) == {"for_whom": "other", "age_range": "40-49"}


@pytest.mark.parametrize(
    "text",
    [
        "I want a volunteer for my wife",
        "my mother has MBC and wants to talk to someone",
        "my husband was just diagnosed, stage 4",
        "I'm a caregiver for my sister",
        "my daughter's cancer spread to the bones",
        "my best friend is living with MBC, I want to help",
    ],
)
def test_for_whom_is_known_where_somebody_else_has_the_illness(text):
    assert facts_in(said(text, relation=["x"]))["for_whom"] == "other"


@pytest.mark.parametrize(
    "text",
    [
        "my sister told me to ask for a volunteer",
        "my mum had it too and now I have it",
        "my husband is worried about me",
        "my daughter found you for me",
        "my mother has it as well, and I was diagnosed last week",
        "I want somebody who knows what my husband is going through, I have mets",
        "I can't talk to my partner about it",
    ],
)
def test_a_relative_who_is_only_mentioned_is_not_for_whom_it_is(text):
    assert "for_whom" not in facts_in(said(text, relation=["x"]))


def test_the_age_of_a_relative_who_is_only_mentioned_is_not_taken():
    assert "age_range" not in facts_in(said("my mother died of it when she was 71, I need help", age=["71"]))


def test_a_newer_fact_replaces_the_older_one():
    old = {"spread_sites": ["liver"], "age_range": "40-49"}
    assert merge_facts(old, {"spread_sites": ["bones"]}) == {"spread_sites": ["bones"], "age_range": "40-49"}
    assert old == {"spread_sites": ["liver"], "age_range": "40-49"}
    assert merge_facts(old, {"spread_sites": []}) == {"age_range": "40-49"}


def test_a_record_holds_nothing_but_facts():
    merged = merge_facts({"first_name": "Grace"}, {"text": "I have mets", "for_whom": "other"})
    assert merged == {"for_whom": "other"}
    assert set(merged) <= set(FACTS)


def test_facts_fill_the_form_that_asks_for_them():
    facts = {"spread_sites": ["liver"], "age_range": "40-49"}
    assert prefill(VOLUNTEER, {"age_range": "50-59"}, facts, (), "US") == {"spread_sites": ["liver"]}
    assert prefill(CALLBACK, {}, facts, (), "US") == {}


def test_contact_details_come_from_the_messages_of_the_form():
    messages = (said("I'm 52, my name is Grace", age=["52"]), said("215 555 0142"))
    assert prefill(CALLBACK, {"callback_method": "phone"}, {}, messages, "US") == {
        "first_name": "Grace",
        "phone_number": "+12155550142",
    }
    by_text = prefill(VOLUNTEER, {"contact_method": "text"}, {}, messages, "US")
    assert by_text == {"first_name": "Grace", "contact_address": "+12155550142", "age_range": "50-59"}
