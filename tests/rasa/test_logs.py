"""What visitors write stays out of the Rasa server's logs."""

import logging

import structlog

from helpline.rasa.logs import configure_logs
from helpline.settings import Settings


def test_words_are_dropped_from_structured_lines_and_tracebacks(caplog, capsys):
    configure_logs(Settings(log_level="DEBUG"))
    logger = structlog.get_logger("test")

    def handle(message: str) -> None:
        secret_local = message
        raise ValueError(f"at length {len(secret_local)}")

    with caplog.at_level(logging.DEBUG):
        logger.warning("message.parsing.failed", user_text="/my secret words")
        try:
            handle("more secret words")
        except ValueError:
            logger.exception("rest.message.received.failure", text="still secret words")
    logged = caplog.text + capsys.readouterr().out
    assert "message.parsing.failed" in logged
    assert "at length 17" in logged
    assert "secret words" not in logged
