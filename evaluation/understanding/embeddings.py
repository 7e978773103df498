"""Sentence vectors of messages as they were typed, kept in a file, so that measuring again does not encode again."""

from pathlib import Path

from helpline.nlu.kept_vectors import KeptVectors
from helpline.nlu.sentence_encoder import Vectors
from helpline.settings import VAR
from helpline.text.normalising import normalised

CACHE = VAR / "eval"


class Embeddings:
    """Normalises texts and encodes them; what was encoded before is read back."""

    def __init__(self, folder: Path = CACHE) -> None:
        self._kept = KeptVectors(folder / "embeddings.npz")

    def encode(self, texts: list[str]) -> Vectors:
        """Return one row a text, in the order given, and keep what is new."""
        return self._kept.encode([normalised(text) for text in texts])
