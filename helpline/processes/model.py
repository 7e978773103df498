"""Training, and knowing when the trained model is older than what it is made from."""

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpline.errors import TrainingError
from helpline.processes.environment import child_environment
from helpline.settings import ROOT, VAR, Settings

MODEL = ROOT / "models" / "mbc.tar.gz"
RECORD = ROOT / "models" / "mbc.json"
LOG = VAR / "log" / "train.log"
# What a model is made from; a change in any of them makes it stale.
INGREDIENTS = (
    "config.yml",
    "domain.yml",
    "requirements.txt",
    "assets/encoder/SHA256SUMS",
    "content/lexicon/en.yml",
    "content/vocabulary.yml",
    "content/safety/*.yml",
    "content/subjects.yml",
    "data/**/*.yml",
    "helpline/nlu/**/*.py",
    "helpline/rasa/rule_policy.py",
    "helpline/rasa/story_policy.py",
    "helpline/rasa/train.py",
    "helpline/safety/*.py",
    "helpline/text/*.py",
)


@dataclass(frozen=True)
class ModelRecord:
    """What is known of the trained model.

    Attributes:
        digest: Of what it was made from.
        checksum: SHA-256 of its file.
        seconds: How long its training took.
    """

    digest: str
    checksum: str
    seconds: float


def ingredients_digest(root: Path = ROOT, patterns: Sequence[str] = INGREDIENTS) -> str:
    """Return a digest of the names and contents of all that a model is made from, or of other files.

    Args:
        root: The project's folder.
        patterns: Which files, from there.
    """
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            digest.update(str(path.relative_to(root)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def read_record(path: Path = RECORD) -> ModelRecord | None:
    """Return the record of the last training, or None when there is none that can be read."""
    try:
        return ModelRecord(**json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def problem_of_model(model: Path = MODEL, record_path: Path = RECORD) -> str | None:
    """Return why the model cannot be served, in words, or None when it can."""
    record = read_record(record_path)
    if record is None or not model.exists():
        return "There is no trained model yet."
    if record.digest != ingredients_digest():
        return "The model is older than what it is made from."
    if record.checksum != file_checksum(model):
        return "The model's file is damaged, or is not the one that was trained here."
    return None


def file_checksum(path: Path) -> str:
    """Return the SHA-256 of a file, in hex digits."""
    checksum = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            checksum.update(block)
    return checksum.hexdigest()


def train(settings: Settings, tick: Callable[[float], None]) -> ModelRecord:
    """Train the model into ``models/``.

    Args:
        settings: The settings of the product.
        tick: Called about twice a second with the seconds so far.

    Returns:
        The record of this training.

    Raises:
        TrainingError: Rasa could not train; the message holds its last words and the log's path.
    """
    digest = ingredients_digest()
    started = time.monotonic()
    LOG.parent.mkdir(parents=True, exist_ok=True)
    MODEL.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "helpline.rasa.train", str(MODEL)]
    with LOG.open("w") as log:
        process = subprocess.Popen(  # noqa: S603 -- our own module, fixed arguments
            command, cwd=ROOT, env=child_environment(settings), stdout=log, stderr=subprocess.STDOUT
        )
        try:
            while process.poll() is None:
                time.sleep(0.4)
                tick(time.monotonic() - started)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=20)
    if process.returncode != 0:
        raise TrainingError(
            f"Training failed: {_last_words(LOG)}\n"
            f"Mend that and train again with 'make train'. The whole log is in {LOG.relative_to(ROOT)}."
        )
    record = ModelRecord(digest, file_checksum(MODEL), round(time.monotonic() - started, 1))
    RECORD.write_text(json.dumps(record.__dict__) + "\n")
    return record


def _last_words(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in ("Error", "Exception", "Invalid", "Fail"))]
    return (telling or lines or ["no reason was given."])[-1]
