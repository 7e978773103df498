"""What an experiment counts, and that what it breaks is mended again."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from psycopg2 import OperationalError

from evaluation.chaos import experiment
from evaluation.chaos.experiment import reason_to_skip
from evaluation.chaos.faults import faults
from evaluation.chaos.outcome import StoredRequest, count_outcome, digits, is_silent, table, was_changed
from evaluation.chaos.part_environment import FakeClock, library
from evaluation.chaos.postgresql_pair import PostgresqlPair, programs
from evaluation.chaos.stores import Proxy, postgresql_database, read_store
from evaluation.chaos.visitors import SentMessage, Talk, phone_number
from evaluation.product.checkout import Checkout
from evaluation.product.visitor import Reply
from tests.store.conftest import POSTGRES, empty_database


def reply(*texts, status=200, problem="", visitor=()):
    messages = [{"text": text, "from": "assistant", "buttons": []} for text in texts]
    messages += [{"text": text, "from": "visitor", "buttons": []} for text in visitor]
    return Reply(status, 0.1, {"messages": messages} if status else {}, problem)


ERROR = Reply(503, 0.1, {"error": {"code": "unavailable", "text": "Please call 988"}})
REFUSED = reply(status=0, problem="ClientConnectorError")
NOTHING = reply(status=0, problem="SocketTimeoutError")


def message(*tries, kind="question", began=0.0, ended=1.0, again=None):
    return SentMessage(kind, began, list(tries), ended, again)


def outcome(talks, conversations=None, stored=(), flags=0, well_after=1.0):
    return count_outcome(talks, conversations or {}, stored, flags, well_after)


def test_silence_is_an_empty_answer_or_none_in_all_the_time():
    assert [is_silent(each) for each in (reply("Hello"), ERROR, REFUSED, reply(), reply(""), NOTHING)] == [
        False,
        False,
        False,
        True,
        True,
        True,
    ]


def test_a_crisis_waits_through_all_its_tries():
    talk = Talk(None, [message(REFUSED, ERROR, reply("Call 988"), kind="crisis", began=10.0, ended=14.5)])
    talk.sent[0].heard_number = 12.0
    found = outcome([talk], flags=0)
    assert (found.crises, found.crisis_wait, found.number_wait) == (1, 4.5, 2.0)
    assert (found.flags_lost, found.errors, found.unreached, found.silent) == (1, 1, 1, 0)


def test_requests_are_lost_doubled_or_untold():
    told = Talk(None, phone="215 555 0101", code="K7QM-3F")
    lost = Talk(None, phone="215 555 0102", code="AAAA-AA")
    untold = Talk(None, phone="215 555 0103")
    stored = [
        StoredRequest("K7QM-3F", "2155550101"),
        StoredRequest("CCCC-CC", "2155550101"),
        StoredRequest("DDDD-DD", "2155550103"),
    ]
    found = outcome([told, lost, untold], stored=stored)
    assert (found.confirmed, found.requests_lost, found.requests_doubled, found.requests_untold) == (2, 1, 1, 1)


def test_turns_are_lost_or_doubled_in_the_conversation():
    talk = Talk(None, [message(reply("a")), message(ERROR)])
    once = outcome([talk], {0: reply("a", visitor=["one"])})
    twice = outcome([talk], {0: reply("a", visitor=["one", "one", "two"])})
    never = outcome([talk], {0: reply("a")})
    unread = outcome([talk], {0: ERROR})
    assert [(each.turns_lost, each.turns_doubled, each.unread) for each in (once, twice, never, unread)] == [
        (0, 0, 0),
        (0, 1, 0),
        (1, 0, 0),
        (0, 0, 1),
    ]


@pytest.mark.parametrize(
    ("first", "again", "changed"),
    [
        (reply("a"), reply("a"), False),
        (reply("late", "a"), reply("a"), False),
        (reply("a"), reply("b"), True),
        (reply("a"), reply(), True),
        (reply("a"), None, False),
    ],
)
def test_a_message_sent_again_gets_the_same_answer(first, again, changed):
    assert was_changed(message(first, again=again)) is changed


def test_every_fault_has_its_row():
    found = outcome([], well_after=None)
    assert "not in time" in table({"engine killed": {"now": found, "before": found}})
    names = [fault.name for fault in faults()]
    assert len(names) == len(set(names)) == 47
    assert {"console hung", "delivery killed", "clock jumped", "cluster: storm"} <= set(names)


def test_numbers_of_visitors_differ():
    numbers = [digits(phone_number(number)) for number in range(4800)]
    assert len(set(numbers)) == 4800
    assert all(len(number) == 10 for number in numbers)


def test_what_cannot_be_tried_is_left_out(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(experiment, "library", lambda: None)
    reasons = {fault.name: reason_to_skip(fault, Checkout.this(), None) for fault in faults()}
    assert {name for name, reason in reasons.items() if reason and not name.startswith("cluster: ")} == {
        "PostgreSQL killed",
        "PostgreSQL stopped",
        "PostgreSQL hung",
        "PostgreSQL locked",
        "disk full",
        "disk read-only",
        "clock jumped",
    }
    assert {reason for name, reason in reasons.items() if name.startswith("cluster: ")} == {"no PostgreSQL was given"}


def test_the_store_is_read_in_clear():
    key = Fernet.generate_key()
    store = sqlite3.connect(":memory:")
    store.execute("CREATE TABLE requests (reference, phone_number)")
    store.execute("CREATE TABLE flagged_conversations (id)")
    token = Fernet(key).encrypt(b"+12155550101").decode()
    store.execute("INSERT INTO requests VALUES ('K7QM-3F', ?)", (token,))
    assert read_store(store, key.decode()) == ([StoredRequest("K7QM-3F", "2155550101")], 0)


def test_what_a_checkout_or_a_machine_cannot_do_is_left_out(monkeypatch, tmp_path):
    monkeypatch.setattr(experiment, "programs", lambda: None)
    other = Checkout("before", tmp_path, (), tmp_path)
    found = {fault.name: fault for fault in faults()}
    assert reason_to_skip(found["keys rotated"], other, None) == "it has no 'helpline rotate-keys'"
    assert reason_to_skip(found["keys rotated"], Checkout.this(), None) is None
    fails_over = found["cluster: PostgreSQL fails over"]
    assert reason_to_skip(fails_over, Checkout.this(), "url") == "a server of PostgreSQL cannot be made here"
    monkeypatch.setattr(experiment, "programs", lambda: tmp_path)
    assert reason_to_skip(fails_over, Checkout.this(), "url") is None
    monkeypatch.setattr(experiment, "can_lose_packets", lambda: False)
    lost = found["cluster: PostgreSQL's machine lost"]
    assert reason_to_skip(lost, Checkout.this(), "url") == "only root can lose packets, with iptables"


TELL_THE_TIME = """
import datetime, sys, time
for line in sys.stdin:
    print(time.time(), time.monotonic(), flush=True)
