"""The files of the sentence encoder, checked by hash, and the English words that its tokenizer knows.

They stand in ``assets/encoder/``, where `make tune-encoder` writes them. A different file would give quietly different
answers. Imports no NumPy: the front door needs the words, and never the encoder.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

from helpline.errors import HelplineError
from helpline.settings import ROOT

FOLDER = ROOT / "assets" / "encoder"
MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
# The hashes, in the form that the command sha256sum writes and checks.
HASHES = "SHA256SUMS"


class EncoderFileError(HelplineError):
    """A file of the encoder is missing, or is not the one the model was trained with."""


def encoder_file(name: str, folder: Path = FOLDER) -> Path:
    """Return the path of one of the encoder's files, checked by hash.

    Raises:
        EncoderFileError: The file is missing, or its hash differs.
    """
    path = folder / name
    if not path.is_file():
        raise EncoderFileError(f"{path} is missing; it is part of the repository.")
    wanted = encoder_hashes(folder)[name]
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != wanted:
        raise EncoderFileError(f"{path} has sha256 {found}, and {HASHES} says {wanted}.")
    return path


@cache
def encoder_hashes(folder: Path = FOLDER) -> dict[str, str]:
    """Return the SHA-256 that each of the encoder's files must have.

    Raises:
        EncoderFileError: The list of hashes is missing.
    """
    try:
        lines = (folder / HASHES).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise EncoderFileError(f"{folder / HASHES} is missing; it is part of the repository.") from None
    return {name: digest for digest, name in (line.split() for line in lines)}


@cache
def english_words(first: int | None = None) -> frozenset[str]:
    """Return the whole words of the tokenizer's vocabulary, some twenty thousand.

    Args:
        first: How many of them at most, the commonest first; all when left out.
    """
    return frozenset(ranked_english_words()[:first])


@cache
def ranked_english_words() -> tuple[str, ...]:
    """Return the whole words, the commonest first; the file is checked and read once in a process."""
    vocabulary = json.loads(encoder_file(TOKENIZER).read_text(encoding="utf-8"))["model"]["vocab"]
    return tuple(word for word in sorted(vocabulary, key=vocabulary.__getitem__) if word.isalpha())
