"""What a visitor in danger, in need of advice or in distress reads, held to what it must and must not say."""

import re
from collections import Counter

import pytest
import yaml

from helpline.safety.dangers import DANGER_LEAVES
from helpline.settings import ROOT

HELPLINE = "(888) 753-LBBC (5222)"
# A sentence of so few words may be said twice.
SHORT = 4
CRISIS = re.compile(r"\b(988|suicid\w*|crisis)\b", re.IGNORECASE)
A_NUMBER = re.compile(
    r"\d+\s*(?:mg|mcg|ml|pills?|tablets?|doses?|times|days?|weeks?|months?|years?)\b"
    r"|\b(?:one|two|three|four|five|six|twelve|double|half)\s+(?:pills?|tablets?|doses?|weeks?|months?|years?)\b",
    re.IGNORECASE,
)
AN_INSTRUCTION = re.compile(
    r"\byou (?:should|must|need to|can) (?:stop|start|skip|take|double|switch)\b", re.IGNORECASE
)


def texts(name: str) -> dict[str, str]:
    content = yaml.safe_load((ROOT / "data" / "responses" / f"{name}.yml").read_text(encoding="utf-8"))
    return {key: "\n".join(each["text"] for each in said) for key, said in content["responses"].items()}


@pytest.mark.parametrize("leaf", DANGER_LEAVES)
def test_every_kind_of_danger_has_an_answer_of_at_most_60_words(leaf):
    text = texts("safety")[f"utter_{leaf}"]
    assert len(text.split()) <= 62  # the helpline's number is three words
    assert "911" in text
    assert HELPLINE in text


@pytest.mark.parametrize(
    "name", ["utter_crisis/self", "utter_crisis/other", "utter_crisis_reminder", "utter_crisis_check_in"]
)
def test_a_crisis_names_the_lifeline_the_emergency_number_and_the_helpline(name):
    text = texts("safety")[name]
    assert "988" in text
    assert "911" in text
    assert HELPLINE in text


@pytest.mark.parametrize("name", ["utter_crisis_reminder", "utter_crisis_check_in"])
def test_below_the_helplines_number_the_same_is_said_without_it(name):
    brief, whole = texts("safety")[f"{name}_brief"], texts("safety")[name]
    assert "988" in brief
    assert "911" in brief
    assert HELPLINE not in brief
    assert brief.split(".")[0][:40] == whole.split(".")[0][:40]


@pytest.mark.parametrize("name", ["utter_crisis/self", "utter_crisis/other"])
def test_a_crisis_says_that_nobody_is_reading_along(name):
    assert "I am a computer program" in texts("safety")[name]
    assert "obody is reading along now." in texts("safety")[name]


def test_a_crisis_offers_no_menu():
    content = yaml.safe_load((ROOT / "data" / "responses" / "safety.yml").read_text(encoding="utf-8"))
    assert [key for key, said in content["responses"].items() if any("buttons" in each for each in said)] == []


def test_violence_names_the_hotline_and_how_to_leave():
    text = texts("safety")["utter_violence"]
    assert "800-799-7233" in text
    assert "close" in text


def test_a_threat_says_what_to_do_now_and_judges_nobody():
    text = texts("safety")["utter_threat"]
    assert text.index("911") < text.index("988")
    assert "another room" in text
    assert "nobody is reading along now" in text
    for word in ("crime", "police", "report", "abus", "violent", "should not"):
        assert word not in text.lower()


def test_a_poisoning_says_when_to_call_911_and_else_names_poison_help():
    when_911, poison_help = texts("safety")["utter_emergency/poisoning"].split("\n\n")[:2]
    for sign in ("collapsed", "seizure", "cannot breathe", "cannot be woken"):
        assert sign in when_911
    assert "911" in when_911
    assert "1-800-222-1222" in poison_help


def test_an_urgent_symptom_goes_to_the_care_team_and_names_no_cause():
    text = texts("safety")["utter_emergency/urgent"]
    assert "urgent line" in text
    for cause in ("infection", "compression", "clot", "stroke", "spread", "side effect"):
        assert cause not in text.lower()


@pytest.mark.parametrize("name", sorted(texts("advice")))
def test_advice_gives_no_instruction_dose_or_months(name):
    text = texts("advice")[name].replace(HELPLINE, "")
    assert A_NUMBER.search(text) is None
    assert AN_INSTRUCTION.search(text) is None
    assert "team" in text or "doctor" in text


def test_how_long_one_has_is_answered_without_a_number():
    content = yaml.safe_load((ROOT / "data" / "topics" / "life_expectancy.yml").read_text(encoding="utf-8"))
    (answer,) = content["responses"]["utter_faq/life_expectancy"]
    text = answer["text"].replace(HELPLINE, "")
    assert re.search(r"\d", text) is None
    assert A_NUMBER.search(text) is None
    assert text.index("all right to ask") < text.index("statistics")


@pytest.mark.parametrize("name", sorted(texts("distress")))
def test_distress_is_no_crisis(name):
    text = texts("distress")[name]
    assert CRISIS.search(text) is None
    assert HELPLINE in text


def test_no_two_feelings_are_met_with_the_same_sentence():
    sentences = Counter(
        sentence
        for text in texts("distress").values()
        for sentence in {re.sub(r"\W+", " ", each).strip().lower() for each in re.split(r"(?<=[.?])\s+", text)}
        if len(sentence.split()) > SHORT and "5222" not in sentence
    )
    assert sentences
    assert [sentence for sentence, count in sentences.items() if count > 1] == []


def test_a_volunteer_is_offered_where_company_is_what_lacks():
    offering = {name for name, text in texts("distress").items() if "peer volunteer" in text}
    assert offering == {"utter_distress/anger", "utter_distress/loneliness"}


def test_another_language_gets_whom_to_call_in_english_and_spanish():
    english, spanish = texts("conversation")["utter_other_language"].strip().split("\n\n")
    for text in (english, spanish):
        assert "988" in text
        assert "911" in text
        assert HELPLINE in text
    assert "llame" in spanish
