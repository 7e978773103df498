"""Finds the expressions of danger in plain words, what takes them back, and what their sentence says about time.

The head of ``content/safety/shared.yml`` explains the parts. Whether a message is in danger is decided elsewhere: by
``detector`` for the patterns alone, by `helpline.nlu.danger` for patterns and learned scores together.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import yaml

from helpline.safety.dangers import (
    CRISIS,
    CRISIS_OTHER,
    CRISIS_SELF,
    DANGERS,
    DESPAIR,
    EMERGENCY,
    KINDS,
    LIFE_THREAT,
    POISONING,
    THREAT,
    VIOLENCE,
)
from helpline.safety.grammar import Parts, Pattern, PatternError, places_of
from helpline.safety.words import SENTENCE_END, plain
from helpline.settings import ROOT

SOURCE = ROOT / "content" / "safety"
_SHARED = "shared"
# The file of the commonest words of danger in other languages: expressions of several kinds.
_LANGUAGES = "languages"
_OTHERS = frozenset(("herself", "himself", "themselves", "themself", "her", "she", "he"))


@dataclass(frozen=True)
class Expression:
    """A class of expression that raises.

    Attributes:
        code: Its name, such as ``crisis.kill_self``; the first part is the kind of danger.
        unless: Names of the contexts that take it back.
        needs: Names of the contexts of which one must be there: weak words raise only where it happens now.
        alone: Whether it raises by itself. The others are witnesses: a learned score must speak for danger, too.
    """

    code: str
    unless: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    alone: bool = False

    @property
    def danger(self) -> str:
        """Return ``crisis``, ``violence``, ``threat``, ``emergency`` or ``despair``."""
        return self.code.split(".")[0]


@dataclass(frozen=True)
class PatternMatch:
    """An expression of danger in a message.

    Attributes:
        expression: What it is.
        start: Its first word among the message's words.
        end: The word after its last.
        covered_by: Code of an idiom or name of a context that takes it back; None when nothing does.
    """

    expression: Expression
    start: int
    end: int
    covered_by: str | None


@dataclass(frozen=True)
class PatternMatches:
    """All that the patterns find in a message.

    Attributes:
        words: The words that the matches point at.
        matches: The expressions of danger, those that are taken back too, in their order.
        look_alikes: Kinds of danger of which the message holds an idiom, or an expression that is taken back.
    """

    words: Sequence[str]
    matches: Sequence[PatternMatch]
    look_alikes: frozenset[str]

    def outright(self, danger: str) -> list[PatternMatch]:
        """Return the matches of a kind of danger that nothing takes back."""
        return [match for match in self.matches if match.expression.danger == danger and match.covered_by is None]

    def alone(self, danger: str) -> list[PatternMatch]:
        """Return the outright matches of a kind of danger whose class raises by itself."""
        return [match for match in self.outright(danger) if match.expression.alone]

    @property
    def despair(self) -> bool:
        """Whether somebody despairs, without a word of death: they are told whom to call, and nothing is raised."""
        return bool(self.outright(DESPAIR))

    def leaf(self, danger: str) -> str | None:
        """Return the leaf intent that the words of outright matches tell, or None where they leave it open.

        Where some raise alone, only those are asked. A crisis is the visitor's own or another's by the pronoun that
        was said, an emergency a threat to life or a poisoning by the code of the expression.
        """
        outright = self.alone(danger) or self.outright(danger)
        if danger in (VIOLENCE, THREAT) and outright:
            return danger
        if danger == EMERGENCY:
            codes = {match.expression.code.split(".")[1] for match in outright}
            return next((leaf for leaf in (LIFE_THREAT, POISONING) if leaf.partition("/")[2] in codes), None)
        if danger == CRISIS:
            for match in outright:
                said = set(self.words[match.start : match.end])
                if "myself" in said or said & _OTHERS:
                    return CRISIS_SELF if "myself" in said else CRISIS_OTHER
        return None


def read_patterns(source: Path = SOURCE) -> dict[str, Any]:
    """Return the content of the files of patterns as one mapping.

    It holds ``short_forms`` and ``known_short_words`` as they are, the ``words`` and ``contexts`` of all files
    together, and for each kind of danger, for despair and for other languages the rest of their file.

    Args:
        source: The folder with ``shared.yml``, ``languages.yml`` and a file for each kind.

    Raises:
        PatternError: Two files define the same list of words or the same context.
    """
    content: dict[str, Any] = {"words": {}, "contexts": {}}
    for name in (_SHARED, *KINDS, _LANGUAGES):
        file = yaml.safe_load((source / f"{name}.yml").read_text(encoding="utf-8"))
        for part in ("words", "contexts"):
            entries = file.pop(part, {})
            twice = entries.keys() & content[part].keys()
            if twice:
                raise PatternError(f"{name}.yml: {min(twice)!r} stands under `{part}` of another file, too.")
            content[part].update(entries)
        content.update(file if name == _SHARED else {name: file})
    return content


class PatternMatcher:
    """The patterns, ready to be matched.

    Args:
        content: What `read_patterns` returns.

    Attributes:
        key_words: English words of the expressions.
        foreign_words: Words of the expressions in other languages.
        other_words: Words of idioms and contexts.

    Raises:
        PatternError: A pattern or a reference to a context cannot be read.
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._parts = Parts({name: listed(text) for name, text in content["words"].items()})
        self._expressions: dict[str, Expression] = {}
        self._danger_of_idiom: dict[str, str] = {}
        self._present = {kind: content[kind].get("present") for kind in KINDS}
        self._patterns: list[tuple[int, str, Pattern]] = []
        self._bits: dict[frozenset[str], int] = {}
        self._bits_of_word: defaultdict[str, int] = defaultdict(int)
        self.key_words: set[str] = set()
        self.other_words: set[str] = set()
        self.foreign_words: set[str] = set()
        for kind in KINDS:
            self._add_kind(kind, content[kind], content["contexts"].keys())
        self._add_kind(_LANGUAGES, content[_LANGUAGES], content["contexts"].keys())
        for name, texts in content["contexts"].items():
            self._add(name, texts, self.other_words)
        self._by_word, self._without_word = _indexed([pattern for _, _, pattern in self._patterns])

    def _add_kind(self, kind: str, content: Mapping[str, Any], contexts: Set[str]) -> None:
        for entry in content["raises"]:
            expression = Expression(
                entry["code"],
                frozenset(entry.get("unless", ())),
                frozenset(entry.get("needs", ())),
                entry.get("alone", False),
            )
            if not expression.unless | expression.needs <= contexts:
                raise PatternError(f"{expression.code}: `unless` or `needs` names a context that does not exist.")
            self._expressions[expression.code] = expression
            words = self.foreign_words if kind == _LANGUAGES else self.key_words
            self._add(expression.code, entry["says"], words)
        for entry in content.get("idioms", ()):
            self._danger_of_idiom[entry["code"]] = kind
            self._add(entry["code"], entry["says"], self.other_words)

    def _add(self, label: str, texts: Sequence[str], words_seen: set[str]) -> None:
        for text in texts:
            pattern = Pattern(plain(str(text)), self._parts)
            needed = 0
            for words in pattern.required:
                bit = self._bits.setdefault(words, 1 << len(self._bits))
                needed |= bit
                for word in words:
                    self._bits_of_word[word] |= bit
            self._patterns.append((needed, label, pattern))
            words_seen |= pattern.words

    @property
    def expressions(self) -> list[Expression]:
        """Return all classes of expression, in the order of the files."""
        return list(self._expressions.values())

    def match(self, tokens: list[str]) -> PatternMatches:
        """Return every expression of danger in the words, those that are taken back too, in their order."""
        if not tokens or tokens[-1] != SENTENCE_END:
            tokens = [*tokens, SENTENCE_END]
        places = places_of(tokens)
        raised: set[tuple[int, int, str]] = set()
        covers = {kind: _Covers() for kind in KINDS}
        contexts: list[tuple[int, str]] = []
        for label, pattern in self._candidates(places):
            if label in self._expressions:
                raised.update((*span, label) for span in pattern.spans(tokens, places, longest=False))
            elif label in self._danger_of_idiom:
                covers[self._danger_of_idiom[label]].add(label, pattern.spans(tokens, places, longest=True))
            else:
                contexts += [(start, label) for start, _ in pattern.spans(tokens, places, longest=False)]
        look_alikes = {danger for danger, cover in covers.items() if cover.idioms}
        sentences = _Sentences(tokens, sorted(contexts))
        matches = []
        for start, end, code in sorted(raised):
            expression = self._expressions[code]
            # The sign that ends a sentence need not be covered.
            covered = covers[expression.danger].over(start, end - (tokens[end - 1] == SENTENCE_END))
            covered = covered or self._taken_back_by(expression, sentences.contexts_around(start, end))
            matches.append(PatternMatch(expression, start, end, covered))
            if covered:
                look_alikes.add(expression.danger)
        return PatternMatches(tokens, matches, frozenset(look_alikes.intersection(DANGERS)))

    def _candidates(self, words: Mapping[str, Any]) -> Iterator[tuple[str, Pattern]]:
        """Yield the patterns of which every part may be among the words, in no certain order."""
        present = 0
        for word in words:
            present |= self._bits_of_word.get(word, 0)
        for number in {*self._without_word, *chain.from_iterable(self._by_word.get(word, ()) for word in words)}:
            needed, label, pattern = self._patterns[number]
            if needed & present == needed:
                yield label, pattern

    def _taken_back_by(self, expression: Expression, contexts: frozenset[str]) -> str | None:
        if expression.needs and not expression.needs & contexts:
            return f"not {min(expression.needs)}"
        covering = sorted(expression.unless & contexts)
        return covering[0] if covering and self._present[expression.danger] not in contexts else None


