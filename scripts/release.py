"""Makes a release, so that a newcomer can: ``make release VERSION=1.2.0``.

It refuses what is not committed, checks and tests all, lists what the product is made of, writes the version and the
day into ``pyproject.toml`` and ``CHANGELOG.md``, commits, tags and packs, and says what to do next. Nothing leaves this
folder: pushing and rolling out is yours.
"""

import hashlib
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
VERSION = re.compile(r"\d+\.\d+\.\d+")
UNRELEASED = "## Unreleased\n"
NEXT = """Release {version} is made: commit and tag v{version}, files in var/release/.
Next:
  git push && git push origin v{version}
  docker build --file deploy/container/Dockerfile --target app --tag helpline:{version} .
  docker build --file deploy/container/Dockerfile --target front --tag helpline-front:{version} .
  then roll it out, and back if need be: docs/operations.md, "A new version".
"""


class ReleaseRefused(Exception):
    """Something stands in the way. The message says what, and what to do."""


def release(version: str, root: Path = HERE, today: date | None = None) -> str:
    """Make a release; return what to do next.

    Raises:
        ReleaseRefused: Nothing was changed.
    """
    project, changes = root / "pyproject.toml", root / "CHANGELOG.md"
    now = re.search(r'^version = "(.+)"$', project.read_text(), re.MULTILINE)
    if not VERSION.fullmatch(version):
        raise ReleaseRefused("Give a version of three numbers: make release VERSION=1.2.0")
    if now is None or _parts(version) <= _parts(now[1]):
        raise ReleaseRefused(f"The version is {now[1] if now else 'unknown'} already; give a later one.")
    if _git(root, "status", "--porcelain"):
        raise ReleaseRefused("There are changes that are not committed. Commit them, or stash them.")
    noted = changes.read_text().partition(UNRELEASED)[2].partition("\n## ")[0].strip()
    if not noted:
        raise ReleaseRefused("CHANGELOG.md says nothing under 'Unreleased'; write what people will notice.")
    for verb in ("check", "test", "sbom"):
        if subprocess.run(["make", verb], cwd=root).returncode != 0:  # noqa: S607 -- of whoever releases
            raise ReleaseRefused(f"'make {verb}' fails; mend that first. Nothing was changed.")
    day = (today or date.today()).isoformat()
    changes.write_text(changes.read_text().replace(UNRELEASED, f"{UNRELEASED}\n## {version} ({day})\n", 1))
    project.write_text(project.read_text().replace(now[0], f'version = "{version}"', 1))
    _git(root, "commit", "--all", "--message", f"Release {version}")
    _git(root, "tag", "--annotate", f"v{version}", "--message", f"Release {version}")
    _pack(root, version)
    return NEXT.format(version=version)


def _pack(root: Path, version: str) -> None:
    """Pack the sources, and write the checksums of all that belongs to the release."""
    folder = root / "var" / "release"
    folder.mkdir(parents=True, exist_ok=True)
    packed = folder / f"helpline-{version}.tar.gz"
    _git(root, "archive", "--prefix", f"helpline-{version}/", "--output", str(packed), f"v{version}")
    files = sorted(path for path in folder.iterdir() if path.name != "SHA256SUMS")
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(sums))


def _parts(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _git(root: Path, *words: str) -> str:
    command = ["git", *words]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    try:
        print(release(sys.argv[1] if len(sys.argv) > 1 else ""), end="")
    except ReleaseRefused as refused:
        sys.exit(str(refused))
