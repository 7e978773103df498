"""The set-up script: what it leaves, and that it does nothing twice."""

import subprocess
import sys
import time

from helpline.settings import ROOT


def test_telemetry_is_off_for_whatever_this_python_runs():
    asked = [sys.executable, "-c", "import os; print(os.environ['RASA_TELEMETRY_ENABLED'])"]
    assert subprocess.run(asked, env={}, capture_output=True, text=True, check=True).stdout.strip() == "false"


def test_requirements_name_no_address_and_pin_with_hashes():
    for path in ROOT.glob("requirements*.txt"):
        lines = [line for line in path.read_text().splitlines() if line.strip()]
        assert not [line for line in lines if "://" in line or line.startswith("-")]
        pins = [line for line in lines if not line.startswith(" ")]
        assert all("==" in pin and pin.endswith("\\") for pin in pins), path.name


def test_the_lock_file_of_the_widget_names_no_address():
    assert '"resolved"' not in (ROOT / "widget" / "package-lock.json").read_text()


def test_a_second_setup_does_nothing():
    before = time.time()
    setup = [sys.executable, "scripts/setup.py", "--dev"]
    done = subprocess.run(setup, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert (ROOT / ".venv" / "dev.stamp").stat().st_mtime < before
