"""`helpline rotate-keys`: a new key for the store, after which the one before opens nothing."""

from pathlib import Path

from cryptography.fernet import Fernet

from helpline.cli.progress import console
from helpline.cli.stopped import require_stopped
from helpline.errors import EncryptionKeyError
from helpline.secrets import replace_secret, secret_file
from helpline.settings import Settings, load_settings
from helpline.store.database import Database
from helpline.store.encryption import KEY_FILE, Cipher
from helpline.store.flag_spool import FlagSpool
from helpline.store.flags import flag_conversation
from helpline.store.key_rotation import Rotated
from helpline.store.key_rotation import rotate_keys as rotate_store_keys


def rotate_keys() -> None:
    """Write everything that is encrypted anew with a new key. The product must not run; broken off, run it again."""
    settings = load_settings()
    require_stopped(settings)
    done = rotate(settings)
    console.print(f"{done.values} values are written anew.")
    if done.unreadable:
        console.print(f"{done.unreadable} values were written with a key that is gone; they stay as they are.")
    if settings.encryption_key:
        console.print("Now take the old key out of HELPLINE_ENCRYPTION_KEY, on every server, and throw it away.")
    else:
        console.print("var/helpline.key holds the new key alone.")


def rotate(settings: Settings, key_file: Path = KEY_FILE) -> Rotated:
    """Rotate the keys of the settings' store, and leave the newest alone in the key file, where there is one.

    Raises:
        EncryptionKeyError: The setting holds no new key.
        StoreError: The store cannot be used; nothing in it was changed.
    """
    keys = _given_keys(settings) if settings.encryption_key else _keys_of_file(key_file)
    database = Database(settings.database_url, Cipher(keys))
    try:
        database.require_ready()
        # What waits on the disk goes into the store first, and is written anew there.
        FlagSpool(settings.spool_directory, database.cipher).take_in(
            lambda *flag: flag_conversation(database, *flag)
        )  # fmt: skip
        done = rotate_store_keys(database)
    finally:
        database.close()
    if not settings.encryption_key:
        replace_secret(key_file, keys[0])
    return done


def _given_keys(settings: Settings) -> list[str]:
    keys = [key.strip() for key in (settings.encryption_key or "").split(",") if key.strip()]
    if len(keys) < 2:
        raise EncryptionKeyError(
            "Put a new key before the old one: HELPLINE_ENCRYPTION_KEY=new,old. docs/operators.md says how to make one."
        )
    return keys


def _keys_of_file(path: Path) -> list[str]:
    """Return the keys of the key file, with a new one before them; that of a rotation that was broken off, if any."""
    keys = secret_file(path.name, path.parent, make=lambda: Fernet.generate_key().decode()).split()
    if len(keys) == 1:
        keys.insert(0, Fernet.generate_key().decode())
        replace_secret(path, "\n".join(keys))  # before anything is written with it
    return keys
