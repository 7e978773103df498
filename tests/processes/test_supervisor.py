"""Starting and watching the parts: what is said when one cannot be, and what happens when one dies or hangs."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from helpline.cli.run import USUAL_START_SECONDS
from helpline.errors import SettingsError, StartError
from helpline.processes import supervisor as supervising
from helpline.processes.supervisor import Part, Supervisor
from tests.conftest import settings_for

PROGRAM = """
import http.server, os, socket, socketserver, sys
path = sys.argv[1]
if os.path.exists(path):
    os.unlink(path)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def address_string(self):
        return ""
socketserver.UnixStreamServer(path, Handler).serve_forever()
"""


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A supervisor of one small program, which says what happens."""
    monkeypatch.setattr(supervising, "CHECK_EVERY", 0.2)
    monkeypatch.setattr(supervising, "CHECK_TIMEOUT", 0.5)
    said = []
    made = Supervisor(settings_for(tmp_path), log_directory=tmp_path / "log", say=said.append)
    address = made.settings.run_directory / "small.sock"
    command = [sys.executable, "-c", PROGRAM, str(address)]
    part = Part("small program", command, tmp_path / "log" / "small.log", "http://part/health", address)
    made.parts = (part,)
    made.said = said
    made.start()
    stopping = threading.Event()

    def watch():
        try:
            made.watch()
        except ValueError:
            stopping.set()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    yield made
    made._revive = lambda part: (_ for _ in ()).throw(ValueError)
    thread.join(5)
    made.stop()


