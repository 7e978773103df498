"""The sentence encoder: a vector of 384 numbers for what a message means.

all-MiniLM-L6-v2, tuned on our own examples, as int8 ONNX on one thread. Its files are `helpline.text.encoder_files`'.
Knows nothing of Rasa.
"""

import functools
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from helpline.text.encoder_files import MODEL, TOKENIZER, encoder_file

Vectors = npt.NDArray[np.float32]

DIMENSIONS = 384
MAX_TOKENS = 128
BATCH = 16
PARALLEL = 2
# To start another run of the model costs about as much as so many word pieces.
PIECES_OF_A_RUN = 16
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

        Rows do not depend on the order of the texts: they are batched by length, then alphabet. What is
        longer than 128 word pieces is cut.

        Args:
            texts: The texts, normalised.
        """
        pieces = [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]
        order = sorted(range(len(texts)), key=lambda i: (len(pieces[i]), texts[i]))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        if len(batches) == 1:
            return self._encoded(pieces, batches, map)
        # Training: whole batches side by side, each still computed on one thread.
        with ThreadPoolExecutor(PARALLEL) as pool:
            return self._encoded(pieces, batches, pool.map)

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
        pieces = [each if len(each) <= most else [*each[: most - 1], each[-1]] for each in pieces]
        batches: list[list[int]] = []
        for row in sorted(range(len(texts)), key=lambda i: (len(pieces[i]), texts[i])):
            # What is padded costs as much as what is read: far longer texts are read apart.
            if not batches or len(batches[-1]) * (len(pieces[row]) - len(pieces[batches[-1][-1]])) > PIECES_OF_A_RUN:
                batches.append([])
            batches[-1].append(row)
        return self._encoded(pieces, batches, map)

    def _encoded(
        self, pieces: list[list[int]], batches: list[list[int]], run: Callable[..., Iterable[Vectors]]
    ) -> Vectors:
        vectors = np.zeros((len(pieces), DIMENSIONS), np.float32)
        pooled = run(lambda chosen: self._pooled([pieces[i] for i in chosen]), batches)
        for chosen, rows in zip(batches, pooled, strict=True):
            vectors[chosen] = rows
        return vectors

    def _pooled(self, pieces: list[list[int]]) -> Vectors:
        ids = np.zeros((len(pieces), max(map(len, pieces))), np.int64)
        mask = np.zeros_like(ids)
        for row, each in enumerate(pieces):
            ids[row, : len(each)] = each
            mask[row, : len(each)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, inputs)[0]
        weights = mask[:, :, None].astype(np.float32)
        means = (states * weights).sum(axis=1) / weights.sum(axis=1)
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
