"""What the front door itself says, and the contacts it makes links of: read from YAML once at the start."""

import logging
from pathlib import Path

import yaml

logger = logging.getLogger(__name__)

# Said only when the file with the wording cannot be read: the two numbers must be there even then.
LAST_RESORT = (
    "Something is not working on our side. Call the helpline at (888) 753-LBBC (5222). "
    "In a crisis, call or text 988. If someone is in danger now, call 911."
)


class Wording:
    """Sentences by response name."""

    def __init__(self, sentences: dict[str, str]) -> None:
        self._sentences = sentences

    def of(self, name: str) -> str:
        """Return a response's text; the last resort for one that is not there."""
        return self._sentences.get(name, LAST_RESORT)

    def filled(self, name: str, **values: object) -> str:
        """Return a response's text with values in its placeholders."""
        return self.of(name).format(**values)


def load_wording(path: Path) -> Wording:
    """Read the responses of a file in Rasa's format. A file that cannot be read is logged, and never fatal."""
    try:
        responses = yaml.safe_load(path.read_text(encoding="utf-8"))["responses"]
        return Wording({name: str(variations[0]["text"]) for name, variations in responses.items()})
    except (OSError, UnicodeDecodeError, yaml.YAMLError, LookupError, TypeError, AttributeError) as error:
        logger.error("The wording in %s cannot be read (%s).", path.name, type(error).__name__)
        return Wording({})
