"""The sentence encoder: a vector of 384 numbers for what a message means.

all-MiniLM-L6-v2, tuned on our own examples, as int8 ONNX on one thread. Its files are `helpline.text.encoder_files`'.
Knows nothing of Rasa.
"""

import functools
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from threadpoolctl import threadpool_limits
from tokenizers import Tokenizer

from helpline.text.encoder_files import MODEL, TOKENIZER, encoder_file

Vectors = npt.NDArray[np.float32]
# As whole numbers of so many steps vectors take a quarter of the room, and cosines change in the third digit.
_STEPS = 127

DIMENSIONS = 384
MAX_TOKENS = 128
PARALLEL = 2
PARALLEL_FROM = 32  # texts
# So many pieces of a text are read, however little room there is.
FEWEST_PIECES = 8


class SentenceEncoder:
    """Turns texts into vectors of length one; close in meaning is close in direction."""

    def __init__(self) -> None:
        self._tokenizer = Tokenizer.from_file(str(encoder_file(TOKENIZER)))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(encoder_file(MODEL)), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: list[str]) -> Vectors:
        """Return one row of 384 numbers a text, in the order given.

        Each text is read alone: the arithmetic of eight bits rounds by all that is read together, and a message is to
        have the same vector in training as in a conversation. What is longer than 128 word pieces is cut.

        Args:
            texts: The texts, normalised.
        """
        return self._encoded([encoding.ids for encoding in self._tokenizer.encode_batch(texts)])

    def pieces(self, text: str) -> int:
        """Return how many word pieces `encode` reads of a normalised text."""
        return len(self._tokenizer.encode(text).ids)

    def encode_within(self, texts: list[str], room: int) -> Vectors:
        """Return one row a text, as `encode` does, in room for so many word pieces.

        Args:
            texts: The texts, normalised.
            room: How many word pieces all of them may have together. The longest are cut to fit; each keeps a few.
        """
        pieces = [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]
        most = _level([len(each) for each in pieces], room)
        return self._encoded([each if len(each) <= most else [*each[: most - 1], each[-1]] for each in pieces])

    def _encoded(self, pieces: list[list[int]]) -> Vectors:
        vectors = np.zeros((len(pieces), DIMENSIONS), np.float32)
        alone = [np.array([each], np.int64) for each in pieces]
        if len(pieces) < PARALLEL_FROM:
            rows: Iterable[Vectors] = map(self._pooled, alone)
        else:  # training: texts side by side, each still computed on one thread
            with ThreadPoolExecutor(PARALLEL) as pool:
                rows = pool.map(self._pooled, alone)
        for number, row in enumerate(rows):
            vectors[number] = row[0]
        return vectors

    def _pooled(self, ids: npt.NDArray[np.int64]) -> Vectors:
        """Return the vectors of texts of one length, a row of word pieces each."""
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        means = self._session.run(None, inputs)[0].mean(axis=1)
        pooled: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
        return pooled


def _level(lengths: list[int], room: int) -> int:
    """Return the length to which the longest must be cut, so that all together have room."""
    left = sorted(lengths)
    while left and left[0] * len(left) <= room:
        room -= left.pop(0)
    return max(room // len(left), FEWEST_PIECES) if left else MAX_TOKENS


@functools.lru_cache(maxsize=1)
def shared_encoder() -> SentenceEncoder:
    """Return the process's one encoder, loaded at the first call."""
    return SentenceEncoder()


def along_main_directions(vectors: Vectors, count: int) -> tuple[Vectors, Vectors]:
    """Return the directions in which vectors differ most, and the vectors along them.

    Arithmetic is on one thread, so that sums are added up in one order: the same vectors give the same numbers.

    Args:
        vectors: One row each.
        count: How many directions.

    Returns:
        One column for each direction, and one row for each vector.
    """
    with threadpool_limits(limits=1):
        _, columns = np.linalg.eigh((vectors.T @ vectors).astype(np.float64))
        directions = np.ascontiguousarray(columns[:, : -count - 1 : -1]).astype(np.float32)
        return directions, vectors @ directions


def in_whole_steps(rows: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int8], float]:
    """Return numbers as whole numbers of steps, each rounded to one, and what one step is."""
    step = float(np.abs(rows).max()) / _STEPS
    return np.round(rows / step).astype(np.int8), step


def in_whole_steps_by_column(rows: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int8], Vectors]:
    """Return numbers as whole numbers of steps, each rounded to one, and what one step is in each column."""
    step = (np.abs(rows).max(axis=0) / _STEPS).astype(np.float32)
    step[step == 0] = 1
    return np.round(rows / step).astype(np.int8), step
