"""A project of two small packages with the real set-up script, to set up for real in seconds."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from helpline.settings import ROOT

PYPROJECT = """[build-system]
requires = ["setuptools>=61"]
build-backend = "setuptools.build_meta"

[project]
name = "small"
version = "1"

[tool.setuptools]
packages = []
"""
# An address where nobody listens, and nothing that was fetched before.
WITHOUT_NETWORK = {
    "PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0",
    "PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": "", "PIP_NO_CACHE_DIR": "1",
}  # fmt: skip


def pin(name: str) -> str:
    """Return a package's lines of our own lock file."""
    found = re.search(rf"^{name}==.*\n(?: +--hash=.*\n?)+", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert found, name
    return found[0]


class SmallProject:
    """The project in a folder, with what its set-up prints."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "scripts").mkdir(parents=True)
        shutil.copy(ROOT / "scripts" / "setup.py", folder / "scripts")
        shutil.copy(ROOT / "requirements-build.txt", folder)
        (folder / "pyproject.toml").write_text(PYPROJECT)
        (folder / ".python-version").write_text(".".join(map(str, sys.version_info[:2])))
        for lock in ("requirements.txt", "requirements-dev.txt"):
            (folder / lock).write_text(pin("six") + pin("toolz"))

    def command(self, *arguments: str) -> list[str]:
        """Return the command that sets up."""
        return [sys.executable, str(self.folder / "scripts" / "setup.py"), *arguments]

    def set_up(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Set up."""
        return subprocess.run(
            self.command(*arguments), env={**os.environ, **environment}, capture_output=True, text=True, timeout=300
        )

    def packages(self) -> set[str]:
        """Return the names of what is installed."""
        listed = [self.folder / ".venv" / "bin" / "python", "-m", "pip", "list", "--format=freeze"]
        asked = subprocess.run(listed, capture_output=True, text=True, check=True)
        return {line.partition("==")[0] for line in asked.stdout.splitlines() if not line.startswith("#")}
