"""An answer as a text message: its choices as numbers, and how many messages of a telephone network it takes.

A network sends 160 characters of the GSM alphabet in one message, and 153 in each of several that belong together. One
character that is not in that alphabet makes it 70 and 67, of another encoding (3GPP TS 23.038 and 23.040).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each of these is sent as two characters.
_GSM_7_EXTENDED = frozenset("\f^{}\\[~]|€")
# What typography writes otherwise than a telephone does, and costs more than twice the room.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032`\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2015\u2212\u2022\u00b7", "-"),
        **dict.fromkeys("\t\u00a0\u202f\u205f\u3000", " "),
        **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\r"),
        "\u2026": "...",
        "\u00d7": "x",
    }
)
_LONG_DASH = re.compile(r"[ \u00a0]*\u2014[ \u00a0]*")


@dataclass(frozen=True)
class Segments:
    """How a text is sent.

    Attributes:
        encoding: ``GSM-7`` or ``UCS-2``.
        units: How many characters of that encoding it has.
        count: How many messages it takes.
        unusual: The characters that are not in the GSM alphabet, in their order.
    """

    encoding: str
    units: int
    count: int
    unusual: tuple[str, ...] = ()


def numbered_choices(titles: Sequence[str], first: int = 1) -> str:
    """Return choices as lines, each behind the number that chooses it.

    Args:
        titles: What they say.
        first: The first one's number: choices count on over all that is said in a turn.
    """
    return "\n".join(f"{number}. {title}" for number, title in enumerate(titles, first))


def plain(text: str) -> str:
    """Return a text with plain quotes, dashes and spaces, so that it need not leave the GSM alphabet for them.

    Letters stay as they are: a name is not to be spelled otherwise to save room.
    """
    return _LONG_DASH.sub(" - ", text).translate(_PLAIN)


def segments(text: str) -> Segments:
    """Tell how a text is sent. A character that takes two places is never split between two messages."""
    unusual = tuple(dict.fromkeys(each for each in text if each not in _GSM_7 and each not in _GSM_7_EXTENDED))
    if unusual:
        sizes = [2 if ord(each) > 0xFFFF else 1 for each in text]
        return Segments("UCS-2", sum(sizes), _count(sizes, 70, 67), unusual)
    sizes = [2 if each in _GSM_7_EXTENDED else 1 for each in text]
    return Segments("GSM-7", sum(sizes), _count(sizes, 160, 153))


def _count(sizes: Sequence[int], alone: int, of_several: int) -> int:
    if sum(sizes) <= alone:
        return 1 if sizes else 0
    count, used = 1, 0
    for size in sizes:
        if used + size > of_several:
            count, used = count + 1, 0
        used += size
    return count
