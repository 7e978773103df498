"""`helpline backup` and `helpline restore`: the whole store in one encrypted file, and back into an empty place."""

import os
from pathlib import Path
from typing import Annotated

import typer

from helpline.cli.progress import console
from helpline.cli.stopped import require_stopped
from helpline.secrets import secret_file
from helpline.settings import VAR, load_settings
from helpline.store.backup import back_up
from helpline.store.backup import restore as restore_store
from helpline.store.backup_file import BackupError
from helpline.store.database import open_database
from helpline.store.flag_spool import FlagSpool

KEY_NAME = "backup.key"


def backup(file: Annotated[Path, typer.Argument(help="The new file.")]) -> None:
    """Write the store and the spool, as they stand now, into an encrypted file. The product may run meanwhile."""
    settings = load_settings()
    key = settings.backup_key or secret_file(KEY_NAME, VAR)
    database = open_database(settings)
    try:
        database.require_ready()
        try:
            made = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        except FileExistsError:
            raise BackupError(f"{file} is there already. Name a new file.") from None
        except OSError as error:
            raise BackupError(f"{file} cannot be written ({error.strerror}).") from None
        try:
            with made:
                number = back_up(database, FlagSpool(settings.spool_directory, database.cipher), made, key)
                made.flush()
                os.fsync(made.fileno())
        except BaseException:
            file.unlink()
            raise
    finally:
        database.close()
    console.print(f"{number} rows are in {file}, {file.stat().st_size / 1e6:.1f} MB.", markup=False, soft_wrap=True)
    if not settings.backup_key:
        console.print("Only var/backup.key opens it. Keep a copy of that key elsewhere than the backup.")


def restore(file: Annotated[Path, typer.Argument(help="The backup.")]) -> None:
    """Fill an empty store from a backup. The product must not run."""
    settings = load_settings()
    require_stopped(settings)
    if not settings.backup_key and not (VAR / KEY_NAME).exists():
        raise BackupError("The key of the backup is missing. Put it into var/backup.key or HELPLINE_BACKUP_KEY.")
    key = settings.backup_key or secret_file(KEY_NAME, VAR)
    database = open_database(settings)
    try:
        with file.open("rb") as opened:
            number = restore_store(database, FlagSpool(settings.spool_directory, database.cipher), opened, key)
    except OSError as error:
        raise BackupError(f"{file} cannot be read ({error.strerror}).") from None
    finally:
        database.close()
    console.print(f"{number} rows are restored.")
