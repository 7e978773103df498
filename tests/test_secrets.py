import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from helpline.errors import SecretFileError
from helpline.secrets import secret_file

PROCESSES = 8


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    first = secret_file("api.token", tmp_path / "var")
    assert secret_file("api.token", tmp_path / "var") == first
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "var" / "api.token").stat().st_mode) == 0o600


def read_secrets(directory, ready):
    ready.wait()
    return [secret_file(f"{number}.token", directory) for number in range(50)]


def test_processes_that_ask_at_the_same_moment_get_the_same_secret(tmp_path):
    context = get_context("spawn")
    with context.Manager() as manager, ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        ready = manager.Barrier(PROCESSES)
        read = list(pool.map(read_secrets, [tmp_path] * PROCESSES, [ready] * PROCESSES))
    assert all(each == read[0] for each in read)
    assert len(set(read[0])) == 50
    assert len(list(tmp_path.iterdir())) == 50, "temporary files are left"


def test_a_file_that_others_can_read_is_refused(tmp_path):
    secret_file("api.token", tmp_path)
    (tmp_path / "api.token").chmod(0o640)
    with pytest.raises(SecretFileError, match="chmod 600"):
        secret_file("api.token", tmp_path)


def test_an_empty_file_is_refused_and_left_as_it_is(tmp_path):
    (tmp_path / "api.token").touch(mode=0o600)
    with pytest.raises(SecretFileError, match="empty"):
        secret_file("api.token", tmp_path)
    assert (tmp_path / "api.token").read_text() == ""
