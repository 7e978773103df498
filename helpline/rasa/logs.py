"""Keeps what visitors write out of the logs.

Rasa logs the text of messages, entities and slots at several levels. The processor that this module puts first drops
every value that can hold a visitor's words, whatever the level.
"""

import logging
from typing import Any

from helpline.observability.logs import configure_logs as write_lines
from helpline.settings import Settings

# Keys of Rasa's structured log lines that can hold what somebody wrote.
PRIVATE_KEYS = frozenset(
    {
        "current_states", "entities", "event_dict", "json_message", "message", "message_text",
        "parse_data_entities", "parse_data_text", "payload", "prediction_events", "prefilled_slots", "rasa_event",
        "rasa_events", "response", "response_text", "slot_candidates", "slot_values", "slots", "states", "text",
        "tracker", "tracker_latest_message", "tracker_states", "user_text", "value",
    }
)  # fmt: skip
# Third parties whose remarks below an error hold values, or tell nobody anything.
QUIET = ("rasa", "matplotlib", "apscheduler", "sqlalchemy", "asyncio")


def drop_private(_logger: Any, _method: str, line: dict[str, Any]) -> dict[str, Any]:
    """Replace values that can hold a visitor's words. A structlog processor."""
    return {key: "(not logged)" if key in PRIVATE_KEYS else value for key, value in line.items()}


def configure_logs(settings: Settings) -> None:
    """Write our own log lines as the settings say, Rasa's from warnings on, and none with a visitor's words."""
    import rasa.utils.log_utils
    import structlog

    # Rasa's place for a processor that hides what is private; it does nothing in the open-source edition.
    rasa.utils.log_utils._anonymizer = drop_private
    # Tracebacks as structlog makes them by default show local variables, and with them messages.
    without_locals = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    structlog.processors.dict_tracebacks = structlog.processors.ExceptionRenderer(without_locals)
    level = settings.log_level
    write_lines(settings, "engine")
    rasa.utils.log_utils.configure_structlog(max(logging.getLevelName(level), logging.WARNING))
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.getLevelName(level), logging.WARNING))
