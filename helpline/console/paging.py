"""What an address says: a number of its path, which page of a list, and the rest of it for the pages beside it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from markupsafe import escape

from helpline.console.desk import Visit
from helpline.store.conversations import TurnRecord

_LAST = 10_000
# The largest number that a column of either database holds.
_LARGEST = 2**31 - 1
# What the address of a list holds beside its filters.
_NO_FILTERS = frozenset(("page", "said"))


# What stands around an entry of a list, in bytes.
_AROUND = 400

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Paging:
    """One page of a list.

    Attributes:
        address: The list's.
        query: Its filters, as they stand in the address; empty without any.
        number: Of the page, from 1 on.
        size: How many entries are on it.
    """

    address: str
    query: str
    number: int
    size: int

    @property
    def first(self) -> int:
        """How many entries stand before the page."""
        return (self.number - 1) * self.size

    def pages(self, total: int) -> int:
        """Return how many pages so many entries make."""
        return max(1, -(-total // self.size))


def paging_of(visit: Visit, size: int) -> Paging:
    """Return the page that an address asks for; what is no number is the first."""
    given = visit.request.query_params
    filters = [(name, value) for name, value in given.multi_items() if name not in _NO_FILTERS and value]
    number = min(number_of(given.get("page")) or 1, _LAST)
    return Paging(visit.request.url.path, urlencode(filters), number, size)


def in_pages(entries: Sequence[Entry], texts: Callable[[Entry], Iterable[str | None]], most: int) -> list[list[Entry]]:
    """Split entries so that each page of them is short enough, however long their texts are; one at least a page.

    Args:
        entries: The entries.
        texts: The texts that are shown of one.
        most: How many bytes a page of them may have, with what stands around each.
    """
    pages: list[list[Entry]] = [[]]
    room = most
    for entry in entries:
        size = _AROUND + sum(len(str(escape(text)).encode()) for text in texts(entry) if text)
        if size > room and pages[-1]:
            pages.append([])
            room = most
        pages[-1].append(entry)
        room -= size
    return pages


def said_in(turn: TurnRecord) -> list[str | None]:
    """Return the texts of a turn of a conversation, for ``in_pages``."""
    return [turn.said, *(str(answer.get("text") or "") for answer in turn.answers)]


def path_number(visit: Visit, name: str) -> int:
    """Return a number that stands in the path of an address; one that no database holds is that of nothing."""
    return min(int(visit.request.path_params[name]), _LARGEST)


def number_of(text: str | None) -> int | None:
    """Return a number that is part of an address, from 1 on; None for anything else."""
    return int(text) or None if text and text.isascii() and text.isdigit() and len(text) < 10 else None
