"""Classifies a message as a kind of danger or none: words, patterns and learned scores together.

Of long messages sentences are scored too, where nothing was found outright: a few words of despair weigh little in the
meaning of a long story. The words of all sentences are scored; the meaning of those whose words are likeliest danger.
What a shorter message tells beside a question on something else is read for an emergency as a message of its own: "she
can't breathe. what is NED" means a question as a whole.
"""

import json
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from helpline.nlu.danger.danger_decision import DangerPrediction, decide_danger
from helpline.nlu.danger.danger_neighbours import DangerNeighbours, Nearness
from helpline.nlu.danger.danger_scores import DangerScorer, DangerScorerOptions, MessageScores
from helpline.nlu.danger.danger_weighing import DangerRates, DangerSigns, DangerWeighing, WeighedDanger
from helpline.nlu.danger.danger_words import DangerWords
from helpline.nlu.intent.context import points_back
from helpline.nlu.intent.segments import told_beside_questions
from helpline.nlu.intents import NEAR_DANGER_GROUPS, group_of
from helpline.nlu.message_text import MessageText
from helpline.nlu.reserved import is_reserved
from helpline.nlu.sentence_encoder import PARALLEL, Vectors
from helpline.safety.dangers import DANGER_LEAVES, DANGERS, DESPAIR, DESPAIR_LEAF, EMERGENCY, KINDS
from helpline.safety.detector import KNOWN_WORDS_FILE, PatternDetector
from helpline.safety.matching import PatternMatches
from helpline.safety.words import frequent_words, sentences

_PATTERNS_FOLDER = "patterns"
# Sentences of so many word pieces together are encoded, however long the message is.
ROOM_FOR_SENTENCES = 64


@dataclass(frozen=True)
class DangerTrainingOptions:
    """How to train.

    Attributes:
        scorer: How to fit the learned scores.
        rates: How often what is no danger may be taken for it.
    """

    scorer: DangerScorerOptions
    rates: DangerRates


