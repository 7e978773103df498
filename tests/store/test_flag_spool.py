"""Flags that wait on the disk: there before anybody is told so, encrypted, and taken in once."""

import asyncio
import multiprocessing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from helpline.errors import StoreError
from helpline.store.encryption import Cipher
from helpline.store.flag_spool import FlagSpool
from tests.builders import NOON

KEY = Fernet.generate_key().decode()


@pytest.fixture
def spool(tmp_path):
    return FlagSpool(tmp_path / "spool", Cipher([KEY]))


async def test_flags_are_taken_in_with_all_that_was_said_of_them(spool):
    assert await spool.add("visitor", "m1", "crisis/self", NOON)
    assert await spool.add("other", "m2", "violence", NOON)
    taken = []
    assert spool.take_in(lambda *flag: taken.append(flag)) == 2
    assert taken == [("visitor", "m1", "crisis/self", NOON), ("other", "m2", "violence", NOON)]
    assert spool.take_in(lambda *flag: taken.append(flag)) == 0


async def test_nothing_of_them_is_readable_and_the_file_is_its_owners(spool, tmp_path):
    await spool.add("visitor", "m1", "crisis/self", NOON)
    (file,) = (tmp_path / "spool").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    for word in (b"visitor", b"crisis", b"2026"):
        assert word not in file.read_bytes()


async def test_what_the_store_does_not_take_stays(spool):
    await spool.add("visitor", "m1", "crisis/self", NOON)

    def fails(*_flag):
        raise StoreError("OperationalError")

    with pytest.raises(StoreError):
        spool.take_in(fails)
    taken = []
    assert spool.take_in(lambda *flag: taken.append(flag)) == 1


async def test_a_damaged_line_costs_the_others_nothing(spool, tmp_path):
    await spool.add("visitor", "m1", "crisis/self", NOON)
    (file,) = (tmp_path / "spool").iterdir()
    file.write_text("damaged\n" + file.read_text())
    taken = []
    spool.take_in(lambda *flag: taken.append(flag[0]))
    assert taken == ["visitor"]


async def test_what_was_written_with_a_key_that_is_not_at_hand_is_kept_until_it_is(tmp_path, caplog):
    other = Cipher([Fernet.generate_key().decode()])
    await FlagSpool(tmp_path, other).add("visitor", "m1", "crisis/self", NOON)
    await FlagSpool(tmp_path, Cipher([KEY])).add("other", "m2", "violence", NOON)
    taken, spool = [], FlagSpool(tmp_path, Cipher([KEY]))
    for _ in range(3):
        spool.take_in(lambda *flag: taken.append(flag[0]))
    assert taken == ["other"]
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1
    assert (tmp_path / "flags.unreadable").stat().st_mode & 0o077 == 0
    # The next process finds the key again.
    FlagSpool(tmp_path, other).take_in(lambda *flag: taken.append(flag[0]))
    assert taken == ["other", "visitor"]
    assert (tmp_path / "flags.unreadable").read_bytes() == b""


async def test_bytes_that_a_power_cut_or_a_bad_disk_left_cost_no_flag(spool, tmp_path, caplog):
    await spool.add("visitor", "m1", "crisis/self", NOON)
    (file,) = (tmp_path / "spool").iterdir()
    file.write_bytes(b"\xff\xfe caf\xc3\xa9\n\0\0\0\0" + file.read_bytes() + b"\0\0")
    assert len(spool.read_lines()) == 1
    await spool.add("other", "m2", "violence", NOON)
    taken = []
    assert spool.take_in(lambda *flag: taken.append(flag[0])) == 2
    assert taken == ["visitor", "other"]
    assert (tmp_path / "spool" / "flags.unreadable").read_bytes().split() == [b"\xff\xfe", b"caf\xc3\xa9"]
    assert "visitor" not in caplog.text


async def test_a_disk_that_refuses_costs_no_reply(tmp_path):
    (tmp_path / "spool").write_text("a file where the folder should be")
    assert not await FlagSpool(tmp_path / "spool", Cipher([KEY])).add("visitor", "m1", "crisis/self", NOON)


def _add_many(directory: Path, key: str, number: int) -> None:
    spool = FlagSpool(directory, Cipher([key]))
    for place in range(20):
        asyncio.run(spool.add(f"visitor {number}", f"m{place}", "crisis/self", NOON))


def test_processes_that_add_while_another_takes_in_lose_nothing(tmp_path):
    spool = FlagSpool(tmp_path, Cipher([KEY]))
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_add_many, args=(tmp_path, KEY, number)) for number in range(3)]
    for writer in writers:
        writer.start()
    taken = []
    while any(writer.is_alive() for writer in writers):
        spool.take_in(lambda *flag: taken.append(flag[:2]))
    spool.take_in(lambda *flag: taken.append(flag[:2]))
    assert len(taken) == len(set(taken)) == 60
