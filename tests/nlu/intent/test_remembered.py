import numpy as np
import pytest

from helpline.nlu.intent.remembered import SURE, RememberedMessages

TEXTS = ["is it contagious", "what is NED", "ned", "how common", "how common"]
LEAVES = ["not_on_page", "faq/ned", "faq/ned", "ask_how_common", "faq/lmd_how_common"]
RANKING = [("other_subject/illness", 0.35), ("not_on_page", 0.25), ("faq/ned", 0.15)]


@pytest.fixture
def remembered():
    return RememberedMessages.of(TEXTS, LEAVES)


@pytest.mark.parametrize("text", ["is it contagious", "Is it contagious", "is it contagious...", " IS IT CONTAGIOUS!"])
def test_the_same_words_are_known(remembered, text):
    assert remembered.leaf_of(text) == "not_on_page"


@pytest.mark.parametrize("text", ["is it contagious?", "is it very contagious", "", "contagious"])
def test_other_words_are_not(remembered, text):
    assert remembered.leaf_of(text) is None


def test_what_stands_under_two_is_known_as_neither(remembered):
    assert remembered.leaf_of("how common") is None


def test_what_is_known_comes_first_and_the_rest_shares_what_is_left(remembered):
    ranked = remembered.ranked("is it contagious", RANKING)
    assert ranked[0] == ("not_on_page", SURE)
    assert [leaf for leaf, _ in ranked[1:]] == ["other_subject/illness", "faq/ned"]
    assert sum(share for _, share in ranked) < 1
    assert ranked[1][1] == pytest.approx(0.35 * 0.05 / 0.75)


def test_what_is_sure_or_unknown_stays_as_it_is(remembered):
    sure = [("not_on_page", 0.97), ("faq/ned", 0.01)]
    assert remembered.ranked("is it contagious", sure) == sure
    assert remembered.ranked("is it catching", RANKING) == RANKING


def test_it_is_kept(remembered, tmp_path):
    remembered.save(tmp_path / "kept.npz")
    kept = RememberedMessages.load(tmp_path / "kept.npz")
    assert [kept.leaf_of(text) for text in TEXTS] == [remembered.leaf_of(text) for text in TEXTS]
    with np.load(tmp_path / "kept.npz", allow_pickle=False) as file:
        assert not any("contagious" in str(file[name]) for name in file.files)
