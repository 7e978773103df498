"""The set-up script: what it leaves, that it does nothing twice, and that what stops it is told in one sentence."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from helpline.settings import ROOT
from tests.scripts.small_project import WITHOUT_NETWORK, SmallProject, pin

OURS = {"six", "toolz", "small", "pip", "setuptools", "wheel"}
VERSION = ".".join(map(str, sys.version_info[:2]))
OTHER = {"3.10": "3.11", "3.11": "3.10"}[VERSION]


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> SmallProject:
    made = SmallProject(tmp_path_factory.mktemp("setup") / "small")
    done = made.set_up()
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def script():
    spec = importlib.util.spec_from_file_location("setup_script", ROOT / "scripts" / "setup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def said_in_a_sentence(ended: subprocess.CompletedProcess[str]) -> str:
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr.splitlines()[-1]


def test_it_installs_what_the_locks_name_and_nothing_else(project):
    assert project.packages() == OURS


def test_a_second_setup_does_nothing(project):
    again = project.set_up()
    assert (again.returncode, again.stderr) == (0, "")


def test_the_environment_of_this_project_is_as_the_locks_say():
    setup = [sys.executable, "scripts/setup.py", "--dev"]
    done = subprocess.run(setup, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_what_no_lock_names_any_more_is_removed(project):
    lock = project.folder / "requirements.txt"
    before = lock.read_text()
    for path in (lock, project.folder / "requirements-dev.txt"):
        path.write_text(pin("six"))
    try:
        assert "Removing what is not needed" in project.set_up().stderr
        assert project.packages() == OURS - {"toolz"}
    finally:
        for path in (lock, project.folder / "requirements-dev.txt"):
            path.write_text(before)


def test_a_broken_environment_is_made_anew(project):
    shutil.rmtree(next((project.folder / ".venv").glob("lib/python*/site-packages/pip")))
    done = project.set_up()
    assert "Making the environment .venv anew: it does not work." in done.stderr
    assert project.packages() == OURS


def test_an_environment_that_was_made_in_another_folder_is_made_anew(project, tmp_path):
    moved = SmallProject(tmp_path / "moved")
    shutil.copytree(project.folder / ".venv", moved.folder / ".venv", symlinks=True)
    assert "Making the environment .venv anew: it was made in another folder." in moved.set_up().stderr


def test_an_environment_of_another_python_is_made_anew(project, script):
    try:
        script.find_python([OTHER])
    except script.SetupError:
        pytest.skip(f"no Python {OTHER} on this machine")
    done = project.set_up("--python", OTHER)
    assert f"Making the environment .venv anew: it has Python {VERSION}." in done.stderr
    back = project.set_up()
    assert f"Making the environment .venv anew: it has Python {OTHER}, and {VERSION} is here." in back.stderr
    assert project.packages() == OURS


def test_without_network_it_says_so(tmp_path):
    ended = SmallProject(tmp_path / "small").set_up(**WITHOUT_NETWORK)
    assert said_in_a_sentence(ended) == (
        "Installing the build tools failed: the package index could not be reached; check the network or the proxy, "
        "then try again. The whole log is in var/log/setup.log."
    )


def test_a_package_that_is_not_the_one_of_the_lock_is_refused(tmp_path):
    project = SmallProject(tmp_path / "small")
    lock = project.folder / "requirements.txt"
    lock.write_text(pin("six").partition("\\\n")[0] + "\\\n    --hash=sha256:" + "0" * 64 + "\n")
    assert "a package is not the one that the lock file names" in said_in_a_sentence(project.set_up())


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    folder = SmallProject(tmp_path / "small").folder
    setup = [sys.executable, str(folder / "scripts" / "setup.py")]
    if os.geteuid() == 0:  # whom file modes do not stop
        mount = f"mount --bind '{folder}' '{folder}' && mount -o remount,ro,bind '{folder}' && exec \"$@\""
        if shutil.which("unshare") is None or subprocess.run(["unshare", "--mount", "true"]).returncode:
            pytest.skip("this machine lets nobody mount")
        setup = ["unshare", "--mount", "sh", "-c", mount, "sh", *setup]
    else:
        folder.chmod(0o500)
    ended = subprocess.run(setup, capture_output=True, text=True)
    assert said_in_a_sentence(ended).startswith(f"The set-up cannot write in {folder}: ")


def test_ctrl_c_leaves_a_sentence_and_no_process(tmp_path):
    project = SmallProject(tmp_path / "small")
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored where tests run apart
    running = subprocess.Popen(project.command(), stderr=subprocess.PIPE, text=True, start_new_session=True)
    signal.signal(signal.SIGINT, heard)
    assert running.stderr.readline().startswith("Creating the environment")
    time.sleep(0.5)
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert said.splitlines()[-1] == "Stopped; the next set-up goes on from here."
    assert "Traceback" not in said
    for _ in range(100):
        try:
            os.killpg(running.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.1)
    else:
        pytest.fail("a process was left behind")
    assert project.set_up().returncode == 0
    assert project.packages() == OURS


def test_without_a_fitting_python_it_says_how_to_get_one(script, monkeypatch):
    monkeypatch.setattr(script, "_candidates", lambda version: ["/nowhere/python", "/bin/false", "/bin/true"])
    with pytest.raises(script.SetupError) as caught:
        script.find_python(["3.11", "3.10"])
    assert str(caught.value) == (
        "Python 3.11 or 3.10 is needed and was not found; get it with 'uv python install 3.11', "
        "'pyenv install 3.11' or 'apt install python3.11 python3.11-venv', then try again."
    )


def test_pythons_of_pyenv_and_uv_are_found(script, monkeypatch, tmp_path):
    pyenv = tmp_path / "pyenv" / "versions" / "3.11.9" / "bin" / "python"
    uv = tmp_path / "uv" / "cpython-3.10.4-linux-x86_64-gnu" / "bin" / "python3.10"
    for path, version in ((pyenv, "3.11"), (uv, "3.10")):
        path.parent.mkdir(parents=True)
        path.write_text(f"#!/bin/sh\necho {version}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    assert str(pyenv) in script._candidates("3.11")
    assert str(uv) in script._candidates("3.10")
    monkeypatch.setattr(script, "_candidates", lambda version: [str(pyenv), str(uv)])
    assert script.find_python(["3.10", "3.11"]) == ("3.10", str(uv))


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("ERROR: No matching distribution found for a==1\n", "ERROR: No matching distribution found for a==1."),
        ("npm error code ENOTFOUND\nnpm error A complete log\n", "the package index could not be reached; check the"),
        ("OSError: [Errno 28] No space left on device\n", "the disk is full."),
        ("npm error code E1\nnpm error A complete log of this run\n", "npm error code E1."),
        ("", "no reason was given."),
    ],
)
def test_the_reason_is_taken_from_what_was_printed(script, printed, reason):
    assert script.reason(printed).startswith(reason)


def test_telemetry_is_off_for_whatever_this_python_runs():
    asked = [sys.executable, "-c", "import os; print(os.environ['RASA_TELEMETRY_ENABLED'])"]
    assert subprocess.run(asked, env={}, capture_output=True, text=True, check=True).stdout.strip() == "false"
