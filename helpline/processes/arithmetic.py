"""Tells NumPy's arithmetic which processor it runs on, where it may be too old to know.

Its library for matrices (OpenBLAS) knows processors by their numbers, and for one that came out after it takes the
arithmetic of twenty years ago. There a product of matrices takes five times as long, and to compare one message with
all of training took 12 ms instead of 3. What a processor can do the system tells.

Every Python of the project's environment begins with a line that `scripts/setup.py` writes there: it calls
`use_processor` before NumPy is imported. So `rasa train` makes the same model as `helpline train` does.
"""

import os
from pathlib import Path

_VARIABLE = "OPENBLAS_CORETYPE"
_CPUINFO = Path("/proc/cpuinfo")
# What a processor must be able to do for a family's arithmetic; the widest family first.
_FAMILIES = (
    ("SkylakeX", {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}),
    ("Haswell", {"avx2", "fma"}),
)


def use_processor() -> None:
    """Have matrices multiplied as this processor can, once NumPy is imported. What is set stays."""
    family = family_of(_CPUINFO.read_text(encoding="utf-8")) if _CPUINFO.is_file() else None
    if family is not None:
        os.environ.setdefault(_VARIABLE, family)


def family_of(cpuinfo: str) -> str | None:
    """Return the family of processors whose arithmetic this one can do, or None where the library may choose.

    Args:
        cpuinfo: What Linux tells of the processor, in the form of ``/proc/cpuinfo``.
    """
    lines = (line.partition(":") for line in cpuinfo.splitlines())
    able = next((set(told.split()) for name, _, told in lines if name.strip() == "flags"), set())
    return next((family for family, needed in _FAMILIES if needed <= able), None)
