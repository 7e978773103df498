"""A coordinator's whole day: volunteers from a file, a match from the first question to how it went, a plan for all.

The console, the front door, the delivery process and a mail server run as they do; volunteers and visitors answer in
browsers of their own. Everybody has a keyboard alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from helpline.channels.delivery_main import make_delivery
from helpline.console.app import make_app
from helpline.console.demo import fill
from helpline.console.due import due_times
from helpline.console.main import console_limits
from helpline.mail.link_pages import LinkClient
from helpline.processes.sockets import socket_path
from helpline.store.audit import list_entries
from helpline.store.database import open_database
from helpline.store.flag_spool import FlagSpool
from helpline.store.mail_trouble import mails_in_trouble
from helpline.store.volunteer_tables import MatchRow
from helpline.web.http_server import Server
from helpline.web.internal_access import InternalAccess
from tests.browser.test_console import Person, Site
from tests.channels.product.conftest import until
from tests.conftest import SECRET
from tests.mail.conftest import now
from tests.mail.server import MailServer, mail_settings
from tests.store.conftest import STORE_KEY, empty_database
from tests.store.test_match_plans import ask
from tests.web.server import Door

FILE = (
    "Name,Email,Role,Languages,Diagnosis,Age,Lived through,Methods,How many at once,Trained on,State\r\n"
    'Noor,noor@example.org,patient,English,de novo,40-49,"telling children; work",email; phone,2,2025-03-01,\r\n'
    "Mia,mia@example.org,patient,English,recurrence,50-59,work,email,1,2025-03-01,\r\n"
    "Ola,ola@example.org,patient,English,de novo,30-39,dating,email,1,2025-03-01,\r\n"
    "Iris,iris at example,patient,English,de novo,30-39,dating,email,1,2025-03-01,\r\n"
)
MOST_SECONDS = 40.0


@dataclass
class House:
    """All that runs, and the mails that went out."""

    site: Site
    door: Door
    server: MailServer

    def link(self, number: int, to: str) -> str:
        """Return where the first link of the mail of a number leads, which went to somebody."""
        until(lambda: len(self.server.received) > number, seconds=MOST_SECONDS)
        address, content = self.server.received[number]
        assert address == to
        text = message_from_bytes(content, policy=default).get_body(("plain",)).get_content()
        path = re.findall(r"https://chat\.example\.org(/v/\S+)", text)[0]
        return self.door.root_url.replace("127.0.0.1", "localhost") + path


@pytest.fixture
def house(bundle: Path, tmp_path: Path, database_kind: str) -> Iterator[House]:
    with MailServer() as server, empty_database(database_kind, tmp_path) as database:
        database.upgrade()
        url = database.engine.url.render_as_string(hide_password=False)
        settings = mail_settings(tmp_path, server, encryption_key=STORE_KEY, database_url=url)
        accounts = {one.user_name: one for one in fill(database, due_times(settings))}
        for name, days in (("Ann", 40), ("Bea", 33), ("Carla", 30)):
            ask(database, name, days)
        socket = socket_path(settings, "delivery")
        spool = FlagSpool(settings.spool_directory, database.cipher)
        console = Server(
            make_app(settings, open_database(settings), SECRET), port=0, limits=console_limits(), stop_seconds=1
        )
        delivery = Server(InternalAccess(make_delivery(settings, SECRET).app(), SECRET), unix_socket=socket)
        with console, delivery:
            door = Door(settings, tmp_path / "nobody.sock", spool, link_client=LinkClient(socket, SECRET))
            yield House(Site(console.url.replace("127.0.0.1", "localhost"), database, accounts), door, server)
            door.stop()


class Cora(Person):
    """The coordinator."""

    def go(self, keys: str, title: str) -> None:
        """Go to a page of the menu by its two keys."""
        for key in keys:
            self.press(key)
        expect(self.page.get_by_role("heading", level=1, name=title)).to_be_visible()

    def follow(self, link: str, title: str) -> None:
        """Follow a link."""
        self.tab_to("link", link, steps=150)
        self.press("Enter")
        expect(self.page.get_by_role("heading", level=1, name=title)).to_be_visible(timeout=30_000)

    def do(self, button: str, said: str) -> None:
        """Press a button, and hear what was done."""
        self.tab_to("button", button, steps=150)
        self.press("Enter")
        expect(self.page.get_by_role("status").filter(has_text=said)).to_be_visible()

    def open_match(self, name: str) -> None:
        """Go to the page on which a volunteer is found for somebody."""
        self.go("gq", "Who waits")
        self.follow(f"^{name}$", name)
        self.follow("^Find a volunteer$", f"A volunteer for {name}")


@pytest.fixture
def cora(browser: Browser, size: dict[str, int]) -> Iterator[Cora]:
    made = Cora(browser, size)
    yield made
    made.context.close()
    assert made.broken == []


def answer(browser: Browser, size: dict[str, int], address: str, button: str, thanks: str, name: str) -> None:
    """Open the page of a link as whoever got it, and press a button."""
    them = Person(browser, size)
    them.page.goto(address)
    them.look(name)
    them.tab_to("button", button)
    them.press("Enter")
    expect(them.page.get_by_text(thanks)).to_be_visible()
    assert [line for line in them.broken if "favicon" not in line] == []
    them.context.close()


def test_a_coordinators_day(house: House, cora: Cora, browser: Browser, size: dict[str, int]) -> None:
    page = cora.page
    cora.sign_in(house.site, "cora")
    _takes_a_file_in(cora)
    cora.go("gq", "Who waits")
    cora.look("day who waits")

    first = _asks_ann(house, cora)
    answer(browser, size, house.link(0, f"{first.lower()}@example.org"), "Yes, I would", "Thank you", "day asked")
    cora.open_match("Ann")
    expect(page.get_by_text(re.compile("^Said yes"))).to_be_visible()
    cora.tab_to("checkbox", f"^{first}$", steps=150)
    cora.press("Space")
    cora.look("day said yes")
    cora.do("^Offer to the visitor$", "asked by email to choose")
    chosen = house.link(1, "ann@example.org")
    answer(browser, size, chosen, "^I would like to talk with this person", "Thank you", "day choice")
    cora.open_match("Ann")
    expect(page.get_by_text("Chosen by the visitor")).to_be_visible()
    cora.look("day chosen")
    cora.do("^Make it final", "both get an email")
    cora.look("day final")
    until(lambda: len(house.server.received) == 4, seconds=MOST_SECONDS)
    assert {to for to, _ in house.server.received[2:]} == {"ann@example.org", f"{first.lower()}@example.org"}

    _plans_for_all(cora)
    _looks_at_a_mail_that_was_refused(house, cora)
    _hears_how_it_went(house, cora, browser, size, first)
    cora.do("^Sign out$", "You are signed out")
    done = [entry.action for entry in list_entries(house.site.database)]
    for each in ("volunteer added", "match asked", "match final", "match proposed", "outcome noted"):
        assert any(each in action for action in done), each


def _takes_a_file_in(cora: Cora) -> None:
    page = cora.page
    cora.go("gp", "Volunteers")
    cora.look("day volunteers")
    cora.follow("^Take in a file$", "Take in a file of volunteers")
    cora.tab_to("textbox", "The file's content")
    page.keyboard.insert_text(FILE)
    cora.tab_to("button", "Look at what it changes")
    cora.press("Enter")
    expect(page.get_by_role("status").filter(has_text="3 new, 0 changed, 0 as they are, 1 that cannot")).to_be_visible()
    cora.look("day file with an error")
    cora.do("Take in 3 volunteers", "The file is taken in")


def _asks_ann(house: House, cora: Cora) -> str:
    """Ask whoever fits Ann best, and return the name."""
    cora.open_match("Ann")
    cora.look("day who fits")
    best = cora.page.get_by_role("button", name=re.compile("^Ask ")).first.inner_text()
    cora.do(f"^{best}$", "asked by email")
    expect(cora.page.get_by_text("Asked, no answer yet")).to_be_visible()
    cora.look("day asked by mail")
    return best.removeprefix("Ask ")


def _plans_for_all(cora: Cora) -> None:
    page = cora.page
    cora.go("gm", "Matching: a plan for all who wait")
    cora.look("day before the plan")
    cora.tab_to("button", "^Make a plan$")
    cora.press("Enter")
    expect(page.get_by_role("button", name="Make it again")).to_be_visible(timeout=30_000)
    cora.look("day plan")
    cora.follow("^Somebody else", "Somebody else for")
    cora.look("day somebody else")
    cora.tab_to("button", "^See what it costs to choose")
    cora.press("Enter")
    expect(page.get_by_role("heading", level=1, name="What your change costs")).to_be_visible(timeout=30_000)
    cora.look("day what a change costs")
    cora.do("^Change the plan$", "The plan is changed")
    cora.tab_to("checkbox", "^Propose", steps=150)
    cora.press("Space")
    cora.do("^Propose those that are ticked$", "No volunteer is asked yet")
    cora.look("day one of the plan proposed")
    cora.follow("^What weighs how much", "What weighs how much")
    cora.look("day weights")


def _looks_at_a_mail_that_was_refused(house: House, cora: Cora) -> None:
    """Ask the volunteer who fits Bea, whose address the server does not know."""
    cora.open_match("Bea")
    house.server.refused = {f"{name}@example.org" for name in ("joan", "noor", "mia", "ola", "dee")}
    cora.do("^Ask ", "asked by email")
    until(lambda: bool(mails_in_trouble(house.site.database)), seconds=MOST_SECONDS)
    house.server.refused = set()
    cora.go("ge", "Mails")
    expect(cora.page.get_by_text("the server refused it (code 550 5.1.1)")).to_be_visible()
    cora.look("day mails")
    cora.do("^Leave it", "The mail is left")
    cora.follow("^Asks a volunteer", "Asks a volunteer")
    cora.look("day what a mail says")


def _hears_how_it_went(house: House, cora: Cora, browser: Browser, size: dict[str, int], volunteer: str) -> None:
    """Six weeks pass: Ann's volunteer answers by mail, and Marisol, whom no mail asks, by telephone."""
    so_far, matches = len(house.server.received), MatchRow.__table__
    with house.site.database.transaction() as session:
        past = now() - timedelta(weeks=6, minutes=1)
        session.execute(update(matches).where(matches.c.state == "final").values(final_at=past))
    number, to = so_far, f"{volunteer.lower()}@example.org"
    until(lambda: to in [address for address, _ in house.server.received[so_far:]], seconds=MOST_SECONDS)
    number += [address for address, _ in house.server.received[so_far:]].index(to)
    answer(browser, size, house.link(number, to), "It went well", "Thank you for telling us", "day how it went")
    cora.go("gm", "Matching: a plan for all who wait")
    cora.do("^Accept none$", "The plan is gone")
    cora.look("day whom to ask how it went")
    cora.follow("^Aisha and ", "A volunteer for Aisha")
    cora.look("day how it went, before")
    cora.do("^It did good.*Marisol", "What they said of the match is saved")
    expect(cora.page.get_by_text("Marisol said: it did good.")).to_be_visible()
    cora.look("day how it went, noted")
    cora.go("gq", "Who waits")
    cora.press("/")
    cora.page.keyboard.type("ann@example.org")
    cora.press("Enter")
    cora.follow("^Ann$", "Ann")
    expect(cora.page.get_by_text(f"{volunteer} said: it did good.")).to_be_visible()
    cora.look("day request that is done")
