"""What mails say: plain, short, without an illness, a name or a contact, the same as text and as HTML."""

import re
from datetime import datetime, timezone
from html import unescape

import pytest
import yaml
from sqlalchemy import select

from helpline.mail.composing import Composer
from helpline.mail.link_view import LinkView
from helpline.mail.wording import TEMPLATES, MailLinks, load_mail_wording, until_words
from helpline.mail.writing import Receiver, ask_outcome, ask_volunteer, offer_choice, tell_match, tell_staff
from helpline.store.mail_outbox import take_mail
from helpline.store.mail_tables import OUTCOME_ANSWERS, MailLinkRow, MailRow
from helpline.store.requests import save_request
from helpline.store.tables import RequestRow
from helpline.volunteers.links import PURPOSES, Links
from tests.builders import volunteer_request
from tests.mail.conftest import ANNA, SECRET, now, setup_for
from tests.mail.server import MailServer

NOON = datetime(2026, 3, 4, 17, tzinfo=timezone.utc)
WORDING = load_mail_wording()
ENTRIES = yaml.safe_load((TEMPLATES / "en.yml").read_text())
ADDRESS = "https://chat.example.org/v/token"
LINKS = MailLinks(ADDRESS, NOON, ADDRESS, "https://console.example.org")
ILL = re.compile(r"cancer|metasta|breast|tumou?r|diagnos|treatment|chemo|\bill(ness)?\b|patient|disease|LBBC", re.I)
NUMBER = "(888) 753-5222"


def all_texts(entry) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    return [text for each in (entry.values() if isinstance(entry, dict) else entry) for text in all_texts(each)]


def as_words(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", re.sub("<title>.*</title>", "", html))).split())


@pytest.mark.parametrize("template", WORDING.templates)
def test_a_mail_says_nothing_of_an_illness_and_holds_no_contact_but_our_number(template):
    mail = WORDING.mail(template, LINKS, None, {})
    for text in (mail.subject, mail.text, as_words(mail.html)):
        assert not ILL.search(text)
        assert "@" not in text
        assert not re.search(r"\d{3}", re.sub(r"https?://\S+", "", text.replace(NUMBER, "")))
    assert len(mail.subject) <= 50
    assert len(mail.text.split()) <= 150


@pytest.mark.parametrize("template", WORDING.templates)
def test_the_html_says_what_the_text_says_and_fetches_nothing(template):
    mail = WORDING.mail(template, LINKS, None, {})
    words = as_words(mail.html)
    for line in mail.text.splitlines():
        if line.strip() and line != "-- ":
            assert line.removesuffix(":") in words or line == ADDRESS or line.startswith("https://"), line
    assert not re.search(r"<img|<script|<link|src=|url\(|@import|http-equiv", mail.html)
    addresses = set(re.findall(r'href="([^"]+)"', mail.html))
    assert addresses <= {ADDRESS, "https://console.example.org"}


def test_nothing_shouts_and_nothing_is_deplored():
    for text in all_texts(ENTRIES):
        assert "!" not in text
        assert "unfortunately" not in text.lower()
        assert not re.search(r"[\U0001F300-\U0001FAFF☀-➿]", text)


def test_each_page_and_notice_has_its_wording():
    for purpose in set(PURPOSES) - {"outcome"}:
        assert WORDING.page(purpose)["answers"]
    for side in ("visitor", "volunteer"):
        assert tuple(WORDING.page(f"outcome_{side}")["answers"]) == OUTCOME_ANSWERS
    assert set(WORDING.page("ask")["answers"]) == {"yes", "not_now"}
    for kind in ("unknown", "expired", "over", "used", "choose_one", "busy", "away"):
        assert WORDING.notice(kind)["title"]
    assert LinkView("over").language == WORDING.language
    assert load_mail_wording("xx") is load_mail_wording("../en")


def test_until_when_is_said_in_words_of_the_helplines_place():
    assert until_words(NOON, "America/New_York") == "Wednesday, March 4, 12 pm (New York time)"
    assert until_words(NOON.replace(minute=30), None) == "Wednesday, March 4, 5:30 pm (UTC)"


def test_words_in_values_stay_words():
    mail = WORDING.mail("ask_volunteer", MailLinks('https://a.org/"><b>', NOON), None, {})
    assert "<b>" not in mail.html


@pytest.mark.parametrize("template", WORDING.templates)
def test_a_preview_shows_what_somebody_would_get_and_leads_nowhere(template):
    composer = Composer(setup_for(MailServer(), reply_to="people@example.org"), Links(SECRET), "America/New_York")
    preview = composer.preview(template, NOON)
    headers = dict(preview.headers)
    assert headers["From"] == "The helpline <helpline@example.org>"
    assert headers["Reply-To"] == "people@example.org"
    assert ("List-Unsubscribe" in headers) == (not template.startswith("staff_"))
    assert "{" not in preview.text
    assert preview.html.startswith("<!doctype html>")


def test_every_mail_that_is_written_can_be_made(database):
    code = save_request(database, volunteer_request(), "sender", NOON)
    composer, until = Composer(setup_for(MailServer()), Links(SECRET), None), NOON.replace(day=6)
    with database.transaction() as session:
        request = session.execute(select(RequestRow.id).where(RequestRow.reference == code)).scalar()
        to = Receiver(1, request, ANNA)
        written = [
            ask_volunteer(session, database, to, until, NOON),
            offer_choice(session, database, to, until, NOON),
            *(tell_match(session, database, to, side, NOON) for side in ("visitor", "volunteer")),
            *(ask_outcome(session, database, to, side, NOON) for side in ("visitor", "volunteer")),
            tell_staff(session, database, ANNA, "urgent 1", NOON),
        ]
        assert ask_volunteer(session, database, to, until, NOON) == written[0]
    with database.transaction() as session:
        templates = session.execute(select(MailRow.template).order_by(MailRow.id)).scalars().all()
        assert sorted(templates) == sorted(WORDING.templates)
        ends = session.execute(select(MailRow.give_up_at, MailLinkRow.expires_at).join(MailLinkRow)).all()
    assert all(give_up <= expires for give_up, expires in ends)
    for mail in written:
        message = composer.compose(take_mail(database, mail, NOON))
        assert message["To"] == ANNA
        assert (message["List-Unsubscribe"] is None) == (
            message["Subject"] == ENTRIES["mails"]["staff_urgent"]["subject"]
        )
    assert now() > NOON
