import numpy as np

from helpline.nlu.sentence_encoder import DIMENSIONS, along_main_directions, shared_encoder


def test_vectors_have_length_one():
    vectors = shared_encoder().encode(["what is NED", "hello", ""])
    assert vectors.shape == (3, DIMENSIONS)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_close_in_meaning_is_close_in_direction():
    cure, cured, weather = shared_encoder().encode(
        ["is there a cure", "can they make it go away for good", "is it raining in denver"]
    )
    assert cure @ cured > cure @ weather + 0.2


def test_rows_do_not_depend_on_the_order_of_texts():
    texts = [f"question number {i} about {'scans ' * (i % 7)}" for i in range(40)]
    forwards = shared_encoder().encode(texts)
    backwards = shared_encoder().encode(texts[::-1])[::-1]
    assert np.array_equal(forwards, backwards)


def test_what_is_encoded_together_changes_no_vector():
    texts = ["hi", "so my mom's scan says stable and i wonder if that means the cancer is still there or not"]
    together = shared_encoder().encode(texts)
    alone = np.vstack([shared_encoder().encode([text]) for text in texts])
    assert np.array_equal(together, alone)


def test_very_long_text_is_cut_and_read():
    assert shared_encoder().encode(["scan " * 5000]).shape == (1, DIMENSIONS)


def test_one_encoder_a_process():
    assert shared_encoder() is shared_encoder()


def test_in_little_room_the_longest_texts_are_cut():
    short, long = "what is ned", "scan " * 100
    together = shared_encoder().encode_within([short, long, short + " now"], 60)
    np.testing.assert_allclose(together[0], shared_encoder().encode([short])[0], atol=1e-5)
    np.testing.assert_allclose(together[1], shared_encoder().encode(["scan " * 45])[0], atol=0.05)


def test_however_little_room_there_is_each_text_has_a_vector():
    np.testing.assert_allclose(
        np.linalg.norm(shared_encoder().encode_within(["a b c d", "scan " * 200], 0), axis=1), 1, atol=1e-5
    )


def test_the_main_directions_of_the_same_vectors_are_the_same_and_hold_what_differs_most():
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(500, 40)).astype(np.float32) * np.linspace(9, 0.1, 40, dtype=np.float32)
    directions, rows = along_main_directions(vectors, 8)
    assert (directions.shape, rows.shape) == ((40, 8), (500, 8))
    np.testing.assert_array_equal(along_main_directions(vectors, 8)[1], rows)
    assert (rows**2).sum() > 0.98 * np.sort((vectors**2).sum(axis=0))[-8:].sum()
