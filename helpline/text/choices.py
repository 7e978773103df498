"""Which of the choices on offer a message means: by number, by place, by "both", or by their words."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from helpline.text.lexicon import Lexicon

# A message that names a choice in its own words is at most so much longer than the choice, in words.
_WORDS_MORE = 3
_ALIKE = 92
_WORD = re.compile(r"[a-z0-9]+")


def places_meant(text: str, titles: Sequence[str], *, any_words: bool = True) -> list[int]:
    """Return the places of the choices that a message means, from 0, in the order of the choices; empty for none.

    Args:
        text: What was typed.
        titles: What the choices say.
        any_words: Whether a choice can be meant by its words too; else only by its number, its place or "both".
    """
    words = Lexicon.load().choices
    said = text.strip().strip(".!").lower()
    if not titles or not said:
        return []
    if match := words.number.fullmatch(said):
        return _within([int(number) - 1 for number in re.findall(r"\d+", match.group())], len(titles))
    if words.both_of_them.fullmatch(said):
        return [0, 1] if len(titles) > 1 else []
    for place, pattern in enumerate(words.places):
        if pattern.fullmatch(said):
            return _within([place], len(titles))
    if words.last_one.fullmatch(said):
        return [len(titles) - 1]
    return _by_words(said, titles) if any_words else []


def _within(places: list[int], count: int) -> list[int]:
    return sorted(set(places)) if all(0 <= place < count for place in places) else []


def _by_words(said: str, titles: Sequence[str]) -> list[int]:
    """Return the one choice whose words are said; none where two are alike."""
    spoken = _WORD.findall(said)
    found = []
    for place, title in enumerate(titles):
        wanted = _WORD.findall(title.lower())
        if (
            len(spoken) <= len(wanted) + _WORDS_MORE
            and fuzz.token_sort_ratio(" ".join(spoken), " ".join(wanted)) >= _ALIKE
        ):
            found.append(place)
    return found if len(found) == 1 else []
