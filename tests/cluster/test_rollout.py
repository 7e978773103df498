"""Another model is taken into service while visitors talk; one that answers wrongly is not, and the old one stays."""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from evaluation.product.models import rewritten_model, silent_in_a_crisis
from helpline.processes.releases import ReleaseError
from helpline.settings import ROOT
from tests.cluster.conftest import Visitor

FORM = ("please call me back", "Grace", "215 555 0142", "after lunch", "skip", "no, cancel it", "what does NED mean")


@pytest.fixture(scope="module")
def same_model(trained_model, tmp_path_factory) -> Path:
    """Another file that answers as the model does."""
    return rewritten_model(trained_model, tmp_path_factory.mktemp("model") / "same.tar.gz")


@pytest.fixture
def talking(cluster):
    """Visitors who talk all the time, until the test ends; what they were answered with."""
    statuses, stop = [], threading.Event()

    def talk() -> None:
        visitor = Visitor(cluster)
        while not stop.is_set():
            for line in FORM:
                statuses.append(visitor.send(line).status_code)
                time.sleep(0.3)

    threads = [threading.Thread(target=talk) for _ in range(2)]
    for thread in threads:
        thread.start()
    yield statuses
    stop.set()
    for thread in threads:
        thread.join()


def serving(cluster) -> set[str]:
    """The models that the running processes were started with."""
    commands = [Path(f"/proc/{part.process.pid}/cmdline").read_bytes() for part in (*cluster.engines, *cluster.doors)]
    return {Path(command.split(b"\0")[-2].decode()).name for command in commands}


def run(cluster, verb: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command beside the cluster, which is watched meanwhile as `helpline cluster` does."""
    command = [sys.executable, "-m", "helpline.cli.main", verb, "--folder", str(cluster._folder), *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        while running.poll() is None:
            cluster.tend()
            time.sleep(0.2)
        out, said = running.communicate()
    return subprocess.CompletedProcess(command, running.returncode, out, said)


def test_a_model_is_rolled_out_and_back_by_a_command_each_while_visitors_talk(cluster, same_model, talking, probe):
    (before,) = serving(cluster)
    processes = {part.process.pid for part in (*cluster.engines, *cluster.doors)}
    out = run(cluster, "rollout", "--model", str(same_model))
    assert out.returncode == 0, out.stderr
    (after,) = serving(cluster)
    assert after != before
    assert after in out.stderr
    assert processes.isdisjoint(part.process.pid for part in (*cluster.engines, *cluster.doors))
    assert all(each.is_right for each in probe.visit())
    back = run(cluster, "rollback")
    assert back.returncode == 0, back.stderr
    assert serving(cluster) == {before}
    assert len(talking) > 20
    assert set(talking) == {200}


@pytest.mark.parametrize("flaw", ["it is cut off", "it is silent in a crisis"])
def test_a_model_that_is_no_good_is_not_taken_and_the_old_one_stays(cluster, trained_model, tmp_path, flaw, talking):
    bad = tmp_path / "bad.tar.gz"
    if flaw == "it is cut off":
        bad.write_bytes(trained_model.read_bytes()[:50_000])
    else:
        rewritten_model(trained_model, bad, silent_in_a_crisis)
    before, processes = serving(cluster), [part.process.pid for part in cluster.parts]
    with pytest.raises(ReleaseError):
        cluster.roll_out(bad)
    assert serving(cluster) == before
    assert [part.process.pid for part in cluster.parts] == processes
    assert set(talking) <= {200}


def test_a_model_with_which_a_part_does_not_begin_is_taken_back(cluster, same_model, monkeypatch):
    (before,) = serving(cluster)
    # Tried out well, and lost before the parts read it: as on a disk that fails.
    monkeypatch.setattr(cluster._releases, "try_out", lambda model, tend: model.write_bytes(b"nothing"))
    with pytest.raises(ReleaseError, match=r"engine 1 did not begin .*All have the model before again"):
        cluster.roll_out(same_model)
    assert serving(cluster) == {before}


def test_a_model_that_is_not_there_and_one_before_the_first_are_said(cluster, tmp_path):
    missing = run(cluster, "rollout", "--model", str(tmp_path / "no.tar.gz"))
    assert (missing.returncode, "There is no model at" in missing.stderr) == (1, True)
    first = run(cluster, "rollback")
    assert (first.returncode, "There is no model before this one" in first.stderr) == (1, True)


def test_where_no_cluster_runs_the_command_says_so(tmp_path):
    command = [sys.executable, "-m", "helpline.cli.main", "rollback", "--folder", str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert ended.returncode == 1
    assert "No cluster runs here" in ended.stderr
    shutil.rmtree(tmp_path)
