"""Finds what raises, what takes it back and what a sentence says about time.

The head of ``content/safety_patterns.yml`` explains the parts. Decides nothing: ``Sight`` tells
what stands in the message, ``decision`` weighs it together with the learned score.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helpline.nlu.safety.grammar import Pattern, PatternError, Words
from helpline.nlu.safety.text import SENTENCE_END

# What outweighs the contexts that take a rule back, by the first part of the rule's code.
_OUTWEIGHS = {"crisis": "back", "violence": "back", "emergency": "now"}


@dataclass(frozen=True)
class Rule:
    """A class of expression that raises.

    Attributes:
        code: Its name, such as ``crisis.kill_self``; the first part is the kind.
        unless: Names of the contexts that take it back.
        needs: Names of the contexts of which one must be there: weak words raise only where it happens now.
    """

    code: str
    unless: frozenset[str]
    needs: frozenset[str]

    @property
    def kind(self) -> str:
        """Return ``crisis``, ``violence`` or ``emergency``."""
        return self.code.split(".")[0]


@dataclass(frozen=True)
class Finding:
    """A raising expression in a message.

    Attributes:
        rule: What it is.
        start: Its first word among the message's words.
        end: The word after its last.
        covered_by: Code of the idiom or name of the context that takes it back; none when nothing does.
    """

    rule: Rule
    start: int
    end: int
    covered_by: str | None


@dataclass(frozen=True)
class Sight:
    """What the patterns see in a message.

    Attributes:
        words: The words that the findings point at.
        findings: The raising expressions.
        look_alikes: Kinds of which the message holds an idiom, or an expression that is taken back.
    """

    words: Sequence[str]
    findings: Sequence[Finding]
    look_alikes: frozenset[str]

    def certain(self, kind: str) -> list[Finding]:
        """Return the findings of a kind that nothing takes back."""
        return [finding for finding in self.findings if finding.rule.kind == kind and finding.covered_by is None]


class SafetyPatterns:
    """The patterns of one file, ready to be asked.

    Args:
        content: The file as read from YAML.

    Raises:
        PatternError: The file has a part that cannot be read.
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._words: Words = {name: listed(text) for name, text in content["words"].items()}
        self._rules = {
            entry["code"]: Rule(entry["code"], frozenset(entry.get("unless", ())), frozenset(entry.get("needs", ())))
            for entry in content["raises"]
        }
        self._idioms: dict[str, str] = {entry["code"]: entry["of"] for entry in content["idioms"]}
        self._patterns: list[tuple[int, str, Pattern]] = []
        self._bits: dict[frozenset[str], int] = {}
        self._bits_of_word: defaultdict[str, int] = defaultdict(int)
        self.key_words: set[str] = set()
        self.other_words: set[str] = set()
        for code, rule in self._rules.items():
            if not rule.unless | rule.needs <= content["contexts"].keys():
                raise PatternError(f"{code}: `unless` or `needs` names a context that does not exist.")
        for entry in (*content["raises"], *content["idioms"]):
            self._add(entry["code"], entry["says"])
        for name, expressions in content["contexts"].items():
            self._add(name, expressions)

    def _add(self, label: str, expressions: list[str]) -> None:
        for expression in expressions:
            pattern = Pattern(str(expression), self._words)
            needed = 0
            for words in pattern.required:
                bit = self._bits.setdefault(words, 1 << len(self._bits))
                needed |= bit
                for word in words:
                    self._bits_of_word[word] |= bit
            self._patterns.append((needed, label, pattern))
            if label in self._rules:
                self.key_words |= pattern.words
            else:
                self.other_words |= pattern.words

    def look(self, tokens: list[str]) -> Sight:
        """Return every raising expression in the words, those that are taken back too, in their order."""
        if not tokens or tokens[-1] != SENTENCE_END:
            tokens = [*tokens, SENTENCE_END]
        raised: list[tuple[Rule, int, int]] = []
        idioms: list[tuple[str, int, int]] = []
        contexts: list[tuple[str, int]] = []
        for label, pattern in self._candidates(tokens):
            if label in self._rules:
                raised += [(self._rules[label], *span) for span in pattern.spans(tokens, longest=False)]
            elif label in self._idioms:
                idioms += [(label, *span) for span in pattern.spans(tokens, longest=True)]
            else:
                contexts += [(label, start) for start, _ in pattern.spans(tokens, longest=False)]
        findings = [
            Finding(rule, start, end, self._cover(rule, start, end, idioms, contexts, tokens))
            for rule, start, end in sorted(raised, key=lambda found: (found[1], found[2], found[0].code))
        ]
        alike = {finding.rule.kind for finding in findings if finding.covered_by}
        return Sight(tokens, findings, frozenset(alike | {self._idioms[code] for code, _, _ in idioms}))

    def _candidates(self, tokens: list[str]) -> Iterator[tuple[str, Pattern]]:
        present = 0
        for token in tokens:
            present |= self._bits_of_word.get(token, 0)
        for needed, label, pattern in self._patterns:
            if needed & present == needed:
                yield label, pattern

    def _cover(
        self,
        rule: Rule,
        start: int,
        end: int,
        idioms: list[tuple[str, int, int]],
        contexts: list[tuple[str, int]],
        tokens: list[str],
    ) -> str | None:
        for code, first, last in idioms:
            # It must reach the expression's end; "want to live" inside "not want to live" takes nothing back.
            if self._idioms[code] == rule.kind and first < end <= last and (first <= start or end < last):
                return code
        low, high = _sentence(tokens, start, end)
        here = {name for name, first in contexts if low <= first < high}
        if rule.needs and not rule.needs & here:
            return f"not {min(rule.needs)}"
        covering = sorted(rule.unless & here)
        return covering[0] if covering and _OUTWEIGHS[rule.kind] not in here else None


def listed(text: str) -> list[str]:
    """Return the entries of a text with commas between them, runs of spaces evened."""
    return [" ".join(entry.split()) for entry in str(text).split(",") if entry.strip()]


def _sentence(tokens: list[str], start: int, end: int) -> tuple[int, int]:
    """Return the slice of the sentence, or sentences, that words ``start`` to ``end`` stand in."""
    low, high = start, end
    while low > 0 and tokens[low - 1] != SENTENCE_END:
        low -= 1
    while high < len(tokens) and tokens[high] != SENTENCE_END:
        high += 1
    return low, high
