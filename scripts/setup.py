#!/usr/bin/env python3
"""Sets up the project on a fresh machine: virtual environment, dependencies, the website chat.

It needs nothing but the standard library of any Python 3.7 or newer, since it runs before anything is installed, and
it does nothing when nothing has changed. `make setup` runs it; `--dev` adds what the tests need. What goes wrong is
told in one sentence; the output of each step is in ``var/log/setup.log``.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / "var" / "log" / "setup.log"
WIDGET = ROOT / "widget"
# The Pythons that Rasa's packages have wheels for. The one in `.python-version` is taken where it is found.
SUPPORTED = ("3.11", "3.10")
# Debian's Python has ensurepip in a package of its own, and a Python built by hand may lack the rest.
IS_FIT = "import ensurepip, sqlite3, ssl, sys, venv; print('%d.%d' % sys.version_info[:2])"
NO_NETWORK = re.compile(
    "connection broken by|Failed to establish a new connection|name resolution|getaddrinfo|Read timed out|ProxyError"
    r"|from versions: none\)|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH"
)
# What every Python of the environment does first: it keeps Rasa's telemetry off and SQLAlchemy's advice to Rasa silent,
# where TensorFlow is not installed it asks the project what stands in for it, and before NumPy is imported it has the
# project say which processor this is. Nothing is imported before that.
FIRST_LINES = {
    "rasa_environment.pth": (
        "import os; os.environ.setdefault('RASA_TELEMETRY_ENABLED', 'false');"
        " os.environ.setdefault('SQLALCHEMY_SILENCE_UBER_WARNING', '1')"
    ),
    "rasa_without_tensorflow.pth": (
        "import sys; sys.meta_path.append(type('TensorFlowFinder', (), {'find_spec': staticmethod("
        "lambda name, *_: __import__('helpline.rasa.without_tensorflow', fromlist=['find_spec']).find_spec(name)"
        " if name in {'tensorflow', 'keras'} else None)}))"
    ),
    "numpy_on_this_processor.pth": (
        "import sys; sys.meta_path.insert(0, type('BeforeNumPy', (), {'find_spec': staticmethod("
        "lambda name, *_: __import__('helpline.processes.arithmetic', fromlist=['use_processor']).use_processor()"
        " if name == 'numpy' else None)}))"
    ),
}
# `rasa test` looks for test conversations in hidden folders too, and would find those of Rasa's starter project.
RASA_STARTER_TESTS = "rasa/cli/initial_project/tests/test_stories.yml"


class SetupError(Exception):
    """Something that whoever runs the set-up can mend. The message is one sentence that says how."""

    status = 1


class NoPythonError(SetupError):
    """No Python fits. It has an exit status of its own, for whoever only wants to know that."""

    status = 3


def run(what: str, command: list[str], expected: int, cwd: Path = ROOT) -> None:
    """Run a step with its output in the log, and a line that shows how long it has taken.

    Raises:
        SetupError: The step failed; the message holds the reason.
    """
    LOG.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    on_terminal = sys.stderr.isatty()
    if not on_terminal:
        print(f"{what} (usually about {expected} s)", file=sys.stderr, flush=True)
    with LOG.open("ab") as log:
        begin = log.tell()
        process = subprocess.Popen(command, cwd=str(cwd), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            while process.poll() is None:
                time.sleep(0.2)
                if on_terminal:
                    _draw(what, time.monotonic() - started, expected)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if on_terminal:
        print(f"\r{what}: {time.monotonic() - started:.0f} s{' ' * 40}", file=sys.stderr)
    if process.returncode != 0:
        said = LOG.read_bytes()[begin:].decode(errors="replace")
        raise SetupError(f"{what} failed: {reason(said)} The whole log is in {LOG.relative_to(ROOT)}.")


def _draw(what: str, seconds: float, expected: int) -> None:
    filled = int(24 * min(seconds / expected, 0.95))
    bar = "=" * filled + " " * (24 - filled)
    print(f"\r{what} [{bar}] {seconds:3.0f} s", end="", file=sys.stderr, flush=True)


def reason(said: str) -> str:
    """Return in one sentence why a step failed, from what pip or npm printed."""
    if "DO NOT MATCH THE HASHES" in said:
        return "a package is not the one that the lock file names, so it was not installed."
    if "No space left on device" in said:
        return "the disk is full."
    if NO_NETWORK.search(said):
        return "the package index could not be reached; check the network or the proxy, then try again."
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(?!.*complete log)(ERROR:|error:|npm (ERR!|error) )", line)]
    return (errors or lines or ["no reason was given"])[-1].rstrip(".") + "."


def find_python(versions: tuple[str, ...] | list[str]) -> tuple[str, str]:
    """Return the first Python of these versions that can make an environment: its version and its path.

    Raises:
        NoPythonError: There is none.
    """
    for version in versions:
        for candidate in _candidates(version):
            found = shutil.which(candidate)
            if found and _answers(found, IS_FIT) == version:
                return version, found
    wanted, newest = " or ".join(versions), versions[0]
    raise NoPythonError(
        f"Python {wanted} is needed and was not found; get it with 'uv python install {newest}', "
        f"'pyenv install {newest}' or 'apt install python{newest} python{newest}-venv', then try again."
    )


def _candidates(version: str) -> list[str]:
    home = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT") or home / ".pyenv") / "versions"
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or home / ".local" / "share" / "uv" / "python")
    return [
        getattr(sys, "_base_executable", sys.executable),
        f"python{version}",
        *(f"{folder}/python{version}" for folder in ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")),
        *map(str, sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True)),
        *map(str, sorted(uv.glob(f"cpython-{version}.*/bin/python{version}"), reverse=True)),
    ]


def _answers(python: str, code: str) -> str | None:
    """Return what a Python prints for some code, or None when it does not run."""
    try:
        asked = subprocess.run([python, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return asked.stdout.decode().strip() if asked.returncode == 0 else None


def digest(paths: list[Path]) -> str:
    """Return a digest of the files' names and contents."""
    sums = hashlib.sha256()
    for path in sorted(paths):
        sums.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return sums.hexdigest()


