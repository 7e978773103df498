"""Judges a message as a whole: words, patterns and learned scores together, and keeps what that needs.

Long messages are judged sentence by sentence too, where nothing was found outright: a few words of despair
weigh little in the meaning of a long story. Knows nothing of Rasa.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from helpline.nlu.safety.decision import CHECK_IN, Verdict, calls_for_check_in, decide
from helpline.nlu.safety.learned import Fit, LearnedScores
from helpline.nlu.sentence_encoder import Vectors, shared_encoder
from helpline.safety.dangers import DANGER_LEAVES, DANGERS
from helpline.safety.detector import KNOWN_WORDS_FILE, PatternDetector
from helpline.safety.words import frequent_words, sentences

_PATTERNS_FOLDER = "patterns"
# What is no danger but near it by its kind, whatever its words.
_NEAR = ("distress", "advice")


class SafetyJudge:
    """Says what a message is, or that it is no danger.

    Args:
        detector: Reads words and finds patterns.
        learned: Scores them.
        long_from: From how many words on a message is also judged sentence by sentence.
    """

    def __init__(self, detector: PatternDetector, learned: LearnedScores, long_from: int) -> None:
        self._detector = detector
        self._learned = learned
        self._long_from = long_from

    @classmethod
    def trained(
        cls,
        patterns: Path,
        leaves: Sequence[str],
        texts: Sequence[str],
        vectors: Vectors,
        fit: Fit,
        long_from: int,
        directory: Path,
    ) -> "SafetyJudge":
        """Train a judge and keep it.

        Args:
            patterns: The folder of the patterns; a copy is kept.
            leaves: Leaf intents of the training messages.
            texts: The messages.
            vectors: Their sentence vectors, one row each.
            fit: How to fit the learned half.
            long_from: From how many words on a message is also judged sentence by sentence.
            directory: Where to keep it.
        """
        harmless = [text for leaf, text in zip(leaves, texts, strict=True) if leaf not in DANGER_LEAVES]
        shutil.copytree(patterns, directory / _PATTERNS_FOLDER)
        (directory / KNOWN_WORDS_FILE).write_text(json.dumps(sorted(frequent_words(harmless))), encoding="utf-8")
        detector = _kept_detector(directory)
        words = [detector.words(text) for text in texts]
        near = [
            leaf.startswith(_NEAR) or bool(detector.matches(each).look_alikes)
            for leaf, each in zip(leaves, words, strict=True)
        ]
        learned = LearnedScores.fitted([" ".join(each) for each in words], vectors, leaves, near, fit)
        learned.save(directory)
        return cls(detector, learned, long_from)

    @classmethod
    def load(cls, directory: Path, long_from: int) -> "SafetyJudge":
        """Read what ``trained`` kept."""
        return cls(_kept_detector(directory), LearnedScores.load(directory), long_from)

    def verdict(self, text: str, vector: Vectors, margins: Mapping[str, float]) -> Verdict | None:
        """Return what a message is, or None when it is no danger or says nothing.

        The verdict has no leaf where nothing is raised and yet the visitor is to be told whom to call.

        Args:
            text: The message.
            vector: Its sentence vector, as one row.
            margins: By how much each kind of danger beats everything else in the classifier.
        """
        words = self._detector.words(text)
        if not words:
            return None
        matches = self._detector.matches(words)
        scores = self._learned.scores([" ".join(words)], vector)
        if len(words) >= self._long_from and not any(map(matches.outright, DANGERS)):
            parts = [" ".join(part) for part in sentences(words)]
            scores += self._learned.scores(parts, shared_encoder().encode(parts))
        highest = {leaf: max(each[leaf] for each in scores) for leaf in scores[0]}
        found = decide(matches, highest, self._learned.thresholds, margins)
        return found or (CHECK_IN if calls_for_check_in(margins) else None)


def _kept_detector(directory: Path) -> PatternDetector:
    known = json.loads((directory / KNOWN_WORDS_FILE).read_text(encoding="utf-8"))
    return PatternDetector(known, directory / _PATTERNS_FOLDER)
