"""Finding a volunteer for one request at the console: each step by hand and by mail, what is refused, and who may."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from helpline.store.audit import Actor, list_entries
from helpline.store.mail_tables import MailRow
from helpline.store.match_plans import propose_pairs
from helpline.store.queue_tables import QueueItemRow
from helpline.store.requests import save_request
from helpline.store.tables import RequestRow
from helpline.store.volunteer_changes import add_volunteer
from helpline.volunteers.weights import DEFAULT_WEIGHTS
from tests.builders import volunteer, volunteer_request
from tests.console.conftest import Browser, Console, open_console
from tests.store.conftest import KINDS, empty_database

TEST = Actor(None, "test")
MAIL = {"mail_host": "127.0.0.1", "mail_sender": "helpline@example.org", "public_url": "https://chat.example.org"}


@pytest.fixture(params=KINDS)
def console(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Console]:
    """A console with Joan and Bev, who are trained, on each database."""
    with empty_database(request.param, tmp_path) as database, open_console(database, monkeypatch) as made:
        trained = {"trained_on": date(2025, 1, 1)}
        add_volunteer(database, TEST, volunteer(**trained))
        add_volunteer(
            database, TEST, volunteer(name="Bev", email="b@example.org", phone=None, age_range="70+", **trained)
        )
        yield made


class Coordinator:
    """A coordinator before the page of a request."""

    def __init__(self, console: Console, browser: Browser, **parts) -> None:
        self.console, self.browser = console, browser
        self.code = save_request(console.database, volunteer_request(**parts), "visitor", console.database.now())

    @property
    def version(self) -> int:
        with self.console.database.transaction() as session:
            return session.execute(select(QueueItemRow.version).where(QueueItemRow.reference == self.code)).scalar_one()

    def words(self) -> str:
        return words_of(self.browser.get(f"/queue/{self.code}/match"))

    def press(self, path: str, **fields) -> str:
        """Send a form, and return what the page says then."""
        answer = self.browser.post(f"/queue/{self.code}/match/{path}", version=str(self.version), **fields)
        assert answer.status_code == 303, words_of(answer)
        return words_of(self.browser.get(answer.headers["location"]))

    def mails(self) -> list[str]:
        with self.console.database.transaction() as session:
            return list(session.execute(select(MailRow.template).order_by(MailRow.id)).scalars())


def words_of(answer) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", answer.text)).split())


def cora(console: Console, **parts) -> Coordinator:
    return Coordinator(console, console.signed_in("cora", "coordinator"), **parts)


def test_the_best_come_with_reasons_and_what_speaks_against(console: Console) -> None:
    one = cora(console)
    shown = one.words()
    assert shown.index("Ask Joan") < shown.index("Ask Bev")
    for told in ("same subtype: HER2-positive", "about ten years older", "What speaks against it", "Email is off"):
        assert told in shown
    assert f'href="/queue/{one.code}/match"' in one.browser.get(f"/queue/{one.code}").text
    anna = console.signed_in()
    assert f'href="/queue/{one.code}/match"' not in anna.get(f"/queue/{one.code}").text
    assert anna.get(f"/queue/{one.code}/match").status_code == 403


def test_without_email_all_is_done_by_word_of_mouth(console: Console) -> None:
    one = cora(console)
    assert "call or write to them yourself" in one.press("ask", volunteer="1")
    assert "Waiting for a volunteer" in one.words()
    one.press("answer", match="1", answer="not_now")
    shown = one.press("ask", volunteer="2")
    assert "Said not now" in shown
    assert "Ask Joan" not in shown
    one.press("answer", match="2", answer="yes")
    assert "tell the visitor about them yourself" in one.press("offer", offered="2")
    one.press("chosen", chosen="2")
    shown = one.press("final", match="2")
    assert "Not both get an email" in shown
    assert "Done" in shown
    assert "The match is ended" in one.press("end", match="2")
    assert one.mails() == []
    actions = [entry.action for entry in list_entries(console.database, one.code)]
    assert actions[:3] == ["match ended", "match final", "match chosen"]


def test_with_email_mails_are_written_to_who_gets_them(console: Console) -> None:
    for name, value in MAIL.items():
        setattr(console.settings, name, value)
    one = cora(console)
    assert "is asked by email" in one.press("ask", volunteer="1")
    one.press("answer", match="1", answer="yes")
    assert "asked by email to choose" in one.press("offer", offered="1")
    one.press("chosen", chosen="1")
    assert "both get an email" in one.press("final", match="1")
    assert one.mails() == ["ask_volunteer", "choose_volunteer", "match_final", "match_made"]


def test_who_chose_the_telephone_gets_no_mail_at_all(console: Console) -> None:
    for name, value in MAIL.items():
        setattr(console.settings, name, value)
    one = cora(console, contact_method="phone", contact_address="+12155550142")
    one.press("ask", volunteer="1")
    one.press("answer", match="1", answer="yes")
    assert "tell the visitor about them yourself" in one.press("offer", offered="1")
    one.press("chosen", chosen="1")
    assert "Not both get an email" in one.press("final", match="1")
    assert one.mails() == ["ask_volunteer", "match_final"]


def test_a_wish_not_to_be_phoned_is_shown_and_cannot_be_taken_away(console: Console) -> None:
    wish = {"contact_method": "text", "contact_address": "+12155550142"}
    one = cora(console, preferred_times="please no calls, he listens", **wish)
    assert "They must not be phoned. Reach them" in one.words()
    shown = one.press("need", language="en")
    assert "They must not be phoned. Reach them" in shown
    assert "it is in their own words, and stays" in shown


def test_staff_set_right_what_was_read_from_the_words(console: Console) -> None:
    one = cora(console)
    assert "Can talk Weekday evenings, Weekend evenings" in one.words()
    shown = one.press("need", language="fr", concerns=["dating", "work"], times=["weekday_mornings"], work="working")
    for told in ("Language French", "What it is about Work, Dating", "Can talk Weekday mornings", "Work Works"):
        assert told in shown
    assert "Nobody can be asked now" in shown
    assert "2 without a language in common" in shown
    answer = one.browser.post(f"/queue/{one.code}/match/ask", version=str(one.version), volunteer="1")
    assert answer.status_code == 422
    assert "no language in common" in words_of(answer)


def test_who_saw_an_older_page_is_told_and_nothing_is_done(console: Console) -> None:
    one = cora(console)
    for path, fields in {"ask": {"volunteer": "1"}, "need": {"language": "fr"}}.items():
        answer = one.browser.post(f"/queue/{one.code}/match/{path}", version="99", **fields)
        assert answer.status_code == 409
        assert "Somebody else changed this" in words_of(answer)
    assert "Who fits best" in one.words()
    assert "How it stands" not in one.words()


def test_what_makes_no_sense_is_refused_in_words(console: Console) -> None:
    one = cora(console)
    for path, fields in {
        "ask": {"volunteer": "99"},
        "answer": {"match": "1", "answer": "perhaps"},
        "offer": {},
        "chosen": {},
        "final": {"match": "7"},
        "end": {"match": "7"},
        "need": {"language": "klingon"},
    }.items():
        answer = one.browser.post(f"/queue/{one.code}/match/{path}", version=str(one.version), **fields)
        assert answer.status_code == 422, path
        assert 'class="wrong box"' in answer.text, path
    assert one.browser.get("/queue/NONE-00/match").status_code == 404


def test_what_both_sides_said_is_noted_in_one_click_and_shown_to_coordinators_alone(console: Console) -> None:
    one = cora(console)
    said = {"match": "1", "side": "visitor"}
    one.press("ask", volunteer="1")
    one.press("answer", match="1", answer="yes")
    early = one.browser.post(f"/queue/{one.code}/match/outcome", version=str(one.version), answer="helped", **said)
    assert early.status_code == 422
    one.press("final", match="1")
    for wrong in ({"answer": "perfect"}, {"answer": "helped", "side": "staff"}, {"answer": "helped", "match": "7"}):
        fields = {**said, **wrong, "version": str(one.version)}
        assert one.browser.post(f"/queue/{one.code}/match/outcome", **fields).status_code == 422
    assert "The visitor told you how it went" in words_of(one.browser.get(f"/queue/{one.code}"))
    shown = one.press("outcome", **said, answer="a_little")
    assert "The visitor said: it was all right." in shown
    assert "Joan told you how it went" in shown
    shown = one.press("outcome", match="1", side="volunteer", answer="did_not_meet", on="request")
    assert "How to reach Grace" in shown  # the page from which it came
    assert "Joan said: they did not get to talk." in shown
    one.press("outcome", **said, answer="helped")
    one.press("end", match="1")
    assert "The visitor said: it did good." in one.words()
    assert "The visitor said: it did good." in words_of(one.browser.get("/volunteers/1"))
    noted = [entry.detail for entry in list_entries(console.database, one.code) if entry.action == "outcome noted"]
    assert noted == [{"by": f"the {side}"} for side in ("visitor", "volunteer", "visitor")]
    anna = console.signed_in()
    for path in ("/volunteers/1", f"/queue/{one.code}"):
        assert "it did good" not in words_of(anna.get(path)), path
    assert "Matched with Joan" not in words_of(anna.get(f"/queue/{one.code}"))


def test_a_volunteer_proposed_by_a_plan_is_shown_where_the_request_is_and_can_be_asked(console: Console) -> None:
    one = cora(console)
    with console.database.transaction() as session:
        request = session.execute(select(RequestRow.id).where(RequestRow.reference == one.code)).scalar_one()
    assert propose_pairs(console.database, TEST, [(request, 2)], DEFAULT_WEIGHTS) == []
    shown = one.words()
    assert "Bev Proposed, nobody was asked yet" in shown
    assert "Who fits best Joan" in shown
    assert "Bev Asked, no answer yet" in one.press("ask", volunteer="2")