def _indexed(patterns: Sequence[Pattern]) -> tuple[dict[str, list[int]], list[int]]:
    """Return the numbers of patterns by a word of which one must be there, and of those that need none.

    Of its parts each pattern is found by the one that is rarest among all patterns.
    """
    parts = [pattern.required for pattern in patterns]
    common = Counter(part for of_pattern in parts for part in set(of_pattern))
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    for number, of_pattern in enumerate(parts):
        for word in min(of_pattern, key=lambda part: (common[part], len(part)), default=()):
            by_word[word].append(number)
    return dict(by_word), [number for number, of_pattern in enumerate(parts) if not of_pattern]


@dataclass
class _Covers:
    """The idioms of one kind of danger in a message, and which expressions they take back.

    An idiom must reach the expression's end, and begin with it or go on after it: "want to live" inside "not want to
    live" takes nothing back.
    """

    idioms: dict[int, tuple[int, str]] = field(default_factory=dict)
    _longer: list[tuple[int, str]] | None = None

    def add(self, code: str, spans: Iterator[tuple[int, int]]) -> None:
        """Take the places of an idiom."""
        for start, end in spans:
            self.idioms[end] = min(self.idioms.get(end, (start, code)), (start, code))

    def over(self, start: int, end: int) -> str | None:
        """Return the code of an idiom that takes back what stands from ``start`` to ``end``, or None."""
        if not self.idioms:
            return None
        exact = self.idioms.get(end)
        if exact and exact[0] <= start:
            return exact[1]
        longer = self._earliest_after(end)
        return longer[1] if longer and longer[0] < end else None

    def _earliest_after(self, end: int) -> tuple[int, str] | None:
        if self._longer is None:
            # For each word the idiom that begins first of all that end behind it, found from the last word on.
            self._longer, earliest = [], (max(self.idioms) + 1, "")
            for place in range(max(self.idioms), 0, -1):
                earliest = min(earliest, self.idioms.get(place, earliest))
                self._longer.append(earliest)
            self._longer.reverse()
        return self._longer[end] if end < len(self._longer) else None


class _Sentences:
    """Which contexts stand in the sentence, or sentences, around a slice of words."""

    def __init__(self, tokens: Sequence[str], contexts: Sequence[tuple[int, str]]) -> None:
        self._ends = [place for place, token in enumerate(tokens) if token == SENTENCE_END]
        self._contexts = contexts
        self._found: dict[tuple[int, int], frozenset[str]] = {}

    def contexts_around(self, start: int, end: int) -> frozenset[str]:
        """Return the names of the contexts in the sentences that words ``start`` to ``end`` stand in."""
        before, after = bisect_left(self._ends, start), bisect_left(self._ends, end)
        low = self._ends[before - 1] + 1 if before else 0
        high = self._ends[after] if after < len(self._ends) else self._ends[-1] + 1
        if (low, high) not in self._found:
            inside = self._contexts[bisect_left(self._contexts, (low, "")) : bisect_left(self._contexts, (high, ""))]
            self._found[low, high] = frozenset(name for _, name in inside)
        return self._found[low, high]


def listed(text: str) -> list[str]:
    """Return the entries of a text with commas between them, runs of spaces evened."""
    return [" ".join(entry.split()) for entry in str(text).split(",") if entry.strip()]
