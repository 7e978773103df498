"""What each class of pattern is worth: which dangers it alone finds, and which harmless messages it alone flags.

By the patterns alone, as the front door reads them: a class that raises by itself is held against the others that do,
a witness against everything that matches. Knows nothing of Rasa.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from helpline.nlu.intents import group_of
from helpline.safety.dangers import DANGERS, DESPAIR, KINDS
from helpline.safety.detector import PatternDetector
from helpline.safety.matching import PatternMatches


@dataclass(frozen=True)
class PatternWorth:
    """What would change if a class of pattern were taken away.

    Attributes:
        code: The class.
        alone: Whether it raises by itself.
        found: Messages of its kind that it matches.
        missed_without: Those of them that no other class of its kind matches as strongly.
        flagged: Messages that are no danger and that it matches.
        spared_without: Those of them that no other class matches as strongly.
    """

    code: str
    alone: bool
    found: int
    missed_without: int
    flagged: int
    spared_without: int


def measure_patterns(detector: PatternDetector, messages: Iterable[tuple[str, str]]) -> list[PatternWorth]:
    """Return the worth of every class, in the order of the files.

    Args:
        detector: Reads the messages.
        messages: Texts, each with the leaf intent that it has.
    """
    found, missed, flagged, spared = (Counter[str]() for _ in range(4))
    for text, leaf in messages:
        matches = detector.matches(detector.words(text))
        kind = group_of(leaf)
        harmless = kind not in DANGERS
        for danger in KINDS:
            codes, only = _classes(matches, danger)
            if danger == kind or (danger == DESPAIR and kind == "distress"):
                found.update(codes)
                missed.update(only)
            elif harmless:
                flagged.update(codes)
                spared.update(only)
    return [
        PatternWorth(each.code, each.alone, found[each.code], missed[each.code], flagged[each.code], spared[each.code])
        for each in detector.expressions
    ]


def _classes(matches: PatternMatches, danger: str) -> tuple[set[str], set[str]]:
    """Return the classes of a kind that match, and those that nothing else stands in for."""
    codes = {match.expression.code for match in matches.outright(danger)}
    raising = {match.expression.code for match in matches.alone(danger)}
    strongest = raising or codes
    return codes, strongest if len(strongest) == 1 else set()
