"""What was read is not read again, and what cannot be trusted is."""

from pathlib import Path

import numpy as np
import pytest

from helpline.nlu import kept_vectors as module
from helpline.nlu.kept_vectors import encoded_once, kept_vectors
from helpline.nlu.sentence_encoder import shared_encoder

TEXTS = ["what is ned", "is mbc curable", "what is ned", "hi there"]


class CountingEncoder:
    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts: list[str]) -> module.Vectors:
        self.read += texts
        return shared_encoder().encode(texts)


@pytest.fixture
def encoder(monkeypatch) -> CountingEncoder:
    encoder = CountingEncoder()
    monkeypatch.setattr(module, "shared_encoder", lambda: encoder)
    return encoder


def read_again(encoder: CountingEncoder, texts: list[str], folder: Path) -> list[str]:
    """Return which of the texts were read; their vectors are right in any case."""
    encoder.read.clear()
    with kept_vectors(folder):
        vectors = encoded_once(texts, "examples")
    np.testing.assert_array_equal(vectors, shared_encoder().encode(texts))
    return [text for text in encoder.read if text not in module._PROBES]


def test_nothing_is_read_twice(encoder, tmp_path):
    assert read_again(encoder, TEXTS, tmp_path) == ["what is ned", "is mbc curable", "hi there"]
    assert read_again(encoder, TEXTS, tmp_path) == []
    assert read_again(encoder, [*TEXTS[::-1], "thank you"], tmp_path) == ["thank you"]


def test_what_is_no_longer_there_is_not_kept(encoder, tmp_path):
    read_again(encoder, TEXTS, tmp_path)
    read_again(encoder, TEXTS[:1], tmp_path)
    assert read_again(encoder, TEXTS, tmp_path) == ["is mbc curable", "hi there"]


def test_no_words_are_kept(encoder, tmp_path):
    read_again(encoder, ["zebrafinch"], tmp_path)
    (file,) = tmp_path.iterdir()
    assert b"zebrafinch" not in file.read_bytes()


def test_vectors_of_another_encoder_do_not_count(encoder, tmp_path):
    read_again(encoder, TEXTS, tmp_path)
    path = tmp_path / "examples.npz"
    with np.load(path) as kept:
        arrays = dict(kept)
    arrays["probes"][1, 7] += 1e-3
    arrays["vectors"][:] = 0
    np.savez(path, **arrays)
    assert read_again(encoder, TEXTS, tmp_path) == ["what is ned", "is mbc curable", "hi there"]


@pytest.mark.parametrize("size", [0, 10, 2000])
def test_a_damaged_file_is_made_anew(encoder, tmp_path, size):
    read_again(encoder, TEXTS, tmp_path)
    path = tmp_path / "examples.npz"
    path.write_bytes(path.read_bytes()[:size])
    assert len(read_again(encoder, TEXTS, tmp_path)) == 3
    assert read_again(encoder, TEXTS, tmp_path) == []


def test_where_nothing_can_be_written_all_is_read_each_time(encoder, tmp_path, caplog):
    (tmp_path / "vectors").write_text("a file where a folder should be")
    for _ in range(2):
        assert len(read_again(encoder, TEXTS, tmp_path / "vectors")) == 3
    assert "could not be kept" in caplog.text


def test_outside_a_training_process_of_our_own_nothing_is_kept(encoder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.testing.assert_array_equal(encoded_once(TEXTS, "examples"), shared_encoder().encode(TEXTS))
    assert encoder.read == TEXTS
    assert list(tmp_path.iterdir()) == []


def test_no_texts_have_no_vectors(encoder, tmp_path):
    with kept_vectors(tmp_path):
        assert encoded_once([], "examples").shape == (0, module.DIMENSIONS)
