"""How long each page of the staff's console takes, how large it is, and how long a rotation of the store's keys takes.

The store behind it is one of some years.
"""

import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, text
from starlette.responses import Response

from evaluation.benchmark.console_store import VOLUNTEERS, fill_store, phone_number, reference_of
from evaluation.benchmark.measurements import Times
from helpline.console.app import make_app
from helpline.secrets import random_secret
from helpline.settings import Settings
from helpline.store.database import Database
from helpline.store.day_counts import count_settled_days
from helpline.store.encryption import Cipher
from helpline.store.key_rotation import rotate_keys
from helpline.store.staff_sessions import open_session
from helpline.web.http_server import Server

REQUESTS, CONVERSATIONS = 10_000, 50_000
Say = Callable[[str], None]


@dataclass(frozen=True)
class PageCost:
    """A page: how long it took each time, and how large it is as it is sent."""

    times: Times
    kilobytes: float


@dataclass(frozen=True)
class ConsoleCosts:
    """The cost of each page by what it is called, and of a rotation of the keys, in seconds."""

    pages: dict[str, PageCost]
    rotation: float


def pages(requests: int, conversations: int) -> dict[str, str]:
    """Return the pages of the console that read the store, by what they are called."""
    call, sign_up = reference_of(requests - 1), reference_of(requests)
    flagged = reference_of(requests + conversations // 100)
    return {
        "queue": "/queue",
        "queue, last page": "/queue?status=all&page=400",
        "queue, closed": "/queue?status=closed",
        "queue, mine": "/queue?whose=mine",
        "queue, label": "/queue?label=urgent&status=all",
        "queue, words of the topic": "/queue?topic=children",
        "call back": f"/queue/{call}",
        "call back, who looks at it": f"/queue/{call}/viewers",
        "sign-up": f"/queue/{sign_up}",
        "sign-up, who fits": f"/queue/{sign_up}/match",
        "flagged conversation": f"/queue/{flagged}",
        "conversations": "/conversations",
        "conversations, last page": "/conversations?page=1000",
        "conversations, not understood": "/conversations?sign=not_understood",
        "conversations, asked back": "/conversations?sign=asked_back",
        "conversations, danger": "/conversations?sign=danger",
        "conversations, not helpful": "/conversations?sign=not_helpful",
        "conversations, channel": "/conversations?channel=sms",
        "conversations, sample": "/conversations?sample=5",
        "conversations, not reviewed": "/conversations?review=unread",
        "conversations, second review": "/conversations?review=second",
        "conversations, people differ": "/conversations?review=differ",
        "conversations, danger and sample": "/conversations?sign=danger&sample=50&review=unread&channel=website",
        "conversation": f"/conversations/{conversations // 2}",
        "examples": "/proposals",
        "overview by day": "/overview",
        "overview by week": "/overview?by=week",
        "overview by week, channel": "/overview?by=week&channel=sms",
        "overview as CSV": "/overview.csv?by=week",
        "volunteers": "/volunteers",
        "volunteers, last page": f"/volunteers?page={VOLUNTEERS // 25}",
        "volunteers, with a place free": "/volunteers?free=y&language=es&diagnosis=recurrence",
        "volunteers, not trained": "/volunteers?untrained=y&state=active",
        "volunteer": f"/volunteers/{VOLUNTEERS // 2 + 1}",
        "volunteer, form": f"/volunteers/{VOLUNTEERS // 2 + 1}/edit",
        "volunteers, file": "/volunteers/import",
        "matching, before a plan": "/matching",
        "matching, weights": "/matching/weights",
        "mails": "/mails",
        "mail": "/mails/choose_volunteer",
        "answers": "/answers",
        "answer": "/answers/utter_goodbye",
        "long conversation": f"/conversations/{(conversations - 1) // 100 * 100 + 1}",
        "saved tests": "/try/tests",
        "saved test": "/try/tests/3",
        "drafts": "/answers?show=drafts",
        "replies": "/replies",
        "audit log": "/audit",
        "account": "/account",
    }


def measure_console(
    url: str, directory: Path, times: int, say: Say, requests: int = REQUESTS, conversations: int = CONVERSATIONS
) -> ConsoleCosts:
    """Fill a store, ask for each page of its console, and rotate its keys.

    Args:
        url: An empty database.
        directory: Where the key and the spool of this console are.
        times: How often each page is asked for, after two times that do not count.
        say: Told what is done.
        requests: How many call backs and sign-ups the store holds.
        conversations: How many conversations.
    """
    key = Fernet.generate_key().decode()
    database = Database(url, Cipher([key]))
    database.upgrade()
    say(f"console: {requests} requests, {conversations} conversations and {VOLUNTEERS} volunteers are made")
    accounts = fill_store(database, requests, conversations)
    count_settled_days(database, database.now(), ZoneInfo("UTC"))  # as the engine does
    settings = Settings.parse_obj({"spool_directory": directory / "spool"})
    app = make_app(settings, database, random_secret())
    open_session(database, "token", accounts["coordinator"], "benchmark", complete=True)
    desk = app.state.desk
    signed = Response()
    desk.give_token(signed, "token")
    cookies = dict([signed.headers["Set-Cookie"].partition(";")[0].split("=", 1)])
    found: dict[str, PageCost] = {}
    options: dict[str, Any] = {"cookies": cookies, "timeout": 60, "follow_redirects": True}
    with Server(app, port=0, stop_seconds=1) as server, httpx.Client(base_url=server.url, **options) as browser:
        for name, path in pages(requests, conversations).items():
            found[name] = _measured(name, times, partial(browser.get, path))
        change = {"csrf": desk.csrf("token"), "q": phone_number(requests - 1)}
        for name, path in (("search by number", "/queue/search"), ("access request", "/access")):
            found[name] = _measured(name, times, partial(browser.post, path, data=change))
        with _plan(browser, desk.csrf("token")) as paths:
            for name, path in paths.items():
                found[name] = _measured(name, times, partial(browser.get, path))
        change["q"] = f"Number{VOLUNTEERS // 2}"
        found["volunteers, by name"] = _measured(
            "volunteers, by name", times, partial(browser.post, "/volunteers/search", data=change)
        )
    database.close()
    return ConsoleCosts(found, _rotation_seconds(url, key))


@contextmanager
def _plan(browser: httpx.Client, csrf: str) -> Iterator[dict[str, str]]:
    """Have a plan made and a change of it reckoned, and give the pages that show them, by what they are called."""
    browser.post("/matching/plan", data={"csrf": csrf})
    shown = _made(browser, "/matching")
    request, volunteer = re.findall(r'name="pair" value="(\d+)-(\d+)"', shown)[0]
    change = {"csrf": csrf, "request": request, "volunteer": volunteer, "change": "rule_out"}
    browser.post("/matching/change", data=change)
    _made(browser, "/matching/change")
    yield {
        "matching, a plan": "/matching",
        "matching, a later page": "/matching?page=5",
        "matching, somebody else": f"/matching/requests/{request}",
        "matching, what a change costs": "/matching/change",
    }
    browser.post("/matching/discard", data={"csrf": csrf})


def _made(browser: httpx.Client, path: str) -> str:
    """Return the page of a plan once it is made."""
    for _ in range(600):
        shown = browser.get(path).text
        if 'id="progress"' not in shown:
            return shown
        time.sleep(0.1)
    raise TimeoutError("The plan was not made within a minute.")


def _rotation_seconds(url: str, key: str) -> float:
    database = Database(url, Cipher([Fernet.generate_key().decode(), key]))
    began = time.perf_counter()
    rotate_keys(database)
    database.close()
    return time.perf_counter() - began


@contextmanager
def postgresql_database(server: str) -> Iterator[str]:
    """Give the URL of a new database of a PostgreSQL server, which is dropped at the end."""
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"helpline_bench_{uuid.uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield admin.url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


def _measured(name: str, times: int, ask: Callable[[], httpx.Response]) -> PageCost:
    ask()  # what is read once at the first look
    answer = ask()
    answer.raise_for_status()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        ask().raise_for_status()
        taken.append((time.perf_counter() - began) * 1000)
    return PageCost(Times(name, taken), len(answer.content) / 1000)
