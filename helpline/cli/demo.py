"""`helpline demo`: the console with invented people, in a store of its own that is made anew each time.

Where there is a trained model, an engine and an action server run beside it on the same store, so that the assistant
can be tried out. Visitors cannot reach them.
"""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from helpline.cli.progress import console
from helpline.console.demo import fill
from helpline.console.due import due_times
from helpline.console.main import serve_console
from helpline.processes.model import problem_of_model
from helpline.processes.supervisor import Supervisor, local_console_url
from helpline.settings import VAR, Settings, load_settings
from helpline.store.database import Database
from helpline.store.encryption import load_cipher

FOLDER = VAR / "demo"


def demo() -> None:
    """Serve the staff's console with invented people, until Ctrl-C. The real store is not touched."""
    signal.signal(signal.SIGTERM, _interrupt)
    settings = load_settings()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, mode=0o700)
    url, key_file = f"sqlite:///{FOLDER / 'helpline.db'}", FOLDER / "helpline.key"
    database = Database(url, load_cipher(None, key_file))
    database.upgrade()
    accounts = fill(database, due_times(settings))
    console.print(f"The console with invented people:  {local_console_url(settings)}/")
    for one in accounts:
        codes = ", ".join(one.codes)
        console.print(f"  {one.user_name} ({one.role}): password {one.password}", soft_wrap=True)
        console.print(f"    recovery codes {codes}", soft_wrap=True)
    console.print(
        "Type a recovery code where the sign-in asks for the six digits of an authenticator app. Each works once; when "
        "all are used, 'make demo' again makes new ones. Ctrl-C stops it.",
        soft_wrap=True,
    )
    places = {"run_directory": FOLDER / "run", "spool_directory": FOLDER / "spool"}
    own = settings.copy(update={**places, "database_url": url, "encryption_key": key_file.read_text().strip()})
    with _assistant(own):
        serve_console(own, database, is_demo=True)


@contextmanager
def _assistant(settings: Settings) -> Iterator[None]:
    """Run an assistant that only the console can reach; without a trained model there is none, and that is said."""
    problem = problem_of_model()
    if problem is not None:
        console.print(f"The assistant cannot be tried out here: {problem} 'make train' makes it.", soft_wrap=True)
        yield
        return
    supervisor = Supervisor(settings, log_directory=FOLDER / "log")
    try:
        for part in (supervisor.actions, supervisor.engine):
            supervisor.launch(part)
        yield
    finally:
        supervisor.stop()


def _interrupt(*_args: Any) -> None:
    raise KeyboardInterrupt
