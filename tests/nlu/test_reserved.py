"""Which training messages are learned from."""

from collections import Counter

from helpline.nlu.reserved import is_reserved, learned_from

TEXTS = [f"message number {number}" for number in range(600)]
INTENTS = ["faq/ned" if number % 3 else "greet" for number in range(600)]


def test_all_reserved_messages_and_so_many_others_of_an_intent_are_learned_from():
    taken = learned_from(INTENTS, TEXTS, 50)
    assert all(learned for learned, text in zip(taken, TEXTS, strict=True) if is_reserved(text))
    others = [
        intent for intent, text, learned in zip(INTENTS, TEXTS, taken, strict=True) if learned and not is_reserved(text)
    ]
    assert Counter(others) == {"faq/ned": 50, "greet": 50}


def test_where_there_are_few_all_are_learned_from():
    assert all(learned_from(INTENTS, TEXTS, 600))


def test_the_order_of_the_messages_does_not_matter():
    taken = learned_from(INTENTS[::-1], TEXTS[::-1], 50)
    assert taken[::-1] == learned_from(INTENTS, TEXTS, 50)
