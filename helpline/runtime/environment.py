"""The environment of our own child processes, made from the settings.

Rasa reads its credentials and endpoints with values from the environment, and so they are put there, each
under the name of its setting.
"""

import os

from helpline.secrets import secret_file
from helpline.settings import Settings


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
