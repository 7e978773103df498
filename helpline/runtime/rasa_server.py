"""The Rasa server's process: Rasa's own command line, with what visitors write kept out of its logs.

Rasa logs the text of messages, entities and slots at several levels. The processor that this module puts
first drops every value that can hold a visitor's words, whatever the level. TensorFlow stays out of the process.
"""

from typing import Any

from helpline.runtime.without_tensorflow import keep_out

# Keys of Rasa's structured log lines that can hold what somebody wrote.
PRIVATE_KEYS = frozenset(
    {
        "current_states", "entities", "event_dict", "json_message", "message", "message_text",
        "parse_data_entities", "parse_data_text", "payload", "prediction_events", "prefilled_slots", "rasa_event",
        "rasa_events", "response", "response_text", "slot_candidates", "slot_values", "slots", "states", "text",
        "tracker", "tracker_latest_message", "tracker_states", "user_text", "value",
    }
)  # fmt: skip


def drop_private(_logger: Any, _method: str, line: dict[str, Any]) -> dict[str, Any]:
    """Replace values that can hold a visitor's words. A structlog processor."""
    return {key: "(not logged)" if key in PRIVATE_KEYS else value for key, value in line.items()}


def keep_private() -> None:
    """Put our processors where Rasa puts its own when it configures its logs."""
    import rasa.utils.log_utils
    import structlog

    # Rasa's place for a processor that hides what is private; it does nothing in the open-source edition.
    rasa.utils.log_utils._anonymizer = drop_private
    # Tracebacks as structlog makes them by default show local variables, and with them messages.
    without_locals = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    structlog.processors.dict_tracebacks = structlog.processors.ExceptionRenderer(without_locals)


def main() -> None:
    """Run Rasa's command line."""
    keep_out()
    from rasa.__main__ import main as rasa_main

    keep_private()
    rasa_main()


if __name__ == "__main__":
    main()
