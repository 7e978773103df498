"""A part of the product ends when the supervisor that started it is gone, however that happened."""

import ctypes
import os
import signal
import sys

_VARIABLE = "MBC_ENDS_WITH_PARENT"
_PR_SET_PDEATHSIG = 1


def begin_part() -> None:
    """Make files private from the first moment, and end with the supervisor; to be called first in each process."""
    os.umask(0o077)
    parent = os.environ.get(_VARIABLE)
    if parent is None or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):  # it was gone before this line
        sys.exit("The supervisor that started this process is gone.")
