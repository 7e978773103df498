"""Taking another model into service, worker by worker, while conversations go on; and back to the one before.

A model is tried out first, in a process of its own, with the conversations that must come back right. Then each engine
and each front door is started anew with it, one after the other: the others carry the visitors meanwhile. Where one
does not begin, all go back to the model before.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from helpline.errors import HelplineError
from helpline.processes.model import file_checksum
from helpline.processes.supervisor import Part
from helpline.settings import ROOT

# A model is loaded and tried out within this time, and so is a part.
_SECONDS = 180.0
_KEPT = 3
# After a part is back, until the next one goes: nginx does not ask a front door for three seconds that it missed once.
_SETTLE_SECONDS = 4.0


class ReleaseError(HelplineError):
    """A model was not taken into service. The message says why, and what runs now."""


class Runs(Protocol):
    """Whoever runs the parts: starts one, and sees to the others."""

    secret: str

    def launch(self, part: Part) -> None:
        """Start a part."""

    def retire(self, part: Part) -> None:
        """Let a part finish what it has in hand, and stop."""

    def tend(self) -> None:
        """See to the other parts once."""


class Releases:
    """The models that were in service, the newest last.

    Args:
        folder: Where they are kept.
        environment: Environment of the process that tries a model out.
    """

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._list = folder / "releases.json"
        self.wish_file, self.answer_file = folder / "wish.json", folder / "answer.json"

    def keep(self, model: Path) -> Path:
        """Return a copy of a model that nobody changes."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = self._folder / f"{file_checksum(model)}.tar.gz"
        if not kept.exists():
            shutil.copyfile(model, kept.with_suffix(".part"))
            os.replace(kept.with_suffix(".part"), kept)
        return kept

    def served(self) -> list[Path]:
        """Return the models that were in service, the newest last."""
        try:
            return [self._folder / name for name in json.loads(self._list.read_text())]
        except (OSError, ValueError):
            return []

    def note(self, served: Sequence[Path]) -> None:
        """Note which were, and forget the files of older ones."""
        served = served[-_KEPT:]
        self._list.write_text(json.dumps([path.name for path in served]))
        for path in self._folder.glob("*.tar.gz"):
            if path not in served:
                path.unlink()

    def try_out(self, model: Path, tend: Callable[[], None]) -> None:
        """Hold the conversations that must come back right.

        Raises:
            ReleaseError: One did not, or the model cannot be read.
        """
        command = [sys.executable, "-m", "helpline.rasa.smoke", str(model)]
        log = self._folder / "smoke.log"
        with log.open("w") as output:
            process = subprocess.Popen(  # noqa: S603 -- our own module, fixed arguments
                command, cwd=ROOT, env=self._environment, stdout=output, stderr=subprocess.STDOUT
            )
            until = time.monotonic() + _SECONDS
            while process.poll() is None and time.monotonic() < until:
                tend()
                time.sleep(0.2)
            if process.poll() is None:
                process.kill()
                process.wait()
                raise ReleaseError("The model did not answer in time when it was tried out.")
        if process.returncode != 0:
            lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
            raise ReleaseError(lines[-1] if lines else "The model could not be tried out.")


def replace_model(runs: Runs, parts: Sequence[Part], old: Path, new: Path) -> None:
    """Start parts anew with another model, one after the other.

    Args:
        runs: Who runs them.
        parts: Whose last argument is the model.
        old: The model that they have.
        new: The one that they get.

    Raises:
        ReleaseError: One of them did not begin with it; all have the old model again.
    """
    for number, part in enumerate(parts):
        if _restarted(runs, part, new):
            _settle(runs)
            continue
        words = part.last_words()
        back = [each.name for each in parts[: number + 1] if not _restarted(runs, each, old)]
        left = f" These do not answer: {', '.join(back)}." if back else " All have the model before again."
        raise ReleaseError(f"The {part.name} did not begin with the new model: {words}{left}")


def _settle(runs: Runs) -> None:
    until = time.monotonic() + _SETTLE_SECONDS
    while time.monotonic() < until:
        runs.tend()
        time.sleep(0.2)


def _restarted(runs: Runs, part: Part, model: Path) -> bool:
    """Start a part anew with a model; return whether it answers."""
    part.command = [*part.command[:-1], str(model)]
    runs.retire(part)
    runs.launch(part)
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until and part.process is not None and part.process.poll() is None:
        if part.answers(runs.secret):
            return True
        runs.tend()
        time.sleep(0.2)
    return False
