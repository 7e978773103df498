import shutil

import pytest

from helpline.text.encoder_files import FOLDER, HASHES, MODEL, EncoderFileError, encoder_file, english_words


def test_another_file_stops_the_load_with_its_name(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "encoder")
    with (tmp_path / "encoder" / MODEL).open("ab") as file:
        file.write(b"x")
    with pytest.raises(EncoderFileError, match=r"model\.onnx has sha256"):
        encoder_file(MODEL, tmp_path / "encoder")


def test_missing_file_is_named(tmp_path):
    with pytest.raises(EncoderFileError, match=r"model\.onnx is missing"):
        encoder_file(MODEL, tmp_path)


def test_missing_list_of_hashes_is_named(tmp_path):
    (tmp_path / MODEL).touch()
    with pytest.raises(EncoderFileError, match=HASHES):
        encoder_file(MODEL, tmp_path)


def test_the_encoder_is_small_enough_to_be_kept_in_the_repository():
    assert encoder_file(MODEL).stat().st_size < 25_000_000


def test_whole_english_words_are_known_and_pieces_of_words_are_not():
    assert {"hello", "treatment"} <= english_words()
    assert not any("#" in word for word in english_words())
