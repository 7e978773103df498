"""The environment of our own child processes, made from the settings: every setting under its name."""

import os

from pydantic import SecretStr

from helpline.setting_files import SUFFIX
from helpline.settings import Settings


def child_environment(settings: Settings) -> dict[str, str]:
    """Return the environment for the parts of the product and for training.

    What stood in a file is handed on as a value: a part reads each setting once, and from one place.
    """
    values = {name: value for name, value in settings.dict().items() if value not in (None, [])}
    return {
        **{name: value for name, value in os.environ.items() if not _names_a_file(name)},
        **{f"HELPLINE_{name.upper()}": _as_text(value) for name, value in values.items()},
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_MAX_CACHE_SIZE": "0",  # a model is always trained as a whole: nothing would be taken from Rasa's cache
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",  # what libraries have to say to their own developers
        "OMP_NUM_THREADS": "1",
        # Large blocks go back to the system when they are freed: 80 MB less once a model has been loaded.
        "MALLOC_MMAP_THRESHOLD_": str(128 * 1024),
        "MALLOC_TRIM_THRESHOLD_": str(128 * 1024),
        # A process that outlives its supervisor would hold the port (helpline/processes/parent.py).
        "MBC_ENDS_WITH_PARENT": str(os.getpid()),
    }


def _names_a_file(name: str) -> bool:
    return name.upper().startswith(Settings.Config.env_prefix) and name.upper().endswith(SUFFIX)


def _as_text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
