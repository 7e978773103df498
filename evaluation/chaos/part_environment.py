"""Variables that one part of the product has and the others do not: another clock, by libfaketime, or another key.

The supervisor gives all parts the same, and starts them with the Python that it runs with itself. So it is told of a
Python that reads a file first where it runs that part.
"""

import shlex
from dataclasses import replace
from pathlib import Path

from evaluation.product.checkout import Checkout

ENGINE = "helpline.rasa.main"
LIBRARIES = tuple(
    Path("/usr/lib") / folder / "faketime" / "libfaketimeMT.so.1"
    for folder in ("x86_64-linux-gnu", "aarch64-linux-gnu", ".")
)
RIGHT = "+0"
_SUPERVISOR = "import sys; sys.executable = sys.argv.pop(1); from helpline.cli.main import app; app()"


class PartEnvironment:
    """What one part has in its environment, from its next start on.

    Args:
        folder: Where its files go.
        module: What the part runs.
    """

    def __init__(self, folder: Path, module: str = ENGINE) -> None:
        self._python = folder / "python"
        self._variables = folder / "variables"
        self._module = module
        self.give()

    def give(self, **variables: object) -> None:
        """Give it these variables, and take away what it had before."""
        lines = (f"export {name}={shlex.quote(str(value))}\n" for name, value in variables.items())
        _write(self._variables, "".join(lines))

    def given_to(self, checkout: Checkout) -> Checkout:
        """Return the checkout whose part has these variables."""
        python = checkout.environment / "bin" / "python"
        self._python.write_text(
            "#!/bin/sh\n"
            f'case " $* " in *" -m {self._module} "*) . {shlex.quote(str(self._variables))};; esac\n'
            f'exec {shlex.quote(str(python))} "$@"\n'
        )
        self._python.chmod(0o700)
        return replace(checkout, helpline=(str(python), "-c", _SUPERVISOR, str(self._python)))


class FakeClock(PartEnvironment):
    """A part's clock, which can be set while it runs. Until it is set it is right."""

    def __init__(self, folder: Path, module: str = ENGINE) -> None:
        super().__init__(folder, module)
        self._clock = folder / "clock"
        self.set(RIGHT)
        self.give(
            LD_PRELOAD=library(),
            FAKETIME_TIMESTAMP_FILE=self._clock,
            FAKETIME_CACHE_DURATION=1,
            # A clock that counts from the start, by which waits are measured, does not jump on any system.
            FAKETIME_DONT_FAKE_MONOTONIC=1,
            NO_FAKE_STAT=1,
        )

    def set(self, offset: str) -> None:
        """Let it be so much ahead or behind, as libfaketime writes it: ``+1d``. The part notices within two seconds."""
        _write(self._clock, f"{offset}\n")


def library() -> Path | None:
    """Return libfaketime, or None where it is not installed."""
    return next((path for path in LIBRARIES if path.exists()), None)


def _write(path: Path, text: str) -> None:
    """Write a file that somebody may just be reading."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)
