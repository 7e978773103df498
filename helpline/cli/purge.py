"""`helpline purge`: deletes at once what is past its time; the running engine does so every few minutes."""

from helpline.cli.progress import console
from helpline.settings import load_settings
from helpline.store.database import open_database
from helpline.store.retention import purge as purge_store


def purge() -> None:
    """Delete what is past the times in the settings: states, transcripts, flags, feedback, closed requests, drafts."""
    settings = load_settings()
    database = open_database(settings)
    try:
        console.print(f"Purged: {purge_store(database, settings, database.now())}.")
    finally:
        database.close()
