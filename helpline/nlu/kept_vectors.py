"""Sentence vectors in a file, so that no text is read twice: training messages, and those that are measured.

Reading tens of thousands of messages is most of a training, and from one to the next hardly any of them changes. Each
is read alone, so that a vector does not depend on what else was read: whether it was kept changes no model. Texts are
kept as digests. Knows nothing of Rasa.
"""

import hashlib
import logging
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np

from helpline.nlu.sentence_encoder import DIMENSIONS, Vectors, shared_encoder

logger = logging.getLogger(__name__)

# These are read each time. Where one has another vector than the kept one, the encoder is another, or its
# library, or a processor that rounds differently; then nothing that was kept counts.
_PROBES = (
    "what is metastatic breast cancer",
    "my mother was told on friday that it is in her liver now, and nobody has said what happens next or who decides it",
    "i cant sleep",
    "hello",
)
_DIGEST_BYTES = 16

_folder: Path | None = None


class KeptVectors:
    """Encodes texts, and keeps their vectors in a file.

    Args:
        path: The file, ``.npz``. It need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._probes = shared_encoder().encode(list(_PROBES))
        self._known = self._read()

    def encode(self, texts: list[str], *, forget_others: bool = False) -> Vectors:
        """Return one row of 384 numbers a text, as `SentenceEncoder.encode` does, and read none that was kept.

        Args:
            texts: The texts, normalised.
            forget_others: Whether the file keeps these texts alone from now on.
        """
        digests = [hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES).digest() for text in texts]
        new = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in self._known}
        kept = len(self._known)
        self._known.update(zip(new, shared_encoder().encode(list(new.values())), strict=True))
        if forget_others:
            self._known = {digest: self._known[digest] for digest in digests}
        if new or len(self._known) != kept:
            self._write()
        return _rows([self._known[digest] for digest in digests])

    def _read(self) -> dict[bytes, Vectors]:
        try:
            with np.load(self._path, allow_pickle=False) as kept:
                if not np.array_equal(kept["probes"], self._probes):
                    return {}
                pairs = zip(kept["digests"], kept["vectors"], strict=True)
                return {digest.tobytes(): vector for digest, vector in pairs}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as problem:
            logger.warning("%s cannot be used, and is made anew: %s", self._path, problem)
            return {}

    def _write(self) -> None:
        """Write the file whole or not at all; without it all is read again the next time, and no more is lost."""
        digests = np.frombuffer(b"".join(self._known), np.uint8).reshape(len(self._known), _DIGEST_BYTES)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._path.parent, suffix=".part", delete=False) as file:
                part = Path(file.name)
                try:
                    np.savez(file, probes=self._probes, digests=digests, vectors=_rows(list(self._known.values())))
                    file.flush()
                    os.replace(part, self._path)
                finally:
                    part.unlink(missing_ok=True)
        except OSError as problem:
            logger.warning("Vectors could not be kept in %s; all is read again next time: %s", self._path, problem)


@contextmanager
def kept_vectors(folder: Path) -> Iterator[None]:
    """Keep what `encoded_once` reads in a folder while this is open, and take from there what was kept."""
    global _folder
    before, _folder = _folder, folder
    try:
        yield
    finally:
        _folder = before


def encoded_once(texts: list[str], name: str) -> Vectors:
    """Return one row of 384 numbers a text; where vectors are kept, none that was kept is read.

    Args:
        texts: The texts, normalised.
        name: Of the file that keeps them. From now on it keeps these texts alone.
    """
    if _folder is None:
        return shared_encoder().encode(texts)
    return KeptVectors(_folder / f"{name}.npz").encode(texts, forget_others=True)


def _rows(vectors: list[Vectors]) -> Vectors:
    return np.array(vectors, np.float32).reshape(len(vectors), DIMENSIONS)
