"""The environment of our own child processes, made from the settings.

Rasa reads its credentials and endpoints with values from the environment, and so they are put there, each
under the name of its setting. Secrets that were not given are made once and kept under ``var/``.
"""

import os
import secrets
from pathlib import Path

from helpline.settings import VAR, Settings


def secret_file(name: str, directory: Path = VAR) -> str:
    """Return the secret that is kept in a file only its owner can read; make it the first time.

    Args:
        name: File name, such as ``api.token``.
        directory: Where it is kept.
    """
    path = directory / name
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        directory.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        value = secrets.token_urlsafe(32)
        with os.fdopen(handle, "w") as file:
            file.write(value + "\n")
        return value


def child_environment(settings: Settings) -> dict[str, str]:
    """Return the environment for Rasa, the action server and training: every setting under its name, and ours."""
    values = {name: value for name, value in settings.dict().items() if value not in (None, [])}
    values["api_token"] = settings.api_token or secret_file("api.token")
    return {
        **os.environ,
        **{f"HELPLINE_{name.upper()}": _as_text(value) for name, value in values.items()},
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_MAX_CACHE_SIZE": "0",  # a model is always trained as a whole: nothing would be taken from Rasa's cache
        "SANIC_HOST": settings.host,  # the address of rasa-sdk's server, which is every address otherwise
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "PYTHONHASHSEED": "0",
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": "1",
        # Large blocks go back to the system when they are freed: 80 MB less once a model has been loaded.
        "MALLOC_MMAP_THRESHOLD_": str(128 * 1024),
        "MALLOC_TRIM_THRESHOLD_": str(128 * 1024),
    }


def _as_text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
