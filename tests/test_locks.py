"""The lock files: complete, for both Pythons, with hashes, and without what the product does without."""

import ast
import importlib.metadata
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpline.settings import ROOT

LOCKS = ["requirements.txt", "requirements-dev.txt"]
PYTHONS = ["3.10", "3.11"]
LEFT_OUT = ("tensorflow", "keras", "jax", "tensorboard", "dm-tree", "sympy", "h5py", "grpcio")
# Who asks for what it does not get: Rasa, which pyproject.toml overrides, and the ONNX runtime's tools.
NOT_HEEDED = {
    "rasa": {"aiohttp", "dnspython", "matplotlib", "protobuf", "pydantic", "tensorflow", "tensorflow-hub",
             "tensorflow-io-gcs-filesystem", "tensorflow-text", "twilio"},
    "onnxruntime": {"sympy"},
    "kubernetes-validate": {"referencing"},  # its schemas alone are used
}  # fmt: skip


def pins(lock: str, python: str | None = None) -> dict[str, str]:
    """Return names and versions of a lock file, for one Python or for all."""
    found = {}
    for line in (ROOT / lock).read_text().splitlines():
        if not line.startswith(" "):
            requirement = Requirement(line.rstrip("\\ "))
            environment = {"python_version": python, "python_full_version": f"{python}.9"}
            if python is None or requirement.marker is None or requirement.marker.evaluate(environment):
                found[canonicalize_name(requirement.name)] = str(requirement.specifier).removeprefix("==")
    return found


def direct(table: str) -> list[Requirement]:
    """Return what a list in pyproject.toml asks for."""
    text = (ROOT / "pyproject.toml").read_text()
    listed = re.search(rf"^{table} = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert listed
    return [Requirement(name) for name in re.findall(r'^    "([^"]+)",', listed[1], re.MULTILINE)]


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.txt")), ids=lambda path: path.name)
def test_a_lock_names_no_address_and_pins_with_hashes(path):
    lines = [line for line in path.read_text().splitlines() if line.strip()]
    assert not [line for line in lines if "://" in line or line.startswith(("-", "#"))]
    begun = [line for line in lines if not line.startswith(" ")]
    assert all("==" in pin and pin.endswith("\\") for pin in begun)
    assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?", line) for line in lines if line not in begun)


def test_the_lock_file_of_the_widget_names_no_address():
    assert '"resolved"' not in (ROOT / "widget" / "package-lock.json").read_text()


@pytest.mark.parametrize("lock", LOCKS)
def test_what_the_product_does_without_is_not_installed(lock):
    assert [name for name in pins(lock) if name.startswith(LEFT_OUT)] == []


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(("table", "lock"), [("dependencies", LOCKS[0]), ("dev", LOCKS[1])])
def test_each_direct_dependency_is_pinned_to_a_version_it_allows(table, lock, python):
    locked = pins(lock, python)
    for requirement in direct(table):
        version = locked[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version, prereleases=True), requirement


@pytest.mark.parametrize("python", PYTHONS)
def test_the_tests_run_on_what_is_served(python):
    served, tested = (pins(lock, python) for lock in LOCKS)
    assert {name: tested[name] for name in served} == served


def test_the_tuning_environment_holds_what_the_tuning_imports():
    distributions = importlib.metadata.packages_distributions()
    locked = pins("requirements-tune.txt")
    files, imported = [*(ROOT / "tuning").glob("*.py")], set[str]()
    for file in files:  # what it imports of this project is looked at as well
        for name in imports_at_load(file):
            own = module_files(name)
            files += [each for each in own if each not in files]
            imported |= set() if own else {name.partition(".")[0]}
    others = imported - sys.stdlib_module_names
    # What only the tuning needs is not installed here; its distributions are called as their packages are.
    needed = {canonicalize_name(each) for name in others for each in distributions.get(name, [name])}
    assert {"numpy", "onnxruntime", "torch", "transformers"} < needed
    assert needed <= locked.keys()


def imports_at_load(file: Path) -> Iterator[str]:
    """Yield the full names that a module imports as it is loaded."""
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Import):
            yield from (each.name for each in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            yield statement.module
            yield from (f"{statement.module}.{each.name}" for each in statement.names)


def module_files(name: str) -> list[Path]:
    """Return the file of a module of this project and those of the packages above it; none for another's."""
    parts = name.split(".")
    above = [ROOT.joinpath(*parts[: count + 1], "__init__.py") for count in range(len(parts))]
    return [file for file in (ROOT.joinpath(*parts).with_suffix(".py"), *above) if file.is_file()]


def test_nobody_but_rasa_gets_another_version_than_it_asks_for():
    installed = {canonicalize_name(one.metadata["Name"]): one for one in importlib.metadata.distributions()}
    unheeded: dict[str, set[str]] = {}
    for name, distribution in installed.items():
        for text in distribution.requires or []:
            wanted = Requirement(text)
            if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
                continue
            got: Any = installed.get(canonicalize_name(wanted.name))
            if got is None or not wanted.specifier.contains(got.version, prereleases=True):
                unheeded.setdefault(name, set()).add(canonicalize_name(wanted.name))
    assert all(missing <= NOT_HEEDED.get(name, set()) for name, missing in unheeded.items()), unheeded
