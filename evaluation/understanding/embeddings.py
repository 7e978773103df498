"""Sentence vectors kept in a file, so that measuring again does not encode again."""

from pathlib import Path

import numpy as np

from helpline.nlu.sentence_encoder import Vectors, shared_encoder
from helpline.settings import VAR
from helpline.text.encoder_files import MODEL, encoder_hashes
from helpline.text.normalising import normalised

CACHE = VAR / "eval"


class Embeddings:
    """Encodes texts; what was encoded before is read back. A different encoder has a file of its own."""

    def __init__(self, folder: Path = CACHE) -> None:
        self._path = folder / f"embeddings-{encoder_hashes()[MODEL][:8]}.npz"
        self._known: dict[str, Vectors] = {}
        if self._path.exists():
            with np.load(self._path, allow_pickle=False) as kept:
                self._known = dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))

    def encode(self, texts: list[str]) -> Vectors:
        """Return one row a text, in the order given, and keep what is new."""
        new = sorted({text for text in texts if text not in self._known})
        if new:
            self._known.update(zip(new, shared_encoder().encode([normalised(text) for text in new]), strict=True))
            self._path.parent.mkdir(parents=True, exist_ok=True)
            np.savez(self._path, texts=np.array(list(self._known)), vectors=np.stack(list(self._known.values())))
        return np.stack([self._known[text] for text in texts])
