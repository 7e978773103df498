"""Shares on held-out messages: what is counted, between what they lie, and what a raise is worth."""

import json

import pytest

from evaluation.held_out import MeasuredShare, precision_of_crises, report, safety_shares, understanding_shares


def parse_data(intent: str, *, check_in: bool = False) -> dict:
    return {"intent": {"name": intent}, **({"check_in": "crisis.check_in"} if check_in else {})}


RESPONSES = {
    "utter_faq/ned": [{"metadata": {"title": "NED"}}],
    "utter_faq/curable": [
        {
            "metadata": {"title": "Cured?"},
            "buttons": [{"title": "The goal", "payload": '/ask_topic{"topic": "treatment_goal"}'}],
        }
    ],
}
READ = {
    "a": parse_data("crisis"),
    "b": parse_data("distress", check_in=True),
    "c": parse_data("faq"),
    "d": parse_data("violence"),
}


@pytest.fixture
def folder(tmp_path):
    for name, texts in (("crisis", "abcd"), ("everyday", "abcc")):
        lines = [json.dumps({"text": text, "expect": "none"}) for text in texts]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    return tmp_path


def test_what_is_raised_and_what_is_told_whom_to_call(folder):
    shares = {share.name: share.hits for share in safety_shares(READ.__getitem__, folder)}
    assert shares == {
        "crises: raised": 1,
        "crises: raised or checked in": 3,
        "everyday messages: raised": 1,
        "everyday messages: checked in": 1,
        "everyday messages: raised as a crisis": 1,
    }


def test_the_interval_is_wilson_s():
    low, high = MeasuredShare("x", 140, 150).interval
    assert (round(low, 3), round(high, 3)) == (0.882, 0.963)


def test_a_raise_is_worth_less_where_crises_are_rare():
    shares = [MeasuredShare("crises: raised", 96, 100), MeasuredShare("everyday messages: raised as a crisis", 5, 1000)]
    assert precision_of_crises(shares) == pytest.approx(0.491, abs=0.001)
    assert "49% are one" in report("Title", shares)
    assert precision_of_crises(shares[:1]) is None


def test_what_is_understood_of_the_sets_that_there_are(tmp_path):
    sets = {
        "topics": [
            {"text": "ned", "expect": "faq/ned"},
            {"text": "unsure", "expect": "faq/ned"},
            {"text": "likely", "expect": "faq/curable"},
            {"text": "likely", "expect": "faq/ned"},
            {"text": "likely", "expect": "faq/lmd"},
            {"text": "curable", "expect": "faq/treatment_goal"},
        ],
        "two_questions": [
            {"text": "both", "expect": ["faq/ned", "faq/curable"]},
            {"text": "ned", "expect": ["faq/lmd"]},
        ],
        "about_the_page": [{"text": "ned"}, {"text": "lungs"}],
    }
    for name, entries in sets.items():
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, entries)))
    read = {
        "ned": _answered("faq", "faq/ned"),
        "unsure": {**_answered("nlu_fallback"), "response_selector": {"faq": _ranking("faq/curable", "faq/ned")}},
        "likely": {
            **_answered("nlu_fallback"),
            "likely": "faq/curable",
            "response_selector": {"faq": _ranking("faq/curable", "faq/ned")},
        },
        "curable": _answered("faq", "faq/curable"),
        "both": {**_answered("two_questions"), "questions": ["faq/ned", "faq/curable"]},
        "lungs": _answered("other_subject", "other_subject/cancer"),
    }
    shares = {
        share.name: (share.hits, share.count) for share in understanding_shares(read.__getitem__, RESPONSES, tmp_path)
    }
    assert shares == {
        "topics: right at once": (2, 6),
        "topics: right or offered": (5, 6),
        "topics: wrong": (1, 6),
        "topics: answered with others offered beside it": (3, 6),
        "two questions: both": (1, 2),
        "beside another organ or illness: taken for another subject": (1, 2),
    }


def _answered(intent: str, leaf: str | None = None) -> dict:
    selected = {intent: {"response": {"intent_response_key": leaf}}} if leaf else {}
    return {"intent": {"name": intent}, "response_selector": selected}


def _ranking(*leaves: str) -> dict:
    return {"ranking": [{"intent_response_key": leaf, "confidence": 0.2} for leaf in leaves]}