"""


@pytest.mark.skipif(library() is None, reason="libfaketime is not installed")
def test_the_clock_of_one_part_jumps_and_no_wait_with_it(tmp_path):
    for module in ("part", "another"):
        (tmp_path / f"{module}.py").write_text(TELL_THE_TIME)
    clock = FakeClock(tmp_path, "part")
    python = clock.given_to(Checkout.this()).helpline[-1]
    run = partial(subprocess.Popen, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def ahead(process) -> tuple[float, float]:
        process.stdin.write("?\n")
        told, counted = map(float, process.stdout.readline().split())
        return round(told - time.time(), -1), round(counted - time.monotonic(), -1)

    with run([python, "-m", "part"]) as part, run([python, "-m", "another"]) as another:
        assert ahead(part) == ahead(another) == (0, 0)
        clock.set("+1d")
        time.sleep(2.5)
        assert ahead(part) == (24 * 60 * 60, 0)
        assert ahead(another) == (0, 0)
        clock.set("+0")
        time.sleep(2.5)
        assert ahead(part) == (0, 0)
        part.stdin.close()
        another.stdin.close()


@pytest.mark.skipif(programs() is None, reason="a server of PostgreSQL cannot be made here")
def test_what_was_committed_outlives_the_primary():
    with PostgresqlPair() as pair:
        with closing(pair.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE told AS SELECT 1 AS code")
            connection.commit()
        pair.kill_primary()
        with pytest.raises(OperationalError):  # the standby cannot be written
            pair.connect()
        pair.promote()
        with closing(pair.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT code FROM told")
            assert cursor.fetchall() == [(1,)]
            cursor.execute("INSERT INTO told VALUES (2)")
            connection.commit()


async def test_connections_are_broken_off_at_the_server(tmp_path):
    with empty_database("postgresql", tmp_path):  # skips where there is no server
        pass
    async with postgresql_database(POSTGRES) as database:
        with closing(database.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            database.break_off()
            with pytest.raises(OperationalError):
                cursor.execute("SELECT 1")
        database.connect().close()


async def test_the_proxy_passes_stalls_and_refuses():
    async def echo(reader, writer):
        while content := await reader.read(100):
            writer.write(content)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    proxy = Proxy("127.0.0.1", server.sockets[0].getsockname()[1])
    await proxy.listen()
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"one")
    assert await asyncio.wait_for(reader.read(10), 2) == b"one"
    proxy.stall()
    writer.write(b"two")
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(reader.read(10), 0.2)
    proxy.flow()
    assert await asyncio.wait_for(reader.read(10), 2) == b"two"
    proxy.slow(0.1)
    began = time.monotonic()
    writer.write(b"three")
    assert await asyncio.wait_for(reader.read(10), 2) == b"three"
    assert time.monotonic() - began > 0.2
    await proxy.refuse()
    assert await asyncio.wait_for(reader.read(10), 2) == b""
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", proxy.port)
    await proxy.listen()
    _, again = await asyncio.open_connection("127.0.0.1", proxy.port)
    again.close()
    server.close()
    await proxy.refuse()


ON_A_SMALL_DISK = """
import os, sys
from pathlib import Path
from evaluation.chaos.disk import keep_mounts_private, small_disk
keep_mounts_private()
folder = Path(sys.argv[1]) / "disk"
with small_disk(folder) as disk:
    (folder / "file").write_text("kept")
    disk.fill()
    try:
        (folder / "more").write_text("x" * 5000)
        print("it was not full")
    except OSError:
        pass
    disk.empty()
    (folder / "more").write_text("x" * 5000)
    disk.cover()
    assert (folder / "file").read_text() == "kept"
    try:
        (folder / "file").write_text("changed")
        print("it was not read-only")
    except OSError:
        pass
    disk.uncover()
    (folder / "file").write_text("changed")
print(os.path.ismount(folder), os.path.ismount(folder.parent / "cover"))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_a_small_disk_is_filled_made_read_only_and_taken_away(tmp_path):
    done = subprocess.run([sys.executable, "-c", ON_A_SMALL_DISK, str(tmp_path)], capture_output=True, text=True)
    assert (done.stdout.split(), done.returncode) == (["False", "False"], 0), done.stderr
    assert str(tmp_path) not in Path("/proc/mounts").read_text()