def wait_for(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_part_that_dies_is_started_again_with_a_line_that_says_so(small):
    (part,) = small.parts
    first = part.process.pid
    part.process.kill()
    wait_for(lambda: part.process.pid != first and part.answers(small.secret))
    assert "small program stopped (exit status -9)" in small.said[0]
    assert "started again" in small.said[0]


def test_a_part_that_hangs_is_ended_and_started_again(small):
    (part,) = small.parts
    wait_for(lambda: part.ready)
    first = part.process.pid
    part.process.send_signal(signal.SIGSTOP)
    wait_for(lambda: part.process.pid != first and part.answers(small.secret))
    assert "does not answer" in small.said[0]


def test_pauses_grow_while_a_part_keeps_dying(small):
    (part,) = small.parts
    pauses = []
    for _ in range(3):
        before = part.process.pid
        part.process.kill()
        wait_for(lambda: part.due is not None or part.process.pid != before)  # noqa: B023
        pauses.append(part.pause)
        wait_for(lambda: part.process.pid != before and part.process.poll() is None)  # noqa: B023
    assert pauses == sorted(set(pauses))
    # What was mended by hand, such as the file of a model, is in service again within half a minute.
    assert supervising.LONGEST_PAUSE + USUAL_START_SECONDS <= 30


def test_a_port_in_use_is_named_with_the_setting_that_changes_it(tmp_path):
    settings = settings_for(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", settings.port))
        taken.listen()
        with pytest.raises(StartError, match=rf"Port {settings.port} .*HELPLINE_PORT"):
            Supervisor(settings, log_directory=tmp_path).start()


@pytest.mark.parametrize("problem", ["its port is taken", "it stops"])
def test_a_console_that_cannot_start_keeps_nobody_from_the_assistant_and_is_tried_again(tmp_path, problem):
    said = []
    made = Supervisor(settings_for(tmp_path), log_directory=tmp_path / "log", say=said.append)
    address = made.settings.run_directory / "small.sock"
    command = [sys.executable, "-c", PROGRAM, str(address)]
    small = Part("small program", command, tmp_path / "log" / "small.log", "http://part/health", address)
    made.parts = (small, made.console)
    with socket.socket() as taken:
        if problem == "it stops":
            console, made.console.command = made.console.command, [sys.executable, "-c", "raise SystemExit('No key.')"]
        else:
            taken.bind((made.settings.console_host, made.settings.console_port))
            taken.listen()
        made.start()
        try:
            assert small.answers(made.secret)
            assert made.is_running()
            assert not made.console.answers(made.secret)
            (line,) = said
            assert "No key." in line if problem == "it stops" else "HELPLINE_CONSOLE_PORT" in line
            assert "tried again" in line or "started again" in line
            taken.close()
            if problem == "it stops":
                made.console.command = console
            wait_for(lambda: made._revive(made.console) or made.console.answers(made.secret), 60)
        finally:
            made.stop()


def test_a_port_held_by_our_own_leftover_says_so(tmp_path):
    settings = settings_for(tmp_path)
    code = f"import socket,time; s=socket.socket(); s.bind(('127.0.0.1',{settings.port})); s.listen(); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code, "helpline.web.main"]) as leftover:
        try:
            wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", settings.port)) == 0)
            made = Supervisor(settings, log_directory=tmp_path)
            made.door.process = leftover
            made._note_processes()
            made.door.process = None
            with pytest.raises(
                StartError, match=rf"earlier run.*front door: process {leftover.pid}.*kill {leftover.pid}"
            ):
                made.start()
        finally:
            leftover.kill()


def test_a_part_that_does_not_start_is_named_with_its_last_words_and_its_log(tmp_path):
    made = Supervisor(settings_for(tmp_path), log_directory=tmp_path)
    for part in made.parts:
        part.command = [sys.executable, "-c", "import sys; sys.exit('The model is foreign.')"]
    with pytest.raises(StartError, match=r"did not start: The model is foreign\.\nIts log is .*\.log"):
        made.start()


def test_files_of_a_running_product_are_their_owners_alone(product):
    directory = Path(product.settings.database_url.removeprefix("sqlite:///")).parent
    files = [*directory.rglob("*"), *product.settings.run_directory.rglob("*")]
    open_to_others = [path for path in files if not path.is_symlink() and path.stat().st_mode & 0o077]
    assert [path for path in open_to_others if path.is_file() or path.is_socket()] == []


def test_the_secret_stands_in_no_processes_arguments(product):
    for part in product.parts:
        arguments = Path(f"/proc/{part.process.pid}/cmdline").read_bytes()
        assert product.secret.encode() not in arguments


def test_a_second_interrupt_ends_the_parts_at_once(tmp_path):
    made = Supervisor(settings_for(tmp_path), log_directory=tmp_path)
    code = "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    part = made.parts[0]
    part.command = [sys.executable, "-c", code]
    made.launch(part)
    wait_for(lambda: part.log.exists() and part.log.read_text())
    process = part.process
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    made.stop()
    assert process.poll() == -signal.SIGKILL


def test_the_delivery_process_runs_only_where_something_needs_it(tmp_path):
    def names(settings):
        return [part.name for part in Supervisor(settings, log_directory=tmp_path).parts]

    off = settings_for(tmp_path)
    assert "delivery" not in names(off)
    on = off.copy(
        update={
            "public_url": "https://chat.example.org",
            "telegram_bot_token": SecretStr("123456:" + "a" * 35),
            "telegram_webhook_secret": SecretStr("b" * 20),
        }
    )
    # The front door comes after what it hands over to.
    assert names(on).index("delivery") < names(on).index("front door")


MAIL = {"mail_host": "127.0.0.1", "mail_sender": "helpline@example.org", "public_url": "https://chat.example.org"}


def test_the_delivery_process_runs_where_e_mail_is_on(tmp_path):
    on = settings_for(tmp_path).copy(update=MAIL)
    assert "delivery" in [part.name for part in Supervisor(on, log_directory=tmp_path).parts]


def test_e_mail_that_is_set_up_in_part_stops_the_start(tmp_path):
    half = settings_for(tmp_path).copy(update={**MAIL, "mail_sender": None})
    with pytest.raises(SettingsError, match="HELPLINE_MAIL_SENDER"):
        Supervisor(half, log_directory=tmp_path).start()


def test_a_channel_that_is_set_up_in_part_stops_the_start(tmp_path):
    half = settings_for(tmp_path).copy(update={"telegram_bot_token": SecretStr("123456:" + "a" * 35)})
    with pytest.raises(SettingsError, match="HELPLINE_TELEGRAM_WEBHOOK_SECRET"):
        Supervisor(half, log_directory=tmp_path).start()
