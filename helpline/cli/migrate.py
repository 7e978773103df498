"""`helpline migrate`: makes the helpline store's tables, or brings them up to date."""

from pathlib import Path

from helpline.cli.progress import console
from helpline.settings import VAR, Settings, load_settings
from helpline.store.database import Database, open_database

# Where conversations were kept before they moved into the helpline store, in clear.
FORMER_STORE = VAR / "conversations.db"


def migrate() -> None:
    """Bring the tables of the database in the settings up to date; make an SQLite file where there is none."""
    _upgraded(load_settings())
    console.print("The tables are up to date.")


def migrate_embedded(settings: Settings) -> None:
    """Do so for SQLite, which belongs to this machine alone. Another database is migrated by whoever runs it."""
    if settings.database_url.startswith("sqlite"):
        _upgraded(settings)
    remove_former_store()


def remove_former_store(path: Path = FORMER_STORE) -> None:
    """Remove the conversations that earlier versions kept in clear, and say so."""
    found = [
        file for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")) if file.exists()
    ]
    for file in found:
        file.unlink()
    if found:
        console.print(
            f"{path.name} is removed: it held conversations in clear. The helpline store keeps them encrypted now."
        )


def _upgraded(settings: Settings) -> None:
    database: Database = open_database(settings)
    try:
        database.upgrade()
    finally:
        database.close()
