"""Log lines of the parts: text for people or JSON for programs, without anything that a visitor wrote.

What is logged is chosen where it is logged. Here an error's own message is left out too, since it often quotes what
could not be understood.
"""

import json
import logging
from datetime import datetime, timezone

from helpline.observability.figures import figures
from helpline.observability.request_ids import request_id
from helpline.settings import Settings

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class JsonLines(logging.Formatter):
    """One JSON object a line: ``time``, ``level``, ``part``, ``logger``, ``message`` and, within one, ``request_id``.

    Args:
        part: Which part of the product writes.
    """

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "part": self._part,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if known := request_id.get():
            line["request_id"] = known
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


class CountsErrors(logging.Handler):
    """Counts what is logged as an error, by the module that logs it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Count one."""
        figures.count("helpline_errors_total", logger=record.name)


def configure_logs(settings: Settings, part: str) -> None:
    """Write log lines as the settings say; to be called once in a process, before anything is logged.

    Args:
        settings: The settings.
        part: Which part of the product this process is, such as ``engine``.
    """
    logging.basicConfig(level=settings.log_level, format=TEXT)
    if settings.log_format == "json":
        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonLines(part))
    if settings.metrics_address is not None:
        counts = CountsErrors(logging.ERROR)
        logging.getLogger().addHandler(counts)
