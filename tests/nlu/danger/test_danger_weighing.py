"""The weighing: a probability of several signs, and thresholds that what is no danger hardly reaches."""

import numpy as np
import pytest

from helpline.nlu.danger.danger_neighbours import Nearness
from helpline.nlu.danger.danger_weighing import DangerRates, DangerSigns, DangerWeighing
from helpline.safety.dangers import DANGERS, DESPAIR

EVERYDAY, NEAR = 0.002, 0.02
KINDS = (*DANGERS, DESPAIR)
RATES = DangerRates({**dict.fromkeys(DANGERS, EVERYDAY), DESPAIR: 0.02}, {**dict.fromkeys(DANGERS, NEAR), DESPAIR: 0.1})


def signs(
    score: float, *, near: float = 0.5, words: float = 0.0, witness: bool = False, look_alike: bool = False
) -> DangerSigns:
    return DangerSigns(score, score, Nearness(near, 0.5), words, witness, look_alike, despair=False)


def sample() -> tuple[list[DangerSigns], list[str | None], list[bool]]:
    """2,000 messages: one in four a crisis, mostly with a high score, half with a witness; the rest low."""
    chance = np.random.default_rng(3)
    crisis = chance.random(2000) < 0.25
    near = ~crisis & (chance.random(2000) < 0.3)
    score = np.where(crisis, chance.beta(5, 2, 2000), np.where(near, chance.beta(2, 5, 2000), chance.beta(1, 20, 2000)))
    witness = chance.random(2000) < np.where(crisis, 0.5, 0.02)
    alike = chance.random(2000) < np.where(near, 0.3, 0.01)
    close = np.where(crisis, chance.normal(0.7, 0.1, 2000), chance.normal(0.5, 0.1, 2000))
    worded = np.where(crisis, chance.normal(0.0, 0.5, 2000), chance.normal(-1.0, 0.5, 2000))
    rows = [
        signs(float(value), near=float(by), words=float(said), witness=bool(seen), look_alike=bool(like))
        for value, by, said, seen, like in zip(score, close, worded, witness, alike, strict=True)
    ]
    return rows, ["crisis" if each else None for each in crisis], near.tolist()


@pytest.fixture(scope="module")
def weighing() -> DangerWeighing:
    rows, dangers, near = sample()
    return DangerWeighing.fitted(dict.fromkeys(KINDS, rows), _of_all_kinds(dangers), near, RATES)


def _of_all_kinds(dangers: list[str | None]) -> list[str | None]:
    """A third of the crises each become another kind, so that every kind has messages."""
    return [danger and DANGERS[number % len(DANGERS)] for number, danger in enumerate(dangers)]


def test_a_witness_and_a_score_speak_for_danger_and_a_look_alike_against_it(weighing):
    plain = weighing.probability("crisis", signs(0.5))
    assert weighing.probability("crisis", signs(0.9)) > plain
    assert weighing.probability("crisis", signs(0.5, witness=True)) > plain
    assert weighing.probability("crisis", signs(0.5, near=0.7)) > plain
    assert weighing.probability("crisis", signs(0.5, words=0.5)) > plain
    assert weighing.probability("crisis", signs(0.5, look_alike=True)) < plain


def test_hardly_any_everyday_message_and_few_near_ones_are_raised(weighing):
    rows, dangers, near = sample()
    everyday = [row for row, danger, close in zip(rows, dangers, near, strict=True) if danger is None and not close]
    close = [row for row, close in zip(rows, near, strict=True) if close]
    assert sum(weighing.raises("crisis", row) for row in everyday) <= EVERYDAY * len(everyday) + 1
    assert sum(weighing.raises("crisis", row) for row in close) <= NEAR * len(close) + 1


def test_what_is_raised_would_also_call_for_a_check_in(weighing):
    assert all(
        weighing.calls_for_check_in(signs(score / 100))
        for score in range(101)
        if weighing.raises("crisis", signs(score / 100))
    )


def test_a_kind_that_no_message_is_of_is_never_raised():
    rows, dangers, near = sample()
    weighing = DangerWeighing.fitted(dict.fromkeys(KINDS, rows), dangers, near, RATES)
    assert weighing.raises("crisis", signs(0.99))
    assert not weighing.raises("violence", signs(0.99, witness=True))
    assert weighing.probability("violence", signs(0.99)) == 0.0


def test_what_is_kept_weighs_the_same(weighing, tmp_path):
    weighing.save(tmp_path)
    kept = DangerWeighing.load(tmp_path)
    assert kept.probability("violence", signs(0.7)) == weighing.probability("violence", signs(0.7))
    assert kept.raises("crisis", signs(0.99)) == weighing.raises("crisis", signs(0.99))
