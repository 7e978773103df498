"""What one encoder teaches another by: messages as they are, their parts, and two of them joined."""

from tuning.taught_texts import texts_to_teach

MESSAGES = {
    "what is NED? and how common is it here": "faq/ned",
    "can it be cured": "faq/curable",
    "it rained all day": "out_of_scope",
}


def test_messages_come_first_then_their_parts_then_pairs_of_what_can_be_asked():
    texts = texts_to_teach(list(MESSAGES), list(MESSAGES.values()), seed=1)
    assert texts[:3] == list(MESSAGES)
    assert set(texts[3:5]) == {"what is NED?", "and how common is it here"}
    assert len(texts) == 3 + 2 + 8_000
    assert not any("rained" in text for text in texts[3:])
    assert any("NED" in text and text.endswith("can it be cured") for text in texts[5:])


def test_the_same_seed_gives_the_same():
    arguments = list(MESSAGES), list(MESSAGES.values())
    assert texts_to_teach(*arguments, seed=1) == texts_to_teach(*arguments, seed=1)
    assert texts_to_teach(*arguments, seed=1) != texts_to_teach(*arguments, seed=2)
