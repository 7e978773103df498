"""A release is made of what is committed, checked and noted, or not at all; and every licence was looked at."""

import hashlib
import subprocess
import tarfile
from datetime import date
from pathlib import Path

import pytest

from scripts.release import ReleaseRefused, release
from scripts.sbom import as_table, not_looked_at

MAKEFILE = (
    "check:\n\t@test ! -e broken\ntest:\n\t@true\nsbom:\n\t@mkdir -p var/release; echo {} > var/release/sbom.json\n"
)


def git(root: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=root, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A small project of the same shape, in a repository of its own."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "A")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "a@example.org")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "mbc-helpline"\nversion = "0.1.0"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changes\n\n## Unreleased\n\n- Something new.\n")
    (tmp_path / "Makefile").write_text(MAKEFILE)
    (tmp_path / ".gitignore").write_text("var/\nbroken\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    return tmp_path


def test_a_release_is_noted_committed_tagged_and_packed(project):
    said = release("0.2.0", project, date(2026, 12, 1))
    assert "git push origin v0.2.0" in said
    assert 'version = "0.2.0"' in (project / "pyproject.toml").read_text()
    assert "## Unreleased\n\n## 0.2.0 (2026-12-01)\n\n- Something new." in (project / "CHANGELOG.md").read_text()
    assert git(project, "status", "--porcelain") == ""
    assert git(project, "describe").strip() == "v0.2.0"
    folder = project / "var" / "release"
    with tarfile.open(folder / "helpline-0.2.0.tar.gz") as packed:
        assert "helpline-0.2.0/pyproject.toml" in packed.getnames()
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert "sbom.json" in (folder / "SHA256SUMS").read_text()


@pytest.mark.parametrize(
    ("version", "change", "why"),
    [
        ("1.2", None, "three numbers"),
        ("0.1.0", None, "is 0.1.0 already"),
        ("0.0.9", None, "give a later one"),
        ("0.2.0", "uncommitted", "not committed"),
        ("0.2.0", "broken", "'make check' fails"),
        ("0.2.0", "nothing noted", "says nothing under 'Unreleased'"),
    ],
)
def test_what_stands_in_the_way_is_said_and_nothing_is_changed(project, version, change, why):
    if change == "uncommitted":
        (project / "new.txt").write_text("new")
    elif change == "broken":
        (project / "broken").write_text("")
    elif change == "nothing noted":
        (project / "CHANGELOG.md").write_text("# Changes\n\n## Unreleased\n\n## 0.1.0\n\n- Begun.\n")
        git(project, "commit", "--all", "--quiet", "--message", "Forget")
    before = git(project, "log", "--oneline")
    with pytest.raises(ReleaseRefused, match=why):
        release(version, project)
    assert git(project, "log", "--oneline") == before
    assert git(project, "tag") == ""
    assert 'version = "0.1.0"' in (project / "pyproject.toml").read_text()


def test_a_licence_that_nobody_looked_at_is_told():
    def package(name: str, license_: str) -> dict[str, str]:
        return {"Name": name, "Version": "1", "License": license_, "URL": "https://example.org"}

    packages = [
        package("a", "MIT License"),
        package("b", "GNU General Public License v3 (GPLv3)"),
        package("c", "UNKNOWN"),
        package("psycopg2-binary", "GNU Library or Lesser General Public License (LGPL)"),
    ]
    assert not_looked_at(packages) == ["b", "c"]
    table = as_table(
        packages, {"components": [{"name": "lit", "version": "3", "licenses": [{"license": {"id": "BSD-3-Clause"}}]}]}
    )
    assert "| lit | 3 | BSD-3-Clause | npm |" in table
    assert "| b | 1 | GNU General Public License v3 (GPLv3) | https://example.org |" in table
