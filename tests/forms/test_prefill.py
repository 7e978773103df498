"""What is taken from earlier messages: facts about the illness from any, contact details from the form's own only."""

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
    assert prefill(CALLBACK, {}, {}, messages, "US") == {"first_name": "Grace", "phone_number": "+12155550142"}
    by_text = prefill(VOLUNTEER, {"contact_method": "text"}, {}, messages, "US")
    assert by_text == {"first_name": "Grace", "contact_address": "+12155550142", "age_range": "50-59"}
