"""How an answer looks before it is one: as the website's chat shows it, as text messages, beside what stands now.

The chat's own code is widget/src/components/message/; a test in a real browser holds the two against each other.
"""

import contextlib
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from helpline.channels.capabilities import SMS
from helpline.channels.layout import lay_out, load_channel_wording
from helpline.channels.text_message import Segments, segments
from helpline.channels.website_messages import Link, load_links, load_page
from helpline.content.ledger import FACTS
from helpline.content.responses import Response
from helpline.web.wording import Wording

# A line that begins like this is a point of a list.
_POINT = re.compile(r"^- ", re.MULTILINE)
_TOKEN = re.compile(r"\s+|[^\s]+")


Parts = tuple[str | Link, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the chat: its words, plain or a link, and the points that are listed below them."""

    words: Parts
    points: tuple[Parts, ...] = ()


@dataclass(frozen=True)
class Preview:
    """What a visitor would see of one variation.

    Attributes:
        paragraphs: Of the chat.
        titles: Of the buttons.
        source: The page and the month of its review; None where the chat names none.
        text_messages: What a telephone shows, and how each is sent.
    """

    paragraphs: tuple[Paragraph, ...]
    titles: tuple[str, ...]
    source: str | None
    text_messages: tuple[tuple[str, Segments], ...]


class Previews:
    """Makes previews with the contacts and the page of a project.

    Args:
        root: The project.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    @cached_property
    def _links(self) -> list[Link]:
        return sorted(load_links(self._root), key=lambda link: len(link.title), reverse=True)

    @cached_property
    def _wording(self) -> Wording:
        return load_channel_wording(self._root)

    @cached_property
    def _page(self) -> str | None:
        return load_page(self._root / FACTS, None).title

    def of(self, response: Response) -> Preview:
        """Return what a visitor would see of a response."""
        titles = tuple(button.title for button in response.buttons)
        buttons = [{"ref": title, "title": title} for title in titles]
        reply = {"text": response.text, "buttons": buttons, "metadata": response.metadata}
        laid = lay_out([reply], SMS, self._wording)
        sent = tuple((each.text, segments(each.text)) for each in (*laid.messages, *laid.waiting))
        paragraphs = tuple(self._paragraph(part) for part in re.split(r"\n{2,}", response.text))
        return Preview(paragraphs, titles, self._source(response), sent)

    def _paragraph(self, text: str) -> Paragraph:
        first, *points = (tuple(self._parts(part.strip())) for part in _POINT.split(text))
        return Paragraph(first, tuple(points))

    def _parts(self, text: str) -> Iterator[str | Link]:
        """Cut a text where a contact stands that is none of a longer word's or number's parts."""
        begin = at = 0
        while at < len(text):
            link = next(
                (one for one in self._links if text.startswith(one.title, at) and _is_whole(text, at, one)), None
            )
            if link is None:
                at += 1
                continue
            if text[begin:at]:
                yield text[begin:at]
            yield link
            begin = at = at + len(link.title)
        if text[begin:]:
            yield text[begin:]

    def _source(self, response: Response) -> str | None:
        reviewed = str(response.metadata.get("reviewed") or "")
        if not reviewed:
            return None
        with contextlib.suppress(ValueError):
            reviewed = f"{date.fromisoformat(reviewed):%B %Y}"
        return f"{f'LBBC: {self._page}' if self._page else 'LBBC'}, reviewed {reviewed}"


def _is_whole(text: str, at: int, link: Link) -> bool:
    end = at + len(link.title)
    before = text[at - 1 : at].isalnum() and link.title[0].isalnum()
    behind = text[end : end + 1].isalnum() and link.title[-1].isalnum()
    return not before and not behind


def changed_words(before: str, after: str) -> list[tuple[str, str]]:
    """Return two texts as one, in parts: ``same``, ``gone`` or ``new``, and the words."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    parts: list[tuple[str, str]] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(("same", "".join(old[a:b])))
            continue
        if a < b:
            parts.append(("gone", "".join(old[a:b])))
        if c < d:
            parts.append(("new", "".join(new[c:d])))
    return parts


def unified(file: str, before: str, after: str) -> str:
    """Return what changes in a file as a unified diff that ``git apply`` takes."""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{file}", f"b/{file}")
    # Where a file's last line has no end, the format says so.
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> Sequence[str]:
    return [f"{line}\n" for line in text.split("\n")[:-1]] + [text.split("\n")[-1]] * bool(text.split("\n")[-1])
