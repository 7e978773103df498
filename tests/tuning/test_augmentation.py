"""Spoiled copies: the same seed gives the same, and they stay messages."""

import random

from tuning.augmentation import augmented

TEXT = "what are my treatment options for metastatic breast cancer, please?"


def copies(seed: int) -> list[str]:
    chance = random.Random(seed)
    return [augmented(TEXT, chance) for _ in range(200)]


def test_same_seed_same_copies():
    assert copies(1) == copies(1)
    assert copies(1) != copies(2)


def test_many_stay_as_they_are_and_the_rest_is_spoiled_in_many_ways():
    made = copies(1)
    assert 40 <= made.count(TEXT) <= 160
    assert TEXT.upper().rstrip("?") in {each.rstrip("?").upper() for each in made}
    assert any("tx" in each.split() for each in made)
    assert len(set(made)) > 40


def test_what_is_only_signs_stays():
    chance = random.Random(3)
    assert all(augmented("?!", chance) for _ in range(100))
