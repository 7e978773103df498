"""What a turn shares of a message's text, and that no message costs many times what another costs."""

import time

import numpy as np
import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from helpline.nlu.message_text import PIECES_OF_A_TURN, MessageText, read_ahead, text_of
from helpline.nlu.sentence_encoder import MAX_TOKENS, shared_encoder

PLAIN = "How can I talk to a person about my treatment options?"
# At most so many times the processor time of a plain question; the worst costs six times as much.
MOST = 9


def filled(part: str) -> str:
    """A message of 1,000 characters, made of one part again and again."""
    return (part * (1000 // len(part) + 1))[:1000]


LONG = {
    "one-letter lines": filled("a\nb\nc\nd\n"),
    "questions": filled("is it? "),
    "words that ask": filled("a, and b, and what, and "),
    "greetings": filled("hi, ")[:-5] + "is it",
    "emoji": filled("\U0001f52b"),
    "quotes": filled("\u2018\u2019`"),
    "letters that become many": filled("\ufdfa"),
    "a story": filled(
        "the scan said my liver was stable and the doctor wants to keep me on it but i wonder what happens "
    ),
}


def test_a_text_is_normalised_and_cut_once():
    text = MessageText("  What\u2019s NED??\n\nCan I talk to someone ")
    assert text.text == "What's NED? Can I talk to someone"
    assert text.segments == ["What's NED?", "Can I talk to someone"]
    assert text.segments is text.segments


def test_of_many_parts_neighbours_are_joined_and_none_is_left_out():
    text = MessageText(" ".join(f"here is part {number}." for number in range(20)))
    assert len(text.segments) <= 6
    assert all(f"part {number}" in " ".join(text.segments) for number in range(20))


def test_a_long_text_is_not_cut_in_halves():
    assert MessageText("the fact sheet and where to sign up").halves
    assert MessageText("the fact sheet and where to sign up " * 10).halves == []


def test_a_part_is_encoded_once_and_as_the_encoder_does():
    text = MessageText("what is ned? can i talk to someone?")
    first = text.vectors(text.segments, 0)
    assert np.array_equal(first, text.vectors(text.segments, 0))
    np.testing.assert_allclose(first, shared_encoder().encode(text.segments), atol=1e-5)


def test_the_first_parts_that_have_room_are_encoded_whole():
    text = MessageText("word " * 500)
    assert text.room == PIECES_OF_A_TURN - MAX_TOKENS
    parts, vectors = text.vectors_of_first([f"number {number} of many parts" for number in range(50)], fewest=60)
    assert parts == [f"number {number} of many parts" for number in range(len(parts))]
    assert 5 < len(parts) < 12
    assert len(vectors) == len(parts)


def test_a_text_may_not_grow_without_end():
    assert len(MessageText("\ufdfa" * 1000).text) < 1200


@pytest.mark.parametrize("name", sorted(LONG))
def test_the_longest_message_costs_at_most_so_many_times_a_plain_question(model, name):
    model.parse(PLAIN)
    assert processor_time(model, LONG[name]) < MOST * processor_time(model, PLAIN)


def processor_time(model, text: str) -> float:
    taken = []
    for _ in range(5):
        started = time.process_time()
        model.parse(text)
        taken.append(time.process_time() - started)
    return min(taken)


def test_a_text_that_was_read_ahead_is_taken_once_with_its_vector():
    read_ahead("wat is NED?")
    text = text_of(Message({TEXT: "wat is NED?"}))
    assert np.array_equal(text.vector, shared_encoder().encode([MessageText("wat is NED?").text])[0])
    assert text_of(Message({TEXT: "wat is NED?"})).vector is None


def test_what_nobody_takes_is_forgotten():
    for number in range(70):
        read_ahead(f"message {number}")
    known = [text_of(Message({TEXT: f"message {number}"})).vector is not None for number in range(70)]
    assert known == [False] * 6 + [True] * 64