def is_done(stamp: Path, state: str) -> bool:
    """Whether a step was done for just this state of its files."""
    return stamp.exists() and stamp.read_text() == state


class Environment:
    """A virtual environment with the packages of the lock files, those alone, and the project itself.

    Args:
        folder: Where it is.
        versions: The Pythons that it may have, the one that it should have first.
    """

    def __init__(self, folder: Path, versions: list[str]) -> None:
        self.folder = folder
        self.versions = versions
        self.python = folder / "bin" / "python"
        self.pip = [str(self.python), "-m", "pip", "--disable-pip-version-check"]

    def install(self, dev: bool) -> None:
        """Make the environment and install the pinned packages, if anything of it changed.

        Where Python was told to write no bytecode the packages are compiled at once: otherwise every process would
        compile, each time it starts, what it imports, and most of the start of an engine is that.
        """
        self._require_usable()
        if self._is_installed("dev") or (not dev and self._is_installed("run")):
            return
        if not self.python.exists():
            version, python = find_python(self.versions)
            run(f"Creating the environment with Python {version}", [python, "-m", "venv", str(self.folder)], 5)
        self._remove_others()
        # Rasa says that it is for Python below 3.11. It runs there, which our tests prove.
        install = [*self.pip, "install", "--no-deps", "--no-compile", "--ignore-requires-python"]
        pinned = [*install, "--no-build-isolation", "--require-hashes", "-r"]
        lock = "requirements-dev.txt" if dev else "requirements.txt"
        run("Installing the build tools", [*pinned, "requirements-build.txt"], 5)
        run("Installing the packages", [*pinned, lock], 60)
        run("Installing the project", [*install, "--no-build-isolation", "-e", "."], 4)
        (site_packages,) = self.folder.glob("lib/python*/site-packages")
        for name, line in FIRST_LINES.items():
            (site_packages / name).write_text(line + "\n")
        starter = site_packages / RASA_STARTER_TESTS
        if starter.exists():
            starter.unlink()
        if sys.dont_write_bytecode:
            compiling = [str(self.python), "-m", "compileall", "-q", "-j", "0", str(site_packages)]
            with contextlib.suppress(SetupError):  # what does not compile is no worse off than before
                run("Compiling the packages", compiling, 30)
        self._stamp("dev" if dev else "run").write_text(self._state("dev" if dev else "run"))

    def _require_usable(self) -> None:
        """Remove an environment that does not run, was made for another folder, or with a Python not wanted now."""
        if not self.folder.exists():
            return
        code = "import os, pip, sys; print('%d.%d' % sys.version_info[:2], os.path.realpath(sys.prefix))"
        version, _, place = (_answers(str(self.python), code) or "").partition(" ")
        command = self.folder / "bin" / "pip"
        if version not in self.versions:
            why = f"it has Python {version}" if version else "it does not work"
        elif place != str(self.folder) or not command.exists() or str(self.folder) not in command.read_text():
            why = "it was made in another folder"
        elif version != self.versions[0] and _is_there(self.versions[0]):
            why = f"it has Python {version}, and {self.versions[0]} is here"
        else:
            return
        print(f"Making the environment {self.folder.name} anew: {why}.", file=sys.stderr, flush=True)
        shutil.rmtree(str(self.folder))

    def _remove_others(self) -> None:
        """Uninstall what no lock file names, such as what an older one named."""
        code = "import importlib.metadata as m; print(*{one.metadata['Name'] for one in m.distributions()})"
        installed = {_normal(name) for name in (_answers(str(self.python), code) or "").split()}
        named = re.compile(r"^([\w.-]+)(?:==|$)", re.MULTILINE)
        locks = "\n".join(path.read_text() for path in ROOT.glob("requirements*.txt"))
        project = re.search(r'^name = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
        wanted = {"pip", _normal(project[1]) if project else "", *map(_normal, named.findall(locks))}
        if installed - wanted:
            run("Removing what is not needed", [*self.pip, "uninstall", "-y", *sorted(installed - wanted)], 5)

    def _stamp(self, kind: str) -> Path:
        return self.folder / f"{kind}.stamp"

    def _state(self, kind: str) -> str:
        lock = "requirements-dev.txt" if kind == "dev" else "requirements.txt"
        names = (lock, "requirements-build.txt", "pyproject.toml", "scripts/setup.py")
        return digest([ROOT / name for name in names])

    def _is_installed(self, kind: str) -> bool:
        return is_done(self._stamp(kind), self._state(kind))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_there(version: str) -> bool:
    try:
        return bool(find_python([version]))
    except NoPythonError:
        return False


def build_widget(environment: Environment) -> None:
    """Build the website chat with the machine's Node, or with one from the package index."""
    sources = [path for path in WIDGET.rglob("*") if path.is_file() and not _is_built(path)]
    if not sources:
        return
    state = digest(sources)
    stamp = WIDGET / "dist" / ".stamp"
    if is_done(stamp, state):
        return
    npm = shutil.which("npm")
    if npm is None:
        install = [*environment.pip, "install", "--no-deps", "--require-hashes", "-r", "requirements-node.txt"]
        run("Installing Node for the website chat", install, 15)
        os.environ["PATH"] = f"{environment.folder / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
        npm = shutil.which("npm")
    if npm is None:
        raise SetupError("Node was installed but npm is missing; install Node 20, then try again.")
    run("Installing the website chat's packages", [npm, "ci", "--no-audit", "--no-fund"], 20, WIDGET)
    run("Building the website chat", [npm, "run", "build"], 5, WIDGET)
    stamp.write_text(state)


def _is_built(path: Path) -> bool:
    parts = path.relative_to(WIDGET).parts
    return parts[0] in {"node_modules", "dist", "dist-fixtures"}


def wanted_versions() -> list[str]:
    """Return the supported Pythons, the one that `.python-version` names first."""
    file = ROOT / ".python-version"
    named = file.read_text().strip() if file.exists() else ""
    return sorted(SUPPORTED, key=lambda version: version != named)


def main() -> int:
    """Do what is not done yet. Returns the exit status."""
    parser = argparse.ArgumentParser(description="Sets up the project.")
    parser.add_argument("--dev", action="store_true", help="add what the tests need")
    parser.add_argument("--python", choices=SUPPORTED, help="the Python of the environment")
    parser.add_argument("--environment", default=".venv", help="its folder, beside the project's files")
    given = parser.parse_args()
    try:
        environment = Environment(ROOT / given.environment, [given.python] if given.python else wanted_versions())
        environment.install(given.dev)
        build_widget(environment)
    except SetupError as error:
        print(error, file=sys.stderr)
        return error.status
    except KeyboardInterrupt:
        print("\nStopped; the next set-up goes on from here.", file=sys.stderr)
        return 130
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"The set-up cannot write in {ROOT}: {error.strerror or error}{where}.", file=sys.stderr)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
