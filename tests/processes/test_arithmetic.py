"""NumPy multiplies matrices as the processor can."""

import os
import subprocess
import sys

import pytest

from helpline.processes import arithmetic
from helpline.processes.arithmetic import family_of

AVX512 = "avx512f avx512dq avx512cd avx512bw avx512vl"


@pytest.mark.parametrize(
    ("flags", "family"),
    [
        (f"fpu fma avx2 {AVX512} amx_tile", "SkylakeX"),
        ("fpu fma avx2 avx512f", "Haswell"),
        ("fpu avx avx2", None),
        ("fpu sse sse2", None),
    ],
)
def test_the_family_is_told_by_what_the_processor_can_do(flags, family):
    assert family_of(f"processor\t: 0\nmodel\t\t: 207\nflags\t\t: {flags}\nbugs\t\t: fma\n") == family


@pytest.mark.parametrize("told", ["", "CPU implementer\t: 0x41\nFeatures\t: fp asimd\n"])
def test_of_other_processors_nothing_is_said(told):
    assert family_of(told) is None


def test_what_an_operator_has_set_stays(monkeypatch, tmp_path):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("flags : fma avx2\n")
    monkeypatch.setattr(arithmetic, "_CPUINFO", cpuinfo)
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Zen")
    arithmetic.use_processor()
    assert os.environ["OPENBLAS_CORETYPE"] == "Zen"
    monkeypatch.delenv("OPENBLAS_CORETYPE")
    arithmetic.use_processor()
    assert os.environ["OPENBLAS_CORETYPE"] == "Haswell"


def test_where_the_system_says_nothing_nothing_is_set(monkeypatch, tmp_path):
    monkeypatch.setattr(arithmetic, "_CPUINFO", tmp_path / "none")
    monkeypatch.setenv("OPENBLAS_CORETYPE", "")
    monkeypatch.delenv("OPENBLAS_CORETYPE")
    arithmetic.use_processor()
    assert "OPENBLAS_CORETYPE" not in os.environ


def test_numpy_takes_that_family_in_every_python_of_the_environment():
    family = family_of(arithmetic._CPUINFO.read_text()) if arithmetic._CPUINFO.is_file() else None
    if family is None:
        pytest.skip("this processor has neither AVX2 nor AVX-512")
    told = "import numpy, threadpoolctl; print(threadpoolctl.threadpool_info()[0]['architecture'])"
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    printed = subprocess.run([sys.executable, "-c", told], env=environment, capture_output=True, check=True)
    assert printed.stdout.decode().strip() == family