class DangerClassifier:
    """Says what a message is, or that it is no danger.

    Args:
        detector: Reads words and finds patterns.
        words: Says what the words alone tell.
        scorer: Scores the meaning.
        neighbours: Training messages to compare with.
        weighing: Weighs what patterns, scores and neighbours say.
        sentences_from: From how many words on the sentences of a message are scored too.
    """

    def __init__(
        self,
        detector: PatternDetector,
        words: DangerWords,
        scorer: DangerScorer,
        neighbours: DangerNeighbours,
        weighing: DangerWeighing,
        sentences_from: int,
    ) -> None:
        self._detector = detector
        self._words = words
        self._scorer = scorer
        self._neighbours = neighbours
        self._weighing = weighing
        self._sentences_from = sentences_from

    @classmethod
    def trained(
        cls,
        patterns: Path,
        leaves: Sequence[str],
        texts: Sequence[str],
        vectors: Vectors,
        options: DangerTrainingOptions,
        sentences_from: int,
        directory: Path,
    ) -> "DangerClassifier":
        """Train a classifier and keep it: scores and neighbours on what is not reserved, the weighing on what is.

        Args:
            patterns: The folder of the patterns; a copy is kept.
            leaves: Leaf intents of the training messages.
            texts: The messages.
            vectors: Their sentence vectors, one row each.
            options: How to train.
            sentences_from: From how many words on the sentences of a message are scored too.
            directory: Where to keep it.
        """
        harmless = [text for leaf, text in zip(leaves, texts, strict=True) if leaf not in DANGER_LEAVES]
        shutil.copytree(patterns, directory / _PATTERNS_FOLDER)
        (directory / KNOWN_WORDS_FILE).write_text(json.dumps(sorted(frequent_words(harmless))), encoding="utf-8")
        detector = _kept_detector(directory)
        reserved = [is_reserved(text) for text in texts]
        rows = np.flatnonzero(~np.array(reserved))
        kinds = [_kind(leaves[row]) for row in rows]
        words = DangerWords.fitted([" ".join(detector.words(texts[row])) for row in rows], kinds)
        scorer = DangerScorer.fitted(vectors[rows], [leaves[row] for row in rows], options.scorer)
        neighbours = DangerNeighbours.of(vectors[rows], kinds)
        classifier = cls(detector, words, scorer, neighbours, DangerWeighing({}), sentences_from)
        classifier._fit_weighing(np.flatnonzero(reserved), leaves, texts, vectors, options.rates)
        for part in (words, scorer, neighbours, classifier._weighing):
            part.save(directory)
        return classifier

    @classmethod
    def load(cls, directory: Path, sentences_from: int) -> "DangerClassifier":
        """Read what ``trained`` kept."""
        words, scorer = DangerWords.load(directory), DangerScorer.load(directory)
        neighbours, weighing = DangerNeighbours.load(directory), DangerWeighing.load(directory)
        return cls(_kept_detector(directory), words, scorer, neighbours, weighing, sentences_from)

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
        whole = self._decided(text, vector, words, matches)
        raised = whole is not None and whole.leaf is not None
        # What is over, or denied, is no emergency by half of its words.
        if raised or matches.look_alikes or len(words) >= self._sentences_from or not (told := _told_beside(text)):
            return whole
        part = MessageText(". ".join(told))
        words, vector = self._detector.words(part.typed), text.vectors([part.text], ROOM_FOR_SENTENCES)
        alone = self._decided(part, vector, words, self._detector.matches(words)) if words else None
        return alone if alone is not None and group_of(alone.leaf or "") == EMERGENCY else whole

    def _decided(
        self, text: MessageText, vector: Vectors, words: list[str], matches: PatternMatches
    ) -> DangerPrediction | None:
        scores = self._scores(text, vector, words, matches)
        (nearness,) = self._neighbours.nearness(vector)
        return decide_danger(matches, scores, nearness, self._weighing)

    def explain(self, text: MessageText, vector: Vectors) -> list[WeighedDanger]:
        """Return how each kind of danger is weighed in a message, the likeliest first; nothing where it says nothing.

        Args:
            text: The message's text.
            vector: The sentence vector of the whole, as one row.
        """
        words = self._detector.words(text.typed)
        if not words:
            return []
        matches = self._detector.matches(words)
        scores, (nearness,) = self._scores(text, vector, words, matches), self._neighbours.nearness(vector)
        told = [
            self._weighing.weighed(
                kind,
                DangerSigns.of(kind, matches, scores, nearness),
                [match.expression.code for match in matches.outright(kind)],
            )
            for kind in self._weighing.kinds
        ]
        return sorted(told, key=lambda each: each.probability, reverse=True)

    def _scores(self, text: MessageText, vector: Vectors, words: list[str], matches: PatternMatches) -> MessageScores:
        """Return the scores of a message, and of its sentences where it is long and no pattern decides alone."""
        (whole,) = self._scorer.scores(vector)
        margins = self._words.margins(" ".join(words))
        if len(words) < self._sentences_from or any(map(matches.alone, DANGERS)):
            return MessageScores.of(whole, margins)
        parts = self._words.ranked([" ".join(part) for part in sentences(words)])
        parts, vectors = text.vectors_of_first(parts, ROOM_FOR_SENTENCES)
        return MessageScores.of(whole, margins, self._scorer.scores(vectors))

    def _fit_weighing(
        self,
        rows: npt.NDArray[np.intp],
        leaves: Sequence[str],
        texts: Sequence[str],
        vectors: Vectors,
        rates: DangerRates,
    ) -> None:
        """Fit to those of the rows that patterns do not decide alone."""

        def read(row: int, nearness: dict[str, Nearness]) -> tuple[int, PatternMatches, dict[str, DangerSigns]] | None:
            words = self._detector.words(texts[row])
            matches = self._detector.matches(words)
            if any(map(matches.alone, DANGERS)):
                return None
            text, vector = MessageText(texts[row]), vectors[row : row + 1]
            text.set_vector(vector[0])
            scores = self._scores(text, vector, words, matches)
            return row, matches, {kind: DangerSigns.of(kind, matches, scores, nearness) for kind in KINDS}

        with threadpool_limits(limits=1), ThreadPoolExecutor(PARALLEL) as pool:
            parts = pool.map(self._neighbours.nearness, np.array_split(vectors[rows], PARALLEL))
            nearness = [each for part in parts for each in part]
            found = [each for each in pool.map(read, rows, nearness) if each is not None]
        near = [group_of(leaves[row]) in NEAR_DANGER_GROUPS or bool(matches.look_alikes) for row, matches, _ in found]
        signs = {kind: [each[kind] for _, _, each in found] for kind in KINDS}
        self._weighing = DangerWeighing.fitted(signs, [_kind(leaves[row]) for row, _, _ in found], near, rates)


def _told_beside(text: MessageText) -> list[str]:
    """Return what a message tells beside a question on something else: "is that normal" asks about what is told."""
    told = told_beside_questions(text.segments)
    return [] if any(points_back(part) for part in text.segments if part not in told) else told


def _kind(leaf: str) -> str | None:
    if leaf == DESPAIR_LEAF:
        return DESPAIR
    return group_of(leaf) if leaf in DANGER_LEAVES else None


def _kept_detector(directory: Path) -> PatternDetector:
    known = json.loads((directory / KNOWN_WORDS_FILE).read_text(encoding="utf-8"))
    return PatternDetector(known, directory / _PATTERNS_FOLDER)
