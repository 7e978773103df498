"""An answer as a text message: its choices as numbers, and how many messages of a telephone network it takes.

A network sends 160 characters of the GSM alphabet in one message, and 153 in each of several that belong together. One
character that is not in that alphabet makes it 70 and 67, of another encoding (3GPP TS 23.038 and 23.040).
"""

from collections.abc import Sequence
from dataclasses import dataclass

_GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each of these is sent as two characters.
_GSM_7_EXTENDED = frozenset("\f^{}\\[~]|€")


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


def with_numbered_choices(text: str, titles: Sequence[str]) -> str:
    """Return a text with its choices below it, each behind the number that chooses it."""
    choices = "\n".join(f"{number}. {title}" for number, title in enumerate(titles, 1))
    return f"{text}\n\n{choices}" if choices else text


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
