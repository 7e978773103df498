"""Classifies a message as a kind of danger or none: words, patterns and learned scores together.

Of long messages sentences are scored too, where nothing was found outright: a few words of despair weigh little in the
meaning of a long story. The words of all sentences are scored; the meaning of those whose words are likeliest danger.
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from scipy.special import expit, logit

from helpline.nlu.danger.danger_decision import DangerPrediction, decide_danger
from helpline.nlu.danger.danger_scores import DangerScorer, DangerScorerOptions, Scores
from helpline.nlu.danger.danger_weighing import DangerRates, DangerSigns, DangerWeighing
from helpline.nlu.intents import NEAR_DANGER_GROUPS, group_of
from helpline.nlu.message_text import MessageText
from helpline.nlu.reserved import is_reserved
from helpline.nlu.sentence_encoder import Vectors
from helpline.safety.dangers import DANGER_LEAVES, DANGERS
from helpline.safety.detector import KNOWN_WORDS_FILE, PatternDetector
from helpline.safety.matching import PatternMatches
from helpline.safety.words import frequent_words, sentences

_PATTERNS_FOLDER = "patterns"
# Sentences of so many word pieces together are encoded, however long the message is.
ROOM_FOR_SENTENCES = 64
# By so much less a part of a message weighs, in log-odds. Measured on development messages: it takes back a quarter of
# the false alarms, and one crisis in a hundred.
PART_DISCOUNT = 1.0
_ALMOST_ONE = 1 - 1e-6


class DangerClassifier:
    """Says what a message is, or that it is no danger.

    Args:
        detector: Reads words and finds patterns.
        scorer: Scores the words.
        weighing: Weighs what patterns and scores say.
        sentences_from: From how many words on the sentences of a message are scored too.
    """

    def __init__(
        self, detector: PatternDetector, scorer: DangerScorer, weighing: DangerWeighing, sentences_from: int
    ) -> None:
        self._detector = detector
        self._scorer = scorer
        self._weighing = weighing
        self._sentences_from = sentences_from

    @classmethod
    def trained(
        cls,
        patterns: Path,
        leaves: Sequence[str],
        texts: Sequence[str],
        vectors: Vectors,
        options: DangerScorerOptions,
        rates: DangerRates,
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
            rates: How often what is no danger may be taken for it.
            sentences_from: From how many words on the sentences of a message are scored too.
            directory: Where to keep it.
        """
        harmless = [text for leaf, text in zip(leaves, texts, strict=True) if leaf not in DANGER_LEAVES]
        shutil.copytree(patterns, directory / _PATTERNS_FOLDER)
        (directory / KNOWN_WORDS_FILE).write_text(json.dumps(sorted(frequent_words(harmless))), encoding="utf-8")
        detector = _kept_detector(directory)
        words = [detector.words(text) for text in texts]
        scorer, validated = DangerScorer.fitted([" ".join(each) for each in words], vectors, leaves, options)
        scorer.save(directory)
        weighing = _fitted_weighing([detector.matches(each) for each in words], validated, leaves, texts, rates)
        weighing.save(directory)
        return cls(detector, scorer, weighing, sentences_from)

    @classmethod
    def load(cls, directory: Path, sentences_from: int) -> "DangerClassifier":
        """Read what ``trained`` kept."""
        return cls(
            _kept_detector(directory), DangerScorer.load(directory), DangerWeighing.load(directory), sentences_from
        )

    def predict(self, text: MessageText, vector: Vectors) -> DangerPrediction | None:
        """Return what a message is, or None when it is no danger or says nothing.

        The prediction has no leaf where nothing is raised and yet the visitor is to be told whom to call.

        Args:
            text: The message's text.
            vector: The sentence vector of the whole, as one row.
        """
        words = self._detector.words(text.typed)
        if not words:
            return None
        matches = self._detector.matches(words)
        scores = self._scorer.scores([" ".join(words)], vector)
        if len(words) >= self._sentences_from and not any(map(matches.alone, DANGERS)):
            parts = self._scorer.ranked_by_words([" ".join(part) for part in sentences(words)])
            parts, vectors = text.vectors_of_first(parts, ROOM_FOR_SENTENCES)
            scores += [_discounted(each) for each in self._scorer.scores(parts, vectors)]
        highest = {leaf: max(each[leaf] for each in scores) for leaf in scores[0]}
        return decide_danger(matches, highest, self._weighing)


def _discounted(scores: Scores) -> dict[str, float]:
    """Return the scores of a part of a message: torn from the rest, it tells less than the whole."""
    return {leaf: float(expit(logit(min(score, _ALMOST_ONE)) - PART_DISCOUNT)) for leaf, score in scores.items()}


def _fitted_weighing(
    matches: Sequence[PatternMatches],
    scores: Sequence[Scores],
    leaves: Sequence[str],
    texts: Sequence[str],
    rates: DangerRates,
) -> DangerWeighing:
    """Fit to what patterns do not decide alone, of messages that neither the score's fit nor the encoder saw."""
    rows = [row for row, each in enumerate(matches) if is_reserved(texts[row]) and not any(map(each.alone, DANGERS))]
    dangers = [group_of(leaves[row]) if leaves[row] in DANGER_LEAVES else None for row in rows]
    near = [group_of(leaves[row]) in NEAR_DANGER_GROUPS or bool(matches[row].look_alikes) for row in rows]
    signs = {danger: [DangerSigns.of(danger, matches[row], scores[row]) for row in rows] for danger in DANGERS}
    return DangerWeighing.fitted(signs, dangers, near, rates)


def _kept_detector(directory: Path) -> PatternDetector:
    known = json.loads((directory / KNOWN_WORDS_FILE).read_text(encoding="utf-8"))
    return PatternDetector(known, directory / _PATTERNS_FOLDER)
