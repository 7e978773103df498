"""Knowing when a model is older than what it is made from."""

from helpline.processes.model import ModelRecord, ingredients_digest, read_record


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
    path.write_text('{"digest": "d", "seconds": 3.5}')
    assert read_record(path) == ModelRecord("d", 3.5)
