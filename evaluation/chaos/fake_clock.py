"""Another clock for one part of the product, by libfaketime: it can be set while the part runs.

The library must be loaded when a part begins, and the supervisor starts all parts with the Python that it runs with
itself. So the supervisor is told of a Python that gives the library to the one part.
"""

import shlex
from dataclasses import replace
from pathlib import Path

from evaluation.product.checkout import Checkout

LIBRARIES = tuple(
    Path("/usr/lib") / folder / "faketime" / "libfaketimeMT.so.1"
    for folder in ("x86_64-linux-gnu", "aarch64-linux-gnu", ".")
)
RIGHT = "+0"
_SUPERVISOR = "import sys; sys.executable = sys.argv.pop(1); from helpline.cli.main import app; app()"


def library() -> Path | None:
    """Return the library, or None where it is not installed."""
    return next((path for path in LIBRARIES if path.exists()), None)


class FakeClock:
    """The clock of one part. It is right until it is set.

    Args:
        folder: Where its files go.
        module: What the part runs.
    """

    def __init__(self, folder: Path, module: str) -> None:
        self._file = folder / "clock"
        self._python = folder / "python"
        self._module = module
        self.set(RIGHT)

    def set(self, offset: str) -> None:
        """Let it be so much ahead or behind, as libfaketime writes it: ``+1d``. The part notices within two seconds."""
        new = self._file.with_suffix(".new")
        new.write_text(offset + "\n")
        new.replace(self._file)

    def given_to(self, checkout: Checkout) -> Checkout:
        """Return the checkout with the part under this clock; all others have the machine's."""
        python = checkout.environment / "bin" / "python"
        variables = {
            "LD_PRELOAD": library(),
            "FAKETIME_TIMESTAMP_FILE": self._file,
            "FAKETIME_CACHE_DURATION": 1,
            # A clock that counts from the start, by which waits are measured, does not jump on any system.
            "FAKETIME_DONT_FAKE_MONOTONIC": 1,
            "NO_FAKE_STAT": 1,
        }
        given = " ".join(f"{name}={shlex.quote(str(value))}" for name, value in variables.items())
        self._python.write_text(
            "#!/bin/sh\n"
            f'case " $* " in *" -m {self._module} "*) export {given};; esac\n'
            f'exec {shlex.quote(str(python))} "$@"\n'
        )
        self._python.chmod(0o700)
        return replace(checkout, helpline=(str(python), "-c", _SUPERVISOR, str(self._python)))
