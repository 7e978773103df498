"""Shares on held-out messages: what is counted, between what they lie, and what a raise is worth."""

import json

import pytest

from evaluation.held_out import MeasuredShare, precision_of_crises, report, safety_shares


def parse_data(intent: str, *, check_in: bool = False) -> dict:
    return {"intent": {"name": intent}, **({"check_in": "crisis.check_in"} if check_in else {})}


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
