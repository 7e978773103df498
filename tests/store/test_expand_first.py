"""Two versions of the code run side by side while one replaces the other: a migration only adds to what is there.

What no released version uses any more may go. Such a migration says so: ``CONTRACTS`` is a tuple of what it takes away,
such as ``("volunteers.note", "letters")``, and it is a release of its own.
"""

import importlib.util
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from helpline.store import database as module
from tests.store.conftest import empty_database
from tests.store.test_migrations import REVISIONS, move

# From this version on, others than ours may run the code.
FIRST_RELEASED = "0001"
MIGRATIONS = Path(module.__file__).parent / "migrations" / "versions"


def schema(connection) -> dict[str, dict]:
    """Return each column by "table.column", and each table by its name."""
    inspector = sa.inspect(connection)
    found = {}
    for table in inspector.get_table_names():
        found[table] = {}
        for column in inspector.get_columns(table):
            found[f"{table}.{column['name']}"] = column
    return found


def what_breaks(before: dict[str, dict], after: dict[str, dict], contracts: tuple[str, ...] = ()) -> list[str]:
    """Return what an older version of the code would stumble over."""
    broken = [f"{name} is gone" for name in before if name not in after and name not in contracts]
    for name, column in after.items():
        table, _, short = name.partition(".")
        if not short or table not in before:
            continue
        required = not column["nullable"] and column["default"] is None
        if name not in before and required:
            broken.append(f"{name} is new, and required without a value of its own")
        elif name in before and required and before[name]["nullable"]:
            broken.append(f"{name} is required now")
        elif name in before and str(before[name]["type"]) != str(column["type"]):
            broken.append(f"{name} is of another type")
    return broken


def contracts_of(revision: str) -> tuple[str, ...]:
    (path,) = MIGRATIONS.glob(f"{revision}_*.py")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    return getattr(migration, "CONTRACTS", ())


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_no_migration_takes_away_what_the_version_before_uses(kind, tmp_path):
    (tmp_path / "store.db").touch()  # where SQLite's file is not there, nothing is opened
    with empty_database(kind, tmp_path) as store:
        move(store, FIRST_RELEASED, up=True)
        for revision in REVISIONS[REVISIONS.index(FIRST_RELEASED) + 1 :]:
            with store.engine.connect() as connection:
                before = schema(connection)
            move(store, revision, up=True)
            with store.engine.connect() as connection:
                assert what_breaks(before, schema(connection), contracts_of(revision)) == [], revision


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda op: op.drop_table("letters"), "letters is gone"),
        (lambda op: op.drop_column("people", "note"), "people.note is gone"),
        (lambda op: op.alter_column("people", "note", new_column_name="remark"), "people.note is gone"),
        (lambda op: op.alter_column("people", "note", nullable=False), "people.note is required now"),
        (lambda op: op.alter_column("people", "note", type_=sa.String(5)), "people.note is of another type"),
        (
            lambda op: op.add_column("people", sa.Column("age", sa.Integer, nullable=False)),
            "people.age is new, and required without a value of its own",
        ),
        (lambda op: op.add_column("people", sa.Column("age", sa.Integer)), None),
        (lambda op: op.add_column("people", sa.Column("age", sa.Integer, nullable=False, server_default="0")), None),
        (lambda op: op.create_table("pets", sa.Column("name", sa.Text, nullable=False)), None),
    ],
)
def test_what_would_break_an_older_version_is_seen(change, said, tmp_path):
    with empty_database("postgresql", tmp_path) as store, store.engine.connect() as connection:
        op = Operations(MigrationContext.configure(connection))
        op.create_table("letters", sa.Column("id", sa.Integer))
        op.create_table("people", sa.Column("id", sa.Integer), sa.Column("note", sa.Text))
        before = schema(connection)
        change(op)
        found = what_breaks(before, schema(connection))
        assert (said in found) if said else found == []


def test_what_was_announced_may_go():
    assert what_breaks({"letters": {}}, {}, ("letters",)) == []
