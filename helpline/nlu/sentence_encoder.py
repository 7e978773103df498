"""The pre-trained sentence encoder: a vector of 384 numbers for what a message means.

all-MiniLM-L6-v2 as int8 ONNX, run on one thread. Its files are `helpline.text.encoder_files`'. Knows nothing of Rasa.
"""

import functools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Encoding, Tokenizer

from helpline.text.encoder_files import MODEL, TOKENIZER, encoder_file
from helpline.text.normalising import normalised

Vectors = npt.NDArray[np.float32]

DIMENSIONS = 384
MAX_TOKENS = 128
BATCH = 16
PARALLEL = 2


class SentenceEncoder:
    """Turns texts into vectors of length one; close in meaning is close in direction."""

    def __init__(self) -> None:
        self._tokenizer = Tokenizer.from_file(str(encoder_file(*TOKENIZER)))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(encoder_file(*MODEL)), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: list[str]) -> Vectors:
        """Return one row of 384 numbers a text, in the order given.

        Rows do not depend on the order of the texts: they are batched by length, then alphabet. What is
        longer than 128 word pieces is cut.
        """
        plain = [normalised(text) for text in texts]
        encodings = self._tokenizer.encode_batch(plain)
        order = sorted(range(len(plain)), key=lambda i: (len(encodings[i].ids), plain[i]))
        vectors = np.zeros((len(plain), DIMENSIONS), np.float32)
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        if len(batches) > 1:
            # Training: whole batches side by side, each still computed on one thread.
            with ThreadPoolExecutor(PARALLEL) as pool:
                pooled = list(pool.map(lambda chosen: self._pooled([encodings[i] for i in chosen]), batches))
        else:
            pooled = [self._pooled([encodings[i] for i in chosen]) for chosen in batches]
        for chosen, rows in zip(batches, pooled, strict=True):
            vectors[chosen] = rows
        return vectors

    def _pooled(self, encodings: list[Encoding]) -> Vectors:
        longest = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(encodings), longest), np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, inputs)[0]
        weights = mask[:, :, None].astype(np.float32)
        means = (states * weights).sum(axis=1) / weights.sum(axis=1)
        pooled: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
        return pooled


@functools.lru_cache(maxsize=1)
def shared_encoder() -> SentenceEncoder:
    """Return the process's one encoder, loaded at the first call."""
    return SentenceEncoder()
