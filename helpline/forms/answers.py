"""Reads chosen options and times out of what a visitor typed.

Names, numbers, addresses and ages have modules of their own.
"""

import re
from collections.abc import Iterable

from helpline.forms.denials import Denials
from helpline.text.lexicon import Lexicon
from helpline.text.normalising import straightened

_LONGEST_TIME = 80
# So few words between two times belong to them: "any time but tonight".
_FEW_BETWEEN = 3
# Fewer words may say when in any way: "you choose", "I'm retired".
_SENTENCE = 6
_EMAIL = re.compile(r"[^\s@,;:<>()]+@[^\s@,;:<>()]+")
_PHONE_NUMBER = re.compile(r"(?=(?:\D*\d){7})[\d\s()+./-]+(?:(?:x|ext\.?)\s*\d{1,6})?", re.IGNORECASE)
_AGE = re.compile(r"(?:1[01]\d|\d{1,2})(?:\s*(?:\+|-\s*\d{2}))?")
_YEARS = re.compile(r"\b\d{1,3}s?\b")
# A minus after one of these says that it is absent: "HR-".
_TOLD_BY_SIGNS = "cancer_subtype"


def read_choice(slot: str, text: str) -> str | None:
    """Read the one option of a slot that a text names and does not deny; None where it names one or another.

    Of several the first in the lexicon's order is meant: "text my cell" is a text message.
    """
    named = _named_options(slot, text)
    kept = [key for key, denied in named.items() if not denied]
    either = len(kept) > 1 and Lexicon.load().denial.alternatives.within(text)
    return kept[0] if kept and not either else None


def read_choices(slot: str, text: str) -> tuple[str, ...]:
    """Read all options of a slot that a text names, in the lexicon's order. A denied one ("not liver") is left out."""
    return tuple(key for key, denied in _named_options(slot, text).items() if not denied)


def denied_choices(slot: str, text: str) -> frozenset[str]:
    """Return the options of a slot that a text names and denies wherever it names them."""
    return frozenset(key for key, denied in _named_options(slot, text).items() if denied)


def _named_options(slot: str, text: str) -> dict[str, bool]:
    """Return the options that a text names, each with whether it is denied wherever it is named."""
    options = Lexicon.load().options[slot]
    if text.strip().lower() in options:
        return {text.strip().lower(): False}
    straight = straightened(text)
    denials, signs = Denials(straight), slot == _TOLD_BY_SIGNS
    named = {key: [match.span() for match in phrases.all_within(straight)] for key, phrases in options.items()}
    return {
        key: all(denials.cover(start, end, signs=signs) for start, end in spans)
        for key, spans in named.items()
        if spans
    }


def says_only(slot: str, text: str) -> bool:
    """Tell whether a text names options of a slot, or an age, and else only small words: "it's in my bones"."""
    lexicon, left = Lexicon.load(), straightened(text)
    for phrases in lexicon.options.get(slot, {}).values():
        left = phrases.without(left)
    if slot == "age_range":
        left = _YEARS.sub(" ", lexicon.numbers.below_hundred.sub(" ", left))
    return left != straightened(text) and not re.search(r"\w", lexicon.around_options.without(left))


def says_only_when(text: str) -> bool:
    """Tell whether a text names a time, and beside it only small words or denials: "not mornings, afternoons"."""
    lexicon, left = Lexicon.load(), straightened(text)
    if not lexicon.times.within(left):
        return False
    left = lexicon.timed.sub(" ", left)
    for words in (lexicon.times, lexicon.around_times, lexicon.denial.words, lexicon.around_options):
        left = words.without(left)
    return not re.search(r"\w", left)


def tells_no_time(text: str) -> bool:
    """Tell whether a text of a sentence's length has no word in it by which somebody could say when."""
    return len(text.split()) >= _SENTENCE and not Lexicon.load().time_like.within(text)


def read_time(text: str, times: list[str]) -> str | None:
    """Read when somebody wants to be called out of a longer message, in their own words.

    Each time that is named, with the words of time beside it ("thursday" of "thursday after 3" alone would lose the
    hour), and what stands between two of them, with the denial before it, so that nothing is turned round: "not in
    the morning", "any time but tonight". Where a name, a number or more words stand between, these are left out.

    Args:
        text: The message.
        times: The times that were found in it; none for none.
    """
    straight = straightened(text)
    named = [
        match.span() for time in times for match in re.finditer(rf"\b{re.escape(time)}(?!\w)", straight, re.IGNORECASE)
    ]
    if not named:
        return None
    runs = _times_in(straight)
    return _quoted(straight, sorted({_widened(span, runs) for span in named}))


def time_in(text: str) -> str | None:
    """Return the time that a text names, in its own words, or None."""
    straight = straightened(text)
    runs = _times_in(straight)
    return _quoted(straight, runs) if runs else None


def _times_in(straight: str) -> list[tuple[int, int]]:
    """Return where times stand in a text, each with the words of time beside it."""
    return [match.span() for match in Lexicon.load().timed.finditer(straight)]


def _quoted(straight: str, spans: list[tuple[int, int]]) -> str | None:
    """Return what stands at some places, with what denies it and the few words between; None where that is too long."""
    joined = [spans[0]]
    for start, end in spans[1:]:
        between = straight[joined[-1][1] : start]
        if len(between.split()) <= _FEW_BETWEEN and not re.search(r"\d", between):
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    denials = Denials(straight)
    begun = [(denied[0] if (denied := denials.scope_before(start)) else start, end) for start, end in joined]
    said = ", ".join(" ".join(straight[start:end].split()) for start, end in begun)
    return said if len(said) <= _LONGEST_TIME else None


def _widened(span: tuple[int, int], runs: list[tuple[int, int]]) -> tuple[int, int]:
    """Return a place in a text together with those of some others that share a part of it."""
    shared = [span, *(run for run in runs if run[0] < span[1] and span[0] < run[1])]
    return min(start for start, _ in shared), max(end for _, end in shared)


def is_data_alone(text: str, offered: Iterable[str] = ()) -> bool:
    """Tell whether a message is nothing but a phone number, an email address, an age, a time or an offered option.

    Such an answer has no words of the visitor's own. A name has, whatever it looks like.

    Args:
        text: The message.
        offered: The options that are on offer now.
    """
    said = text.strip(" \t\n.,!?'\"\u2019\u201d")
    if said.casefold() in {option.strip().casefold() for option in offered}:
        return True
    if any(form.fullmatch(said) for form in (_PHONE_NUMBER, _EMAIL, _AGE)):
        return True
    lexicon = Lexicon.load()
    if not lexicon.times.within(said):
        return False
    words = rf"\b(?:{lexicon.times.expression}|{lexicon.around_times.expression})(?!\w)"
    return not re.search(r"\w", re.sub(words, " ", said, flags=re.IGNORECASE))
