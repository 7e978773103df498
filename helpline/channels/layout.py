"""Lays the assistant's replies out as a channel can show them: by what it is capable of, never by its name.

Pure functions: from the engine's replies (`helpline.rasa.output.TurnOutput`) to messages that a provider's module only
has to send, and what waits until somebody asks for more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from helpline.channels.capabilities import Capabilities
from helpline.channels.choices import as_buttons
from helpline.channels.messages import Choice, OutboundMessage
from helpline.channels.splitting import Fits, Piece, pieces_of, split, take
from helpline.channels.text_message import numbered_choices, plain, segments
from helpline.settings import ROOT
from helpline.web.wording import Wording, load_wording

Reply = dict[str, Any]

WORDING_FILE = Path("data", "responses", "channels.yml")


@dataclass(frozen=True)
class Layout:
    """What is sent now, in order, and what waits for MORE."""

    messages: tuple[OutboundMessage, ...] = ()
    waiting: tuple[OutboundMessage, ...] = ()


@dataclass(frozen=True)
class _Part:
    """A reply on its way to messages: its pieces, the choices numbered among them included, and its buttons."""

    pieces: tuple[Piece, ...]
    buttons: tuple[Choice, ...] = ()
    as_list: bool = False


def load_channel_wording(root: Path = ROOT) -> Wording:
    """Read what channels say beside the assistant's answers."""
    return load_wording(root / WORDING_FILE)


def first_contact(capabilities: Capabilities, wording: Wording) -> str:
    """Return what everybody is told once: who answers, that messages may cost, and how to stop them."""
    names = ["utter_channel_first_contact"]
    names += ["utter_channel_rates"] if capabilities.gsm_7 else []
    names += ["utter_channel_how_to_stop"] if capabilities.opt_out else []
    return " ".join(map(wording.of, names))


def size(text: str, capabilities: Capabilities) -> int:
    """Return how long a text is for a channel: in characters of the GSM alphabet, or of UTF-16."""
    if capabilities.gsm_7:
        return segments(text).units
    return len(text.encode("utf-16-le")) // 2


def lay_out(
    replies: Sequence[Reply],
    capabilities: Capabilities,
    wording: Wording,
    *,
    danger: bool = False,
    late: Sequence[Reply] = (),
    introduced: bool = True,
    before: str | None = None,
) -> Layout:
    """Return the messages that answer a turn.

    In danger every reply is one message, whole, and comes before anything else. Otherwise, where only a few messages
    may follow each other, replies share a message as far as there is room; elsewhere each is a message of its own.

    Args:
        replies: The engine's replies of the turn.
        capabilities: What the channel can show.
        wording: What it says beside them.
        danger: Whether the turn raised a danger.
        late: Replies of an earlier turn that come first; their choices do not count any more.
        introduced: Whether the receiver was told before who answers.
        before: The channel's own response that stands before the answer, and after a reply to danger.
    """
    earlier = [_part({**reply, "buttons": []}, 1, capabilities, wording, whole=False) for reply in late]
    parts, number = [], 1
    for reply in replies:
        parts.append(_part(reply, number, capabilities, wording, whole=danger))
        number += len(reply["buttons"])
    if not replies:
        parts = [_spoken(wording.of("utter_channel_no_answer"), capabilities)]
    first = [] if introduced else [_spoken(first_contact(capabilities, wording), capabilities)]
    if before is not None:
        first.append(_spoken(wording.of(before), capabilities))
    if not danger:
        return _in_rows([*first, *earlier, *parts], capabilities, wording)
    urgent = [each for part in parts for each in _whole(part, capabilities, wording)]
    rest = _in_rows([*first, *earlier], capabilities, wording)
    return replace(rest, messages=(*urgent, *rest.messages))


def say(name: str, capabilities: Capabilities, wording: Wording, *, introduced: bool = True) -> Layout:
    """Return the messages of the channel's own: one of its responses.

    Args:
        name: The response.
        capabilities: What the channel can show.
        wording: The responses.
        introduced: Whether the receiver was told before who answers.
    """
    about_us = [] if introduced else [_spoken(first_contact(capabilities, wording), capabilities)]
    return _in_rows([*about_us, _spoken(wording.of(name), capabilities)], capabilities, wording)


def more(waiting: Sequence[OutboundMessage], capabilities: Capabilities) -> Layout:
    """Return what is sent to MORE of what waits, and what then still does."""
    count = capabilities.messages_in_a_row or len(waiting)
    return Layout(tuple(waiting[:count]), tuple(waiting[count:]))


