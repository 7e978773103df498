"""Sentence vectors of training messages, kept from one training to the next: for a training process of our own alone.

Reading tens of thousands of messages is most of a training, and from one to the next hardly any of them changes. Each
is read alone, so that a vector does not depend on what else was read: whether it was kept changes no model. Messages
are kept as digests. Knows nothing of Rasa.
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

# These are read at each training. Where one has another vector than the kept one, the encoder is another, or its
# library, or a processor that rounds differently; then nothing that was kept counts.
_PROBES = (
    "what is metastatic breast cancer",
    "my mother was told on friday that it is in her liver now, and nobody has said what happens next or who decides it",
    "i cant sleep",
    "hello",
)
_DIGEST_BYTES = 16

_folder: Path | None = None


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
    """Return one row of 384 numbers a text, as `SentenceEncoder.encode` does, and read none that was kept.

    Args:
        texts: The texts, normalised.
        name: Of the file that keeps them. From now on it keeps these texts alone.
    """
    if _folder is None:
        return shared_encoder().encode(texts)
    path = _folder / f"{name}.npz"
    probes = shared_encoder().encode(list(_PROBES))
    known = _read(path, probes)
    digests = {text: hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES).digest() for text in texts}
    new = [text for text, digest in digests.items() if digest not in known]
    fresh = dict(zip(new, shared_encoder().encode(new), strict=True))
    rows = {text: fresh[text] if text in fresh else known[digest] for text, digest in digests.items()}
    if new or len(known) != len(digests):
        _write(path, probes, list(digests.values()), np.array(list(rows.values()), np.float32))
    return np.array([rows[text] for text in texts], np.float32).reshape(len(texts), DIMENSIONS)


def _read(path: Path, probes: Vectors) -> dict[bytes, Vectors]:
    try:
        with np.load(path, allow_pickle=False) as kept:
            if not np.array_equal(kept["probes"], probes):
                return {}
            return {digest.tobytes(): vector for digest, vector in zip(kept["digests"], kept["vectors"], strict=True)}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as problem:
        logger.warning("%s cannot be used, and is made anew: %s", path, problem)
        return {}


def _write(path: Path, probes: Vectors, digests: list[bytes], vectors: Vectors) -> None:
    """Write the file whole or not at all; without it the next training is slower, and no other."""
    rows = np.frombuffer(b"".join(digests), np.uint8).reshape(len(digests), _DIGEST_BYTES)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            part = Path(file.name)
            try:
                np.savez(file, probes=probes, digests=rows, vectors=vectors)
                file.flush()
                os.replace(part, path)
            finally:
                part.unlink(missing_ok=True)
    except OSError as problem:
        logger.warning("Vectors could not be kept in %s; the next training reads all messages again: %s", path, problem)
