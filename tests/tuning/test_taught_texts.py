"""What tuning takes beside the training messages: parts, pairs, follow-ups as typed, what is none behind subjects."""

from evaluation.understanding.messages import Example
from helpline.nlu.reserved import is_reserved
from tuning.taught_texts import follow_ups_alone, no_follow_ups, texts_to_teach

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


def test_what_is_no_follow_up_stands_behind_the_subjects_of_answers_but_for_what_is_reserved():
    follow_up = Example("faq/symptoms", "symptoms: and the other one", "data/nlu/in_context.yml")
    told = [Example("out_of_scope", f"it rained on day {number}", "data/nlu/out_of_scope.yml") for number in range(40)]
    behind = no_follow_ups([follow_up, *told])
    assert behind
    said = {text.partition(": ")[2] for leaf, text in behind if leaf == "out_of_scope"}
    assert said <= {each.text for each in told if not is_reserved(each.text)}
    assert all(text.startswith("symptoms: ") and not is_reserved(text) for _, text in behind)
