"""What the sections of a lexicon are made of: groups of words, checked as they are read, and found in a text."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from pydantic import BaseModel, Extra

_NEVER = "(?!)"


class Patterns:
    """Regular expressions, any of which may be found. Upper and lower case are the same.

    Attributes:
        expression: All of them as one, to be built into a longer expression.
    """

    def __init__(self, entries: Sequence[str] = ()) -> None:
        self.expression = f"(?:{'|'.join(entries)})" if entries else _NEVER

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.expression, re.IGNORECASE)

    def within(self, text: str, place: int = 0) -> re.Match[str] | None:
        """Return where any of them is found first, from a place on."""
        return self._pattern.search(text, place)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return the match if the whole text is one of them."""
        return self._pattern.fullmatch(text)

    def without(self, text: str) -> str:
        """Return the text with a space in place of each of them."""
        return self._pattern.sub(" ", text)

    def all_within(self, text: str) -> list[re.Match[str]]:
        """Return all places where any of them is found."""
        return list(self._pattern.finditer(text))

    def at_start(self, text: str, place: int = 0) -> re.Match[str] | None:
        """Return the match if any of them stands where the text begins, or at a place in it."""
        return self._pattern.match(text, place)

    @classmethod
    def __get_validators__(cls) -> Iterator[Callable[[Any], Any]]:
        """Tell pydantic how a list of the file becomes an object of this class."""
        yield cls._validate

    @classmethod
    def _validate(cls, value: Any) -> "Patterns":
        entries = [value] if isinstance(value, str) else value
        if not isinstance(entries, list) or not entries:
            raise ValueError("must be a list with at least one entry")
        for entry in entries:
            if not isinstance(entry, str) or not entry:
                raise ValueError(f"the entry {entry!r} is no text; write it in quotes")
            try:
                re.compile(entry)
            except re.error as error:
                raise ValueError(f"the entry {entry!r} is no regular expression: {error}") from None
        return cls(entries)


class Phrases(Patterns):
    """Words and short phrases. They are found as whole words only: "text" is not in "context"."""

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(rf"\b{self.expression}(?!\w)", re.IGNORECASE)


class Section(BaseModel):
    """A part of the file, with its keys as fields."""

    class Config:
        """Every key must be there, and no other; what is compiled is kept beside the fields."""

        extra = Extra.forbid
        keep_untouched = (cached_property,)