def _part(reply: Reply, number: int, capabilities: Capabilities, wording: Wording, *, whole: bool) -> _Part:
    """Return a reply with what a channel says beside it.

    Args:
        reply: The reply.
        number: Of its first choice.
        capabilities: What the channel can show.
        wording: What it says beside.
        whole: Whether it becomes one message, so that buttons must fit below all of it.
    """
    said = reply["text"] or wording.of("utter_channel_choose")
    pieces = pieces_of(_for_channel(" ".join(filter(None, [_progress(reply, wording), said])), capabilities))
    if source := _source(reply, wording):
        pieces += pieces_of(_for_channel(source, capabilities))
    if _begins_form(reply):
        pieces += pieces_of(_for_channel(wording.of("utter_channel_leave_form"), capabilities))
    choices = [Choice(each["ref"], each["title"]) for each in reply["buttons"]]
    if not choices:
        return _Part(tuple(pieces))
    room = capabilities.choices_text_limit or capabilities.text_limit
    # Replies that share messages have numbers: buttons stand below the last of them alone.
    stands_alone = not capabilities.messages_in_a_row
    fits_below = stands_alone and (not whole or size(_joined(pieces), capabilities) <= room)
    shown = as_buttons(choices, capabilities) if fits_below else None
    if shown is not None:
        return _Part(tuple(pieces), *shown)
    numbered = numbered_choices([_for_channel(choice.title, capabilities) for choice in choices], number)
    return _Part((*pieces, Piece(numbered, "\n\n")))


def _spoken(text: str, capabilities: Capabilities) -> _Part:
    return _Part(tuple(pieces_of(_for_channel(text, capabilities))))


def _for_channel(text: str, capabilities: Capabilities) -> str:
    return plain(text) if capabilities.gsm_7 else text


def _joined(pieces: Sequence[Piece]) -> str:
    return take(pieces, lambda text: True)[0]


def _progress(reply: Reply, wording: Wording) -> str | None:
    form = reply.get("form") or {}
    if not form.get("step"):
        return None
    return wording.filled("utter_channel_progress", step=form["step"], steps=form["steps"])


def _begins_form(reply: Reply) -> bool:
    return bool((reply.get("form") or {}).get("step") == 1)


def _source(reply: Reply, wording: Wording) -> str | None:
    reviewed = str(reply["metadata"].get("reviewed") or "")
    try:
        month = f"{date.fromisoformat(reviewed):%B %Y}"
    except ValueError:
        return None
    return wording.filled("utter_channel_source", reviewed=month)


def _whole(part: _Part, capabilities: Capabilities, wording: Wording) -> list[OutboundMessage]:
    """Return a part as one message, whatever its length; as more only where the provider takes no longer one."""
    return _with_buttons(split(part.pieces, _within(capabilities.hard_limit, capabilities)), part, wording, urgent=True)


def _in_rows(parts: Sequence[_Part], capabilities: Capabilities, wording: Wording) -> Layout:
    """Return parts as messages of the channel's length; what is too much in a row waits."""
    if not capabilities.messages_in_a_row:
        return Layout(tuple(each for part in parts for each in _messages(part, capabilities, wording)))
    texts = _rows([piece for part in parts for piece in part.pieces], capabilities, wording)
    return more([OutboundMessage(text) for text in texts], capabilities)


def _messages(part: _Part, capabilities: Capabilities, wording: Wording) -> list[OutboundMessage]:
    limit = capabilities.text_limit
    if part.buttons and capabilities.choices_text_limit:
        limit = min(limit, capabilities.choices_text_limit)
    return _with_buttons(split(part.pieces, _within(limit, capabilities)), part, wording)


def _with_buttons(texts: list[str], part: _Part, wording: Wording, urgent: bool = False) -> list[OutboundMessage]:
    """Return texts as messages, with the buttons below the last."""
    title = wording.of("utter_channel_open_list") if part.as_list else None
    messages = [OutboundMessage(text, urgent=urgent) for text in texts]
    return [*messages[:-1], replace(messages[-1], choices=part.buttons, as_list=part.as_list, list_title=title)]


def _rows(pieces: list[Piece], capabilities: Capabilities, wording: Wording) -> list[str]:
    """Return the texts of messages of which the last in each row says how to read on, but for the very last."""
    in_a_row = capabilities.messages_in_a_row
    fits = _within(capabilities.text_limit, capabilities)
    read_on = f"\n\n{wording.of('utter_channel_more')}"
    texts: list[str] = []
    while pieces:
        row = split(pieces, fits)
        if len(row) <= in_a_row:
            return texts + row
        for place in range(in_a_row):
            ends = read_on if place == in_a_row - 1 else ""
            text, pieces = take(pieces, _followed_by(ends, fits))
            texts.append(text + ends)
    return texts


def _within(limit: int, capabilities: Capabilities) -> Fits:
    return lambda text: size(text, capabilities) <= limit


def _followed_by(ends: str, fits: Fits) -> Callable[[str], bool]:
    return lambda text: fits(text + ends)
