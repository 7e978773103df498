"""Classifies a message as a kind of danger or none: words, patterns and learned scores together.

Of long messages sentences are scored too, where nothing was found outright: a few words of despair weigh little in the
meaning of a long story. The words of all sentences are scored; the meaning of those whose words are likeliest danger.
What a shorter message tells beside a question on something else is read for an emergency as a message of its own: "she
can't breathe. what is NED" means a question as a whole.
"""

import json
import shutil
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from helpline.nlu.danger.danger_decision import DangerPrediction, decide_danger
from helpline.nlu.danger.danger_neighbours import DangerNeighbours
from helpline.nlu.danger.danger_scores import DangerScorer, DangerScorerOptions, MessageScores, Scores
from helpline.nlu.danger.danger_weighing import DangerRates, DangerSigns, DangerWeighing, WeighedDanger
from helpline.nlu.danger.danger_words import DangerWords
from helpline.nlu.intent.context import points_back
from helpline.nlu.intent.segments import told_beside_questions
from helpline.nlu.intents import NEAR_DANGER_GROUPS, group_of
from helpline.nlu.kept_vectors import encoded_once
from helpline.nlu.message_text import MessageText
from helpline.nlu.reserved import is_reserved
from helpline.nlu.sentence_encoder import PARALLEL, Vectors
from helpline.safety.dangers import DANGER_LEAVES, DANGERS, DESPAIR, DESPAIR_LEAF, EMERGENCY, KINDS
from helpline.safety.detector import KNOWN_WORDS_FILE, PatternDetector, words_of
from helpline.safety.matching import PatternMatches
from helpline.safety.words import sentences

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
        shutil.copytree(patterns, directory / _PATTERNS_FOLDER)
        harmless = [leaf not in DANGER_LEAVES for leaf in leaves]
        reserved = [is_reserved(text) for text in texts]
        rows = np.flatnonzero(~np.array(reserved))
        kinds = [_kind(leaves[row]) for row in rows]
        # Words are read in a process of their own: in this one the intent classifier is trained besides.
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            reading = pool.submit(words_of, texts, harmless, directory / _PATTERNS_FOLDER)
            scorer = DangerScorer.fitted(vectors[rows], [leaves[row] for row in rows], options.scorer)
            neighbours = DangerNeighbours.of(vectors[rows], kinds)
            known, read = reading.result()
        (directory / KNOWN_WORDS_FILE).write_text(json.dumps(known), encoding="utf-8")
        words = DangerWords.fitted([" ".join(read[row]) for row in rows], kinds)
        classifier = cls(_kept_detector(directory), words, scorer, neighbours, DangerWeighing({}), sentences_from)
        classifier._fit_weighing(np.flatnonzero(reserved), leaves, texts, read, vectors, options.rates)
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
        (whole,), (nearness,) = self._scorer.scores(vector), self._neighbours.nearness(vector)
        scores = self._scores(text, whole, words, matches)
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
        (whole,), (nearness,) = self._scorer.scores(vector), self._neighbours.nearness(vector)
        scores = self._scores(text, whole, words, matches)
        told = [
            self._weighing.weighed(
                kind,
                DangerSigns.of(kind, matches, scores, nearness),
                [match.expression.code for match in matches.outright(kind)],
            )
            for kind in self._weighing.kinds
        ]
        return sorted(told, key=lambda each: each.probability, reverse=True)

    def _scores(self, text: MessageText, whole: Scores, words: list[str], matches: PatternMatches) -> MessageScores:
        """Return the scores of a message, and of its sentences where it is long and no pattern decides alone.

        Args:
            text: The message's text.
            whole: What its meaning as a whole scores.
            words: Its mended words.
            matches: What the patterns find in them.
        """
        margins = self._words.margins(" ".join(words))
        if not self._scores_sentences(words, matches):
            return MessageScores.of(whole, margins)
        _, vectors = text.vectors_of_first(self._sentences(words), ROOM_FOR_SENTENCES)
        return MessageScores.of(whole, margins, self._scorer.scores(vectors))

    def _scores_sentences(self, words: list[str], matches: PatternMatches) -> bool:
        return len(words) >= self._sentences_from and not any(map(matches.alone, DANGERS))

    def _sentences(self, words: list[str]) -> list[str]:
        """Return the sentences of a message, the likeliest danger first."""
        return self._words.ranked([" ".join(part) for part in sentences(words)])

    def _fit_weighing(
        self,
        rows: npt.NDArray[np.intp],
        leaves: Sequence[str],
        texts: Sequence[str],
        words: Sequence[list[str]],
        vectors: Vectors,
        rates: DangerRates,
    ) -> None:
        """Fit to those of the rows that patterns do not decide alone."""

        found = (self._read(int(row), texts[row], words[row], vectors[row]) for row in rows)
        read = [each for each in found if each is not None]
        self._encode_sentences(read)
        with threadpool_limits(limits=1), ThreadPoolExecutor(PARALLEL) as pool:
            parts = pool.map(self._neighbours.nearness, np.array_split(vectors[[each.row for each in read]], PARALLEL))
            nearness = [each for part in parts for each in part]
        wholes = self._scorer.scores(vectors[[each.row for each in read]])
        scores = [
            self._scores(each.text, whole, each.words, each.matches) for each, whole in zip(read, wholes, strict=True)
        ]
        told = [(each.matches, score, near) for each, score, near in zip(read, scores, nearness, strict=True)]
        signs = {kind: [DangerSigns.of(kind, *each) for each in told] for kind in KINDS}
        near = [group_of(leaves[each.row]) in NEAR_DANGER_GROUPS or bool(each.matches.look_alikes) for each in read]
        self._weighing = DangerWeighing.fitted(signs, [_kind(leaves[each.row]) for each in read], near, rates)

    def _read(self, row: int, typed: str, words: list[str], vector: Vectors) -> "_ReadMessage | None":
        """Return a training message as far as words go, or None where patterns decide alone."""
        matches = self._detector.matches(words)
        if any(map(matches.alone, DANGERS)):
            return None
        text = MessageText(typed)
        text.set_vector(vector)
        return _ReadMessage(row, text, words, matches)

    def _encode_sentences(self, read: Sequence["_ReadMessage"]) -> None:
        """Give long messages the vectors of the sentences that `_scores` will ask for: together, and kept."""
        chosen = [
            each.text.first_with_room(self._sentences(each.words), ROOM_FOR_SENTENCES)
            if self._scores_sentences(each.words, each.matches)
            else []
            for each in read
        ]
        parts = list(dict.fromkeys(chain.from_iterable(chosen)))
        vectors = dict(zip(parts, encoded_once(parts, "sentences"), strict=True))
        for each, of_text in zip(read, chosen, strict=True):
            each.text.set_vectors({part: vectors[part] for part in of_text})


@dataclass(frozen=True)
class _ReadMessage:
    """A training message, read as far as words go.

    Attributes:
        row: Which one it is.
        text: Its text.
        words: Its mended words.
        matches: What the patterns find in them.
    """

    row: int
    text: MessageText
    words: list[str]
    matches: PatternMatches


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
