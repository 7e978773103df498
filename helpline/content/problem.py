"""What the content check has to say: one thing that is wrong, where, in plain English."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend.

    Attributes:
        file: Path below the project's root.
        line: Line in that file, or 0 where the whole file is meant.
        key: What it is about: a response, a topic, a contact.
        message: What is wrong and, where it helps, what to do.
    """

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        """Return ``file:line key: message``."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place} {self.key}: {self.message}"
