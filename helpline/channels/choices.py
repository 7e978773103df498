"""How the choices of a reply are shown: as buttons, as a list that opens, or as numbers in the text.

The numbers are those by which the assistant understands an answer (`helpline.rasa.choices`): they count on over all
replies of a turn, and so does the number of a choice that is also a button.
"""

from collections.abc import Callable, Sequence

from helpline.channels.capabilities import Capabilities
from helpline.channels.messages import Choice

ELLIPSIS = "\u2026"
# A shortened title keeps at least this share of what it said; else numbers say it whole.
_KEPT = 0.6


def shortened(title: str, length: int) -> str | None:
    """Return a title that is at most so long, cut at a word; None where too little of it would be left."""
    if len(title) <= length:
        return title
    room = title[:length]  # one character for the ellipsis, one for the space before the next word
    kept = room[: room.rfind(" ")].rstrip(" ,;:.-") if " " in room else ""
    return f"{kept}{ELLIPSIS}" if len(kept) >= _KEPT * len(title) else None


def as_buttons(choices: Sequence[Choice], capabilities: Capabilities) -> tuple[tuple[Choice, ...], bool] | None:
    """Return choices as the channel's buttons, and whether they are a list; None where they must be numbers.

    Titles are told apart within a message. They stay whole if they can: a list that holds them whole goes before
    buttons that do not.
    """
    buttons = (capabilities.buttons, capabilities.button_length, False)
    rows = (capabilities.list_rows, capabilities.list_row_length, True)
    for make in (_whole, shortened):
        for most, length, is_list in (buttons, rows):
            shown = _titled(choices, length, make) if len(choices) <= most else None
            if shown is not None:
                return shown, is_list
    return None


def _whole(title: str, length: int) -> str | None:
    return title if len(title) <= length else None


def _titled(
    choices: Sequence[Choice], length: int, make: Callable[[str, int], str | None]
) -> tuple[Choice, ...] | None:
    titles = [make(choice.title, length) for choice in choices]
    if None in titles or len({str(title).casefold() for title in titles}) < len(titles):
        return None
    return tuple(Choice(choice.ref, str(title)) for choice, title in zip(choices, titles, strict=True))
