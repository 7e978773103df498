"""Spoils messages the way hurried, upset or guarded people type them: the same seed, the same spoils."""

import random
from collections.abc import Callable, Sequence

_NEIGHBOURS = {
    "a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip
_EMOJI = ("\U0001f62d", "\U0001f494", "\U0001f614", "\U0001f64f", "\U0001f62a", "\U0001f97a", "\U0001f622")
_INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")
_LONG_ENOUGH = 4


def perturbed(messages: Sequence[str], count: int, seed: int) -> list[tuple[str, str, str]]:
    """Return messages spoiled one way each, the ways in turn.

    Args:
        messages: What to spoil.
        count: How many to return.
        seed: Of the chances taken.

    Returns:
        Way, message as it was, message spoiled.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    ways = list(_WAYS.items())
    found = []
    for number in range(count):
        way, spoil = ways[number % len(ways)]
        message = chance.choice(messages)
        found.append((way, message, spoil(message, chance)))
    return found


def with_typos(message: str, chance: random.Random) -> str:
    """Return a message with a slip of the fingers in some of its longer words."""
    words = message.split(" ")
    long = [place for place, word in enumerate(words) if len(word) >= _LONG_ENOUGH and word.isalpha()]
    for place in chance.sample(long, min(len(long), max(1, len(words) // 5))):
        words[place] = _slip(words[place], chance)
    return " ".join(words)


def _slip(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    kind = chance.choice(("swap", "drop", "double", "neighbour"))
    if kind == "swap":
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == "drop":
        return word[:place] + word[place + 1 :]
    if kind == "double":
        return word[:place] + word[place] + word[place:]
    near = _NEIGHBOURS.get(word[place].lower(), word[place])
    return word[:place] + chance.choice(near) + word[place + 1 :]


def _spacing(message: str, chance: random.Random) -> str:
    words = message.split(" ")
    for _ in range(max(1, len(words) // 6)):
        place = chance.randrange(len(words))
        if chance.random() < 0.5 and place + 1 < len(words):
            words[place : place + 2] = [words[place] + words[place + 1]]
        elif len(words[place]) >= _LONG_ENOUGH:
            cut = chance.randrange(1, len(words[place]))
            words[place : place + 1] = [words[place][:cut], words[place][cut:]]
    return (" " * chance.randint(1, 3)).join(words)


def _case(message: str, chance: random.Random) -> str:
    style = chance.choice(("upper", "swapped", "mixed", "title"))
    if style == "upper":
        return message.upper()
    if style == "swapped":
        return message.swapcase()
    if style == "title":
        return message.title()
    return "".join(chance.choice((letter.lower(), letter.upper())) for letter in message)


def _emoji(message: str, chance: random.Random) -> str:
    words = message.split(" ")
    for _ in range(max(1, len(words) // 4)):
        words.insert(chance.randrange(len(words) + 1), chance.choice(_EMOJI) * chance.randint(1, 3))
    return chance.choice((" ", "")).join((" ".join(words), chance.choice(_EMOJI)))


def _invisible(message: str, chance: random.Random) -> str:
    return "".join(letter + (chance.choice(_INVISIBLE) if chance.random() < 0.3 else "") for letter in message)


_WAYS: dict[str, Callable[[str, random.Random], str]] = {
    "typos": with_typos,
    "spacing": _spacing,
    "case": _case,
    "emoji": _emoji,
    "invisible": _invisible,
}
