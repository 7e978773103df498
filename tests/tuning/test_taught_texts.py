"""What tuning takes beside the training messages: their parts, two of them joined, and follow-ups as they are typed."""

from evaluation.understanding.messages import Example
from helpline.nlu.reserved import is_reserved
from tuning.taught_texts import follow_ups_alone, texts_to_teach

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


def test_follow_ups_stand_alone_without_those_that_are_reserved():
    said = [f"and the other {number}?" for number in range(40)]
    assert any(map(is_reserved, said))
    examples = [Example("faq/symptoms_by_location", f"symptoms: {text}", "data/nlu/in_context.yml") for text in said]
    examples.append(Example("faq/symptoms", "a question: what are the symptoms", "data/topics/symptoms.yml"))
    free = [text for text in said if not is_reserved(text) and not is_reserved(f"symptoms: {text}")]
    assert follow_ups_alone(examples) == sorted(free)
    assert len(free) < sum(not is_reserved(text) for text in said)
