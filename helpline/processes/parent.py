"""How a part of the product begins: it ends when the supervisor that started it is gone, however that happened."""

import ctypes
import os
import signal
import sys

# What httpx and structlog do without where it is not installed: colours for a terminal, which no part has.
_NOT_NEEDED = ("pygments", "rich")
_VARIABLE = "MBC_ENDS_WITH_PARENT"
_PR_SET_PDEATHSIG = 1


def begin_part() -> None:
    """Make files private from the first moment, and end with the supervisor; to be called first in each process.

    What is imported after this call is imported without what no part needs.
    """
    os.umask(0o077)
    for name in _NOT_NEEDED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    parent = os.environ.get(_VARIABLE)
    if parent is None or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):  # it was gone before this line
        sys.exit("The supervisor that started this process is gone.")
