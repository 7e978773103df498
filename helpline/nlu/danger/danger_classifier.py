"""Classifies a message as a kind of danger or none: words, patterns and learned scores together.

Of long messages sentences are scored too, where nothing was found outright: a few words of despair weigh little in the
meaning of a long story. The words of all sentences are scored; the meaning of those whose words are likeliest danger.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from helpline.nlu.danger.danger_decision import CHECK_IN, DangerPrediction, calls_for_check_in, decide_danger
from helpline.nlu.danger.danger_scores import DangerScorer, DangerScorerOptions
from helpline.nlu.intents import NEAR_DANGER_GROUPS, group_of
from helpline.nlu.message_text import MessageText
from helpline.nlu.sentence_encoder import Vectors
from helpline.safety.dangers import DANGER_LEAVES, DANGERS
from helpline.safety.detector import KNOWN_WORDS_FILE, PatternDetector
from helpline.safety.words import frequent_words, sentences

_PATTERNS_FOLDER = "patterns"
# Sentences of so many word pieces together are encoded, however long the message is.
ROOM_FOR_SENTENCES = 64


class DangerClassifier:
    """Says what a message is, or that it is no danger.

    Args:
        detector: Reads words and finds patterns.
        scorer: Scores the words.
        sentences_from: From how many words on the sentences of a message are scored too.
    """

    def __init__(self, detector: PatternDetector, scorer: DangerScorer, sentences_from: int) -> None:
        self._detector = detector
        self._scorer = scorer
        self._sentences_from = sentences_from

    @classmethod
    def trained(
        cls,
        patterns: Path,
        leaves: Sequence[str],
        texts: Sequence[str],
        vectors: Vectors,
        options: DangerScorerOptions,
        sentences_from: int,
        directory: Path,
    ) -> "DangerClassifier":
        """Train a classifier and keep it.

        Args:
            patterns: The folder of the patterns; a copy is kept.
            leaves: Leaf intents of the training messages.
            texts: The messages.
            vectors: Their sentence vectors, one row each.
            options: How to fit the learned half.
            sentences_from: From how many words on the sentences of a message are scored too.
            directory: Where to keep it.
        """
        harmless = [text for leaf, text in zip(leaves, texts, strict=True) if leaf not in DANGER_LEAVES]
        shutil.copytree(patterns, directory / _PATTERNS_FOLDER)
        (directory / KNOWN_WORDS_FILE).write_text(json.dumps(sorted(frequent_words(harmless))), encoding="utf-8")
        detector = _kept_detector(directory)
        words = [detector.words(text) for text in texts]
        near = [
            group_of(leaf) in NEAR_DANGER_GROUPS or bool(detector.matches(each).look_alikes)
            for leaf, each in zip(leaves, words, strict=True)
        ]
        scorer = DangerScorer.fitted([" ".join(each) for each in words], vectors, leaves, near, options)
        scorer.save(directory)
        return cls(detector, scorer, sentences_from)

    @classmethod
    def load(cls, directory: Path, sentences_from: int) -> "DangerClassifier":
        """Read what ``trained`` kept."""
        return cls(_kept_detector(directory), DangerScorer.load(directory), sentences_from)

    def predict(self, text: MessageText, vector: Vectors, margins: Mapping[str, float]) -> DangerPrediction | None:
        """Return what a message is, or None when it is no danger or says nothing.

        The prediction has no leaf where nothing is raised and yet the visitor is to be told whom to call.

        Args:
            text: The message's text.
            vector: The sentence vector of the whole, as one row.
            margins: By how much each kind of danger beats everything else in the intent classifier.
        """
        words = self._detector.words(text.typed)
        if not words:
            return None
        matches = self._detector.matches(words)
        scores = self._scorer.scores([" ".join(words)], vector)
        if len(words) >= self._sentences_from and not any(map(matches.outright, DANGERS)):
            parts = self._scorer.ranked_by_words([" ".join(part) for part in sentences(words)])
            parts, vectors = text.vectors_of_first(parts, ROOM_FOR_SENTENCES)
            scores += self._scorer.scores(parts, vectors)
        highest = {leaf: max(each[leaf] for each in scores) for leaf in scores[0]}
        found = decide_danger(matches, highest, self._scorer.thresholds, margins)
        return found or (CHECK_IN if calls_for_check_in(margins) else None)


def _kept_detector(directory: Path) -> PatternDetector:
    known = json.loads((directory / KNOWN_WORDS_FILE).read_text(encoding="utf-8"))
    return PatternDetector(known, directory / _PATTERNS_FOLDER)
