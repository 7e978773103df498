"""docs/privacy.md names every column of the store: what is encrypted, and how long it stays, are tried out."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from helpline.settings import ROOT, Settings
from helpline.store.all_tables import all_tables, digest_columns, encrypted_columns, raw_table
from helpline.store.queue_tables import QueueItemRow
from helpline.store.retention import purge
from helpline.store.tables import RequestRow
from tests.filled_store import counts, fill_everything
from tests.store.conftest import database, prepared_postgresql, prepared_sqlite  # noqa: F401 -- fixtures

COLUMNS = ("about", "encrypted", "digests", "clear", "how_long")
GOES = ("as the transcript", "as the request", "as the item of the queue", "as the draft", "3 days", "1 day")
STAYS = ("for ever", "until ", "as the account")


def rows() -> dict[str, SimpleNamespace]:
    text = (ROOT / "docs" / "privacy.md").read_text().partition("## Every column\n")[2].partition("\n## ")[0]
    found = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            found[name.strip("`")] = SimpleNamespace(**dict(zip(COLUMNS, cells, strict=True)))
    return found


def named(cell: str) -> list[str]:
    return re.findall("`([^`]+)`", cell)


def test_every_table_is_named_and_none_that_is_not_there() -> None:
    assert sorted(rows()) == sorted(each.name for each in all_tables())


@pytest.mark.parametrize("of", all_tables(), ids=lambda of: of.name)
def test_every_column_is_named_as_what_it_is(of) -> None:
    row = rows()[of.name]
    assert named(row.encrypted) == encrypted_columns(of)
    assert named(row.digests) == digest_columns(of)
    known = {*encrypted_columns(of), *digest_columns(of)}
    assert named(row.clear) == [each.name for each in of.columns if each.name not in known]
    assert row.about
    assert row.how_long.startswith(GOES + STAYS)
    assert {f"helpline_{name}".upper() for name in Settings.__fields__} >= {
        name for name in named(row.how_long) if name.startswith("HELPLINE_")
    }


def test_what_is_said_to_be_encrypted_is_and_digests_are_digests(database) -> None:  # noqa: F811
    fill_everything(database)
    with database.transaction() as session:
        for of in all_tables():
            raw = raw_table(of)
            for name in encrypted_columns(of):
                values = session.execute(select(raw.c[name]).where(raw.c[name].is_not(None))).scalars().all()
                tokens = [bytes(value) if not isinstance(value, str) else value.encode() for value in values]
                assert all(token.startswith(b"gAAAA") for token in tokens), (of.name, name)
            for name in digest_columns(of):
                values = session.execute(select(raw.c[name]).where(raw.c[name].is_not(None))).scalars().all()
                assert values, (of.name, name)
                assert all(re.fullmatch("[0-9a-f]{64}", value) for value in values), (of.name, name)


def test_what_is_said_to_go_goes_and_what_is_said_to_stay_stays(database) -> None:  # noqa: F811
    fill_everything(database)
    with database.transaction() as session:
        session.execute(update(RequestRow.__table__).values(status="done"))
        session.execute(update(QueueItemRow.__table__).values(status="done"))
    purge(database, Settings(), database.now() + timedelta(days=400))
    said = {name: row.how_long.startswith(STAYS) for name, row in rows().items() if name != "digest_keys"}
    assert {name: number > 0 for name, number in counts(database).items()} == said
