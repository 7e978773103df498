"""A PostgreSQL of one's own with a standby that confirms each commit, so that the first can be lost at any time."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg2

from evaluation.product.process_usage import descendants
from helpline.errors import StartError
from helpline.processes.sockets import free_port

# PostgreSQL does not run as root.
_USER = "postgres"
_STANDBY = "standby"
_DATABASE = "helpline"
_START_SECONDS = 30.0


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest; None where a server cannot be made here."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def can_lose_packets() -> bool:
    """Whether this machine lets us."""
    return os.geteuid() == 0 and shutil.which("iptables") is not None


class PostgresqlPair:
    """Both servers, as a context manager. The standby has all that was committed before anybody is told so."""

    def __init__(self) -> None:
        folder = programs()
        if folder is None:
            raise StartError("PostgreSQL's programs are not on this machine. On Debian: apt-get install postgresql.")
        self._programs = folder
        self._owner = _USER if os.geteuid() == 0 else None
        self._ports = free_port(), free_port()
        self._folder = Path()
        self._servers: list[subprocess.Popen[bytes]] = []
        self._rules: list[tuple[str, ...]] = []

    @property
    def url(self) -> str:
        """The address that the product gets: both servers."""
        places = ",".join(f"127.0.0.1:{port}" for port in self._ports)
        return f"postgresql://{_USER}@{places}/{_DATABASE}"

    def connect(self) -> Any:
        """Connect to whichever can be written."""
        return psycopg2.connect(f"{self.url}?target_session_attrs=read-write&connect_timeout=2")

    def kill_primary(self) -> None:
        """End all processes of the primary at once, as a machine does that loses its power."""
        server = self._servers[0]
        for process in (server.pid, *descendants(server.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        server.wait()

    def lose_primarys_machine(self) -> None:
        """Kill the primary, and let packets to it and from it be lost to the end: nobody is told that it is gone."""
        for way in ("--dport", "--sport"):
            rule = ("INPUT", "--in-interface", "lo", "--protocol", "tcp", way, str(self._ports[0]), "--jump", "DROP")
            _filter("--insert", *rule)
            self._rules.append(rule)
        self.kill_primary()

    def promote(self) -> None:
        """Let the standby take the primary's place."""
        self._run("pg_ctl", "promote", "--wait", "--pgdata", str(self._folder / _STANDBY))

    def __enter__(self) -> "PostgresqlPair":
        self._folder = Path(tempfile.mkdtemp(prefix="chaos-postgresql-"))
        if self._owner:
            shutil.chown(self._folder, _USER, _USER)
        try:
            self._make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        for rule in self._rules:
            _filter("--delete", *rule)
        for server in reversed(self._servers):
            if server.poll() is None:
                server.send_signal(signal.SIGQUIT)
                server.wait()
        for folder in ("primary", _STANDBY):
            self._free_memory(self._folder / folder / "postmaster.pid")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _make(self) -> None:
        primary, standby = self._folder / "primary", self._folder / _STANDBY
        self._run("initdb", "--auth", "trust", "--username", _USER, "--encoding", "UTF8", "--pgdata", str(primary))
        # A commit is told of when the standby has it. Once it is alone it waits for nobody.
        self._serve(primary, self._ports[0], f"synchronous_standby_names={_STANDBY}")
        source = f"host=127.0.0.1 port={self._ports[0]} user={_USER}"
        self._run(
            "pg_basebackup", "--checkpoint", "fast", "--write-recovery-conf", "--pgdata", str(standby), "-d", source
        )
        self._serve(standby, self._ports[1], f"cluster_name={_STANDBY}")
        server = psycopg2.connect(f"{source} dbname=postgres")
        server.autocommit = True
        with contextlib.closing(server), server.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {_DATABASE}")  # which waits for the standby

    def _serve(self, folder: Path, port: int, setting: str) -> None:
        """Start a server, and wait until it takes connections."""
        settings = (f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self._folder}",
                    "dynamic_shared_memory_type=mmap", setting)  # fmt: skip
        command = [str(self._programs / "postgres"), "-D", str(folder)]
        with (self._folder / "servers.log").open("ab") as log:
            self._servers.append(
                subprocess.Popen(  # noqa: S603 -- Debian's, our own folder
                    [*command, *(word for each in settings for word in ("-c", each))],
                    cwd=self._folder,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    user=self._owner,
                    group=self._owner,
                )
            )
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg2.connect(host="127.0.0.1", port=port, user=_USER, dbname="postgres").close()
                return
            except psycopg2.OperationalError as error:
                if time.monotonic() > until:
                    raise StartError(f"A PostgreSQL did not start in {folder}: {error}") from None
                time.sleep(0.1)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603 -- Debian's, our own folder
            [str(self._programs / program), *arguments],
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            user=self._owner,
            group=self._owner,
        )
        if done.returncode:
            raise StartError(f"{program} failed: {done.stderr.strip()}")

    @staticmethod
    def _free_memory(note: Path) -> None:
        """Give the shared memory back that a server which was killed could not; its note has the memory's number."""
        with contextlib.suppress(OSError, IndexError):
            memory = note.read_text().splitlines()[6].split()[1]
            subprocess.run(["ipcrm", "--shmem-id", memory], check=False, capture_output=True)  # noqa: S603, S607


def _filter(*rule: str) -> None:
    subprocess.run(["iptables", "--wait", *rule], check=True, capture_output=True)  # noqa: S603, S607
