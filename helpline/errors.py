"""Every error that this project raises itself. Each message says what happened and what to do about it.

The command line prints any of them as it is and stops (`helpline.cli.main`). So a message never holds what a
visitor typed or what a database stores.
"""


class HelplineError(Exception):
    """What all errors of this project have in common."""


class SettingsError(HelplineError):
    """A setting is missing or bad. The message names it and says what it may be."""


class SecretFileError(HelplineError):
    """A file with a secret is empty, or can be read by others than its owner."""


class EncryptionKeyError(HelplineError):
    """An encryption key is malformed, or is not the one that the data were written with."""


class StoreError(HelplineError):
    """The helpline store could not be read or written.

    Args:
        reason: The class name of what the database library raised, such as ``IntegrityError``. Its message is
            left out, because it holds the values of the statement.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"The helpline store failed ({reason}). "
            "Check that the database of HELPLINE_DATABASE_URL runs, can be reached and can be written."
        )


class IncompleteRequestError(HelplineError):
    """A request was to be made while an answer that it needs is missing. The message names the slot alone."""


class TrainingError(HelplineError):
    """The model could not be trained. The message holds Rasa's last words and the path of the log."""


class ModelFileError(HelplineError):
    """The file of a trained model cannot be read, or holds not what it must. The message says to train again."""


class StartError(HelplineError):
    """A part of the product did not start, or stopped. The message names the part, the reason and the log."""


class ListenError(StartError):
    """A server cannot listen where it should. The message says why."""


class PortInUseError(ListenError):
    """Another program has the port. The message names it."""


class AssistantError(HelplineError):
    """The running assistant failed for a turn, or gave no reply."""


class CaseError(HelplineError):
    """A line of a replay file is no case. The message names the line and says what it needs."""


class ContentError(HelplineError):
    """A file under content/ cannot be used. The message names the file and the key, and says what is wrong."""


class PlanningError(HelplineError):
    """No plan could be made of who helps whom. The message names requests and volunteers by their rows alone."""
