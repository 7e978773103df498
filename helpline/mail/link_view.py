"""What a link in a mail leads to, as the delivery process tells it to the front door, which shows it."""

from dataclasses import dataclass, replace
from typing import Any

# An answer is "choice 12" where what can be chosen has rows; the wording is that of "choice".
CHOICE = "choice"


@dataclass(frozen=True)
class Choice:
    """An answer that can be given.

    Attributes:
        value: What comes back.
        words: What it means, in sentences for whoever reads the page; the page's own wording without any.
    """

    value: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """What a page asks.

    Attributes:
        choices: The answers that can be given.
        details: What the page says beside its own wording, in sentences. No name and no contact.
    """

    choices: tuple[Choice, ...]
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinkView:
    """What the front door is to show.

    Attributes:
        kind: ``open``, ``thanks``, or a notice of the wording: ``unknown``, ``expired``, ``over``, ``used``,
            ``choose_one``.
        page: The page of the wording, where the kind is ``open`` or ``thanks``.
        language: BCP 47 tag.
        question: What is asked, where the kind is ``open``.
        answer: What was answered, where the kind is ``thanks``.
    """

    kind: str
    page: str | None = None
    language: str = "en"
    question: Question | None = None
    answer: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        asked = self.question
        choices = [[each.value, list(each.words)] for each in asked.choices] if asked else None
        question = {"choices": choices, "details": list(asked.details)} if asked else None
        return {**vars(self), "question": question}

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "LinkView":
        """Return what `as_dict` gave.

        Raises:
            KeyError, TypeError, ValueError: It is something else.
        """
        view, asked = cls(**content), content["question"]
        if asked is None:
            return view
        choices = tuple(Choice(value, tuple(words)) for value, words in asked["choices"])
        return replace(view, question=Question(choices, tuple(asked["details"])))
