"""Knowing when a model is older than what it is made from, or is not the one that was trained."""

import json

import pytest

from helpline.processes.model import ModelRecord, file_checksum, ingredients_digest, problem_of_model, read_record


def test_the_digest_changes_with_any_ingredient_and_with_nothing_else(tmp_path):
    (tmp_path / "data" / "topics").mkdir(parents=True)
    topic = tmp_path / "data" / "topics" / "ned.yml"
    topic.write_text("a")
    (tmp_path / "config.yml").write_text("c")
    before = ingredients_digest(tmp_path)
    (tmp_path / "README.md").write_text("not an ingredient")
    assert ingredients_digest(tmp_path) == before
    topic.write_text("b")
    changed = ingredients_digest(tmp_path)
    assert changed != before
    topic.rename(topic.with_name("renamed.yml"))
    assert ingredients_digest(tmp_path) not in {before, changed}


def test_a_record_that_cannot_be_read_counts_as_none(tmp_path):
    path = tmp_path / "mbc.json"
    assert read_record(path) is None
    path.write_text("{broken")
    assert read_record(path) is None
    path.write_text('{"digest": "d", "checksum": "c", "seconds": 3.5}')
    assert read_record(path) == ModelRecord("d", "c", 3.5)


@pytest.fixture
def served(tmp_path):
    """A model's file and its record, as training leaves them."""
    model, record = tmp_path / "mbc.tar.gz", tmp_path / "mbc.json"
    model.write_bytes(b"weights" * 1000)
    entry = {"digest": ingredients_digest(), "checksum": file_checksum(model), "seconds": 1.0}
    record.write_text(json.dumps(entry))
    return model, record


def test_a_model_that_was_trained_here_is_served(served):
    assert problem_of_model(*served) is None


@pytest.mark.parametrize("damage", [b"", b"weights", b"weights" * 999 + b"weightz", b"another model" * 500])
def test_a_damaged_truncated_or_foreign_model_is_found(served, damage):
    served[0].write_bytes(damage)
    assert "damaged" in problem_of_model(*served)


def test_a_model_that_is_older_or_missing_is_named_so(served):
    model, record = served
    entry = json.loads(record.read_text())
    record.write_text(json.dumps({**entry, "digest": "of another day"}))
    assert "older" in problem_of_model(model, record)
    record.unlink()
    assert "no trained model" in problem_of_model(model, record)
