"""The verbs that back up and restore, as an operator types them."""

import os
import stat
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from helpline.processes.sockets import free_port
from helpline.settings import ROOT
from helpline.store.database import Database
from helpline.store.encryption import Cipher
from tests.filled_store import SECRETS, everything, fill_everything

BACKUP_KEY = "k" * 40


class Place:
    """A server of the product, with a store and keys of its own."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        self.key = Fernet.generate_key().decode()
        self.path = directory / "helpline.db"
        self.ports = free_port(), free_port()
        self.environment = {
            "HELPLINE_DATABASE_URL": f"sqlite:///{self.path}",
            "HELPLINE_ENCRYPTION_KEY": self.key,
            "HELPLINE_BACKUP_KEY": BACKUP_KEY,
            "HELPLINE_SPOOL_DIRECTORY": str(directory / "spool"),
            "HELPLINE_RUN_DIRECTORY": str(directory / "run"),
            "HELPLINE_API_TOKEN": "t" * 40,
            "HELPLINE_PORT": str(self.ports[0]),
            "HELPLINE_CONSOLE_PORT": str(self.ports[1]),
        }

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HELPLINE_")}
        command = [sys.executable, "-m", "helpline.cli.main", *arguments]
        return subprocess.run(
            command, env=kept | self.environment, cwd=ROOT, capture_output=True, text=True, timeout=120
        )

    def store(self) -> Database:
        return Database(self.environment["HELPLINE_DATABASE_URL"], Cipher([self.key]))


@pytest.fixture
def filled(tmp_path) -> Place:
    place = Place(tmp_path / "one")
    store = place.store()
    store.upgrade()
    fill_everything(store)
    store.close()
    return place


def test_from_one_server_to_another(filled: Place, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    done = filled.run("backup", str(file))
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_bytes()
    assert [secret for secret in SECRETS if secret.encode() in content] == []
    again = filled.run("backup", str(file))
    assert (again.returncode, again.stderr.strip()) == (1, f"{file} is there already. Name a new file.")
    other = Place(tmp_path / "two")
    done = other.run("restore", str(file))
    assert done.returncode == 0, done.stderr
    assert everything(other.store()) == everything(filled.store())
    again = other.run("restore", str(file))
    assert again.returncode == 1
    assert "is not empty" in again.stderr


def test_what_cannot_be_restored_is_a_sentence_and_makes_nothing(filled: Place, tmp_path: Path) -> None:
    other = Place(tmp_path / "two")
    none = other.run("restore", str(tmp_path / "none"))
    assert (none.returncode, none.stderr.count("\n")) == (1, 1)
    file = tmp_path / "backup"
    filled.run("backup", str(file))
    other.environment["HELPLINE_BACKUP_KEY"] = "x" * 40
    refused = other.run("restore", str(file))
    assert refused.returncode == 1
    assert "another key" in refused.stderr
    assert not other.path.exists()


def test_a_running_product_is_not_restored_into(filled: Place, tmp_path: Path) -> None:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    file = tmp_path / "backup"
    filled.run("backup", str(file))
    other = Place(tmp_path / "two")
    server = HTTPServer(("127.0.0.1", other.ports[0]), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    refused = other.run("restore", str(file))
    server.shutdown()
    server.server_close()
    assert refused.returncode == 1
    assert refused.stderr.startswith("The product runs (front door). Stop it first")
    assert not other.path.exists()
