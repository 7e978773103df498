"""Drafts of answers: one person at a time, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from helpline.store.audit import Actor, list_entries
from helpline.store.database import Database
from helpline.store.drafts import DraftConflictError, discard_draft, list_drafts, read_draft, save_draft
from helpline.store.staff import add_account, find_account
from tests.builders import NOON
from tests.store.test_console_migration import move, rows

NOW = (("It is so.", ("Yes", "No")), ("Or so.", ()))
NEW = (("It is otherwise.", ("Yes", "Never")), ("Or so.", ()))
NAME = "utter_faq/ned"


def person(database, name: str) -> Actor:
    add_account(database, Actor(None, "test"), name, name.title(), "coordinator", "hash")
    return find_account(database, name).actor


def test_a_draft_is_begun_changed_and_discarded(database, monkeypatch):
    cora, dora = person(database, "cora"), person(database, "dora")
    assert read_draft(database, NAME) is None
    monkeypatch.setattr(Database, "now", staticmethod(lambda: NOON))
    save_draft(database, cora, NAME, NEW, NOW, 0)
    monkeypatch.setattr(Database, "now", staticmethod(lambda: NOON + timedelta(hours=1)))
    save_draft(database, dora, NAME, NOW, NEW, 1)
    draft = read_draft(database, NAME)
    assert (draft.wording, draft.base, draft.version) == (NOW, NEW, 2)
    assert (draft.started_by, draft.started_at) == ("Cora", NOON)
    assert (draft.changed_by, draft.changed_at) == ("Dora", NOON + timedelta(hours=1))
    save_draft(database, cora, "utter_goodbye", NEW, NOW, 0)
    assert {one.name for one in list_drafts(database)} == {NAME, "utter_goodbye"}
    discard_draft(database, cora, NAME, 2)
    assert read_draft(database, NAME) is None
    done = [(entry.staff_name, entry.action, entry.detail) for entry in list_entries(database, NAME)]
    assert done == [("Cora", "draft discarded", {}), ("Dora", "draft changed", {}), ("Cora", "draft begun", {})]


@pytest.mark.parametrize("version", [0, 1, 3])
def test_what_somebody_else_changed_is_not_overwritten(database, version):
    cora = person(database, "cora")
    save_draft(database, cora, NAME, NEW, NOW, 0)
    save_draft(database, cora, NAME, NEW, NOW, 1)
    for change in (
        lambda: save_draft(database, cora, NAME, NOW, NOW, version),
        lambda: discard_draft(database, cora, NAME, version),
    ):
        with pytest.raises(DraftConflictError):
            change()
    assert (read_draft(database, NAME).wording, read_draft(database, NAME).version) == (NEW, 2)
    assert len(list_entries(database, NAME)) == 2


def test_a_draft_that_was_discarded_is_not_changed_and_can_be_begun_anew(database):
    cora = person(database, "cora")
    save_draft(database, cora, NAME, NEW, NOW, 0)
    discard_draft(database, cora, NAME, 1)
    with pytest.raises(DraftConflictError):
        save_draft(database, cora, NAME, NEW, NOW, 1)
    save_draft(database, cora, NAME, NEW, NOW, 0)
    assert read_draft(database, NAME).version == 1


def test_what_is_drafted_cannot_be_read_in_the_database(database):
    save_draft(database, person(database, "cora"), NAME, NEW, NOW, 0)
    for wording, base in rows(database, "SELECT wording, base FROM answer_drafts"):
        assert "otherwise" not in wording
        assert "It is so" not in base


def test_a_draft_stays_when_the_account_of_its_writer_goes(database):
    save_draft(database, person(database, "cora"), NAME, NEW, NOW, 0)
    with database.transaction() as session:
        session.execute(text("DELETE FROM staff"))
    assert (read_draft(database, NAME).started_by, read_draft(database, NAME).wording) == (None, NEW)


def test_down_and_up_again_with_data(database):
    cora = person(database, "cora")
    save_draft(database, cora, NAME, NEW, NOW, 0)
    move(database, "0005", up=False)
    assert len(rows(database, "SELECT * FROM staff")) == 1
    move(database, "head", up=True)
    assert list_drafts(database) == []
    save_draft(database, cora, NAME, NEW, NOW, 0)
