"""From a mail to its answer: the front door, the delivery process and a mail server, each as it runs."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from html import unescape

import httpx
import pytest
from sqlalchemy import select

from helpline.channels import delivery_main
from helpline.mail.link_pages import LinkClient, page_of
from helpline.mail.link_view import Choice, LinkView, Question
from helpline.mail.wording import load_mail_wording
from helpline.processes.sockets import socket_path
from helpline.settings import Settings
from helpline.store.database import open_database
from helpline.store.flag_spool import FlagSpool
from helpline.store.mail_tables import MailLinkRow
from helpline.volunteers.links import Links, SignedLink
from helpline.web.http_server import Server
from helpline.web.internal_access import InternalAccess
from tests.channels.product.conftest import until
from tests.conftest import SECRET, settings_for
from tests.mail.conftest import ANNA, Outbox, now
from tests.mail.server import MailServer, mail_settings
from tests.mail.test_answers import Matches
from tests.web.server import Door

NUMBER = "(888) 753-LBBC (5222)"


class House:
    """The front door and the delivery process, with e-mail on."""

    def __init__(self, directory, server: MailServer, matches: Matches, monkeypatch) -> None:
        self.settings: Settings = mail_settings(directory, server)
        self.database = open_database(self.settings)
        self.outbox = Outbox(self.database, server)
        monkeypatch.setattr(delivery_main, "match_handlers", lambda weights: {"ask": matches})
        self._socket = socket_path(self.settings, "delivery")
        self.start_delivery()
        spool = FlagSpool(directory / "spool", self.database.cipher)
        self.door = Door(self.settings, directory / "nobody.sock", spool, link_client=LinkClient(self._socket, SECRET))
        self.http = httpx.Client(base_url=self.door.root_url, timeout=20)

    def start_delivery(self) -> None:
        app = delivery_main.make_delivery(self.settings, SECRET).app()
        self.delivery = Server(InternalAccess(app, SECRET), unix_socket=self._socket)
        self.delivery.start()

    def stop(self) -> None:
        self.http.close()
        self.door.stop()
        self.delivery.stop()
        self.database.close()

    def token(self, purpose: str, mail: int) -> str:
        with self.database.transaction() as session:
            mine = MailLinkRow.mail_id == mail, MailLinkRow.purpose == purpose
            row = session.execute(select(MailLinkRow.__table__).where(*mine)).one()
        return Links(SECRET).token(SignedLink(purpose, row.id, row.expires_at))


@pytest.fixture
def matches() -> Matches:
    return Matches()


@pytest.fixture
def house(tmp_path, server, matches, monkeypatch) -> Iterator[House]:
    made = House(tmp_path, server, matches, monkeypatch)
    yield made
    made.stop()


def as_words(page: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


def test_from_the_outbox_to_a_yes_by_the_link_in_the_mail(house, server, matches):
    house.outbox.write()
    until(lambda: server.received, seconds=20)
    text = message_from_bytes(server.received[0][1], policy=default).get_body(("plain",)).get_content()
    (token, _) = re.findall(r"https://chat\.example\.org/v/(\S+)", text)
    for _ in range(2):  # a program that looks through mail, and then a person
        page = house.http.get(f"/v/{token}")
        assert page.status_code == 200
        assert "Somebody is hoping to talk" in as_words(page.text)
        assert "By phone, in the evenings." in as_words(page.text)
    assert house.http.head(f"/v/{token}").status_code == 200
    assert matches.taken == []
    answered = house.http.post(f"/v/{token}", data={"answer": "yes"})
    assert answered.status_code == 200
    assert "Thank you" in answered.text
    assert matches.taken == [(7, "yes")]
    assert "You have answered already" in house.http.get(f"/v/{token}").text
    assert "You have answered already" in house.http.post(f"/v/{token}", data={"answer": "not_now"}).text
    assert matches.taken == [(7, "yes")]


def test_a_mail_program_unsubscribes_in_one_click(house, server):
    mail = house.outbox.write()
    until(lambda: house.outbox.row(mail).state == "sent", seconds=20)
    header = message_from_bytes(server.received[0][1], policy=default)["List-Unsubscribe"]
    path = header.strip("<>").removeprefix("https://chat.example.org")
    assert house.http.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert house.outbox.write() is None
    assert house.http.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200


def test_each_link_that_leads_nowhere_has_a_kind_page_with_the_number(house, matches):
    matches.is_over = True
    token = house.token("ask", house.outbox.write())
    expired = Links(SECRET).token(SignedLink("ask", 1, now()))
    for wanted, status, words in (
        (token, 410, "settled by now"),
        (expired, 410, "closed by now"),
        (token[:-4] + "AAAA", 404, "leads nowhere"),
        ("x" * 5000, 404, "leads nowhere"),
        ("%E2%82%AC/x", 404, "leads nowhere"),
        ("", 404, "leads nowhere"),
    ):
        for method in ("GET", "POST"):
            answer = house.http.request(method, f"/v/{wanted}", data={"answer": "yes"} if method == "POST" else None)
            assert answer.status_code == status, wanted[:20]
            assert words in as_words(answer.text)
            assert NUMBER in as_words(answer.text)
            assert "988" in answer.text
    assert matches.taken == []


def test_while_the_delivery_process_is_away_it_is_said_and_nothing_is_changed(house, matches):
    token = house.token("ask", house.outbox.write())
    house.delivery.stop()
    for answer in (house.http.get(f"/v/{token}"), house.http.post(f"/v/{token}", data={"answer": "yes"})):
        assert answer.status_code == 503
        assert "Nothing was changed" in answer.text
        assert NUMBER in answer.text
    house.start_delivery()
    assert house.http.get(f"/v/{token}").status_code == 200
    assert matches.taken == []


def test_nothing_is_kept_referred_fetched_or_framed(house):
    token = house.token("ask", house.outbox.write())
    for path in (token, "forged"):
        answer = house.http.get(f"/v/{path}")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "set-cookie" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers
        assert not re.search(r"<script|https?://|src=|url\(", answer.text)
        assert token not in answer.text


def test_no_log_tells_a_link_or_whom_it_went_to(house, caplog):
    caplog.set_level("DEBUG")
    token = house.token("ask", house.outbox.write())
    house.http.get(f"/v/{token}", headers={"User-Agent": "x"})
    house.http.post(f"/v/{token}", data={"answer": "nonsense"})
    house.http.get(f"/v/{token[:-4]}AAAA")
    house.delivery.stop()
    house.http.get(f"/v/{token}")
    logged = [
        record.getMessage()
        for record in caplog.records
        # What the tests' own client, server and their libraries say.
        if not record.name.startswith(("httpx", "httpcore", "mail.log"))
    ]
    assert any("did not answer about a link" in line for line in logged)
    assert not [line for line in logged if token[:20] in line or ANNA in line]


def test_one_address_may_not_try_links_without_end(house):
    statuses = [house.http.get("/v/forged").status_code for _ in range(70)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    answer = house.http.get("/v/forged")
    assert int(answer.headers["Retry-After"]) >= 1
    assert NUMBER in answer.text


def test_while_mail_is_off_a_link_has_a_kind_page_too(tmp_path):
    database = open_database(settings_for(tmp_path))
    door = Door(Settings(), tmp_path / "nobody.sock", FlagSpool(tmp_path / "spool", database.cipher))
    answer = httpx.get(f"{door.root_url}/v/anything")
    door.stop()
    database.close()
    assert answer.status_code == 404
    assert NUMBER in answer.text


def test_whom_to_choose_is_told_apart_by_headings_and_words_are_words():
    choices = (Choice("choice 4", ("About your age.", "<b>bold</b>")), Choice("choice 9", ("Also has children.",)))
    view = LinkView("open", "choose", question=Question((*choices, Choice("none"))))
    page = page_of(view, load_mail_wording())
    assert '<h2 id="choice-0">The first</h2>' in page
    assert 'value="choice 9" aria-describedby="choice-1"' in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert page.count("<form") == 3
    assert page.index('value="none"') > page.index('value="choice 9"')
