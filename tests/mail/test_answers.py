"""What a link leads to, and that its answer counts once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpline.mail.answers import LinkAnswers, own_handlers
from helpline.mail.link_view import Choice, LinkView, Question
from helpline.store.mail_links import NewLink, read_link, revoke_links
from helpline.store.mail_refusals import wants_no_mail
from helpline.store.mail_tables import MailLinkRow, OutcomeAnswerRow
from helpline.store.requests import digest_contact, save_request
from helpline.store.tables import RequestRow
from helpline.volunteers.links import Links, SignedLink
from tests.builders import volunteer_request
from tests.mail.conftest import ANNA, SECRET, now


class Matches:
    """Stands for what keeps matches: notes answers, and can be over."""

    def __init__(self) -> None:
        self.taken: list[tuple[int | None, str]] = []
        self.is_over = self.refuses = False

    def question(self, session, database, link, at):
        return None if self.is_over else Question((Choice("yes"), Choice("not_now")), ("By phone, in the evenings.",))

    def take(self, session, database, link, answer, at):
        if not self.refuses:
            self.taken.append((link.subject_id, answer))
        return not self.refuses


@pytest.fixture
def matches() -> Matches:
    return Matches()


@pytest.fixture
def answers(matches) -> LinkAnswers:
    return LinkAnswers(Links(SECRET), {**own_handlers(), "ask": matches})


def tokens(outbox, mail) -> dict[str, str]:
    with outbox.database.transaction() as session:
        rows = session.execute(select(MailLinkRow.__table__).where(MailLinkRow.mail_id == mail)).all()
    return {row.purpose: Links(SECRET).token(SignedLink(row.purpose, row.id, row.expires_at)) for row in rows}


def test_to_look_changes_nothing_and_one_answer_counts(outbox, answers, matches):
    token = tokens(outbox, outbox.write())["ask"]
    for _ in range(3):
        view = answers.show(outbox.database, token, now())
        assert (view.kind, view.page) == ("open", "ask")
        assert view.question.details == ("By phone, in the evenings.",)
    assert matches.taken == []
    assert answers.take(outbox.database, token, "yes", now()) == LinkView("thanks", "ask", "en", None, "yes")
    assert answers.take(outbox.database, token, "not_now", now()).kind == "used"
    assert answers.show(outbox.database, token, now()).kind == "used"
    assert matches.taken == [(7, "yes")]


def test_what_is_not_offered_is_not_taken(outbox, answers, matches):
    token = tokens(outbox, outbox.write())["ask"]
    for answer in ("stop", "", "yes ", None):
        assert answers.take(outbox.database, token, answer, now()).kind == "choose_one"
    assert matches.taken == []
    assert answers.show(outbox.database, token, now()).kind == "open"


def test_what_is_over_takes_no_answer(outbox, answers, matches):
    token = tokens(outbox, outbox.write())["ask"]
    matches.is_over = True
    assert answers.show(outbox.database, token, now()).kind == "over"
    assert answers.take(outbox.database, token, "yes", now()).kind == "over"
    matches.is_over, matches.refuses = False, True
    assert answers.take(outbox.database, token, "yes", now()).kind == "over"
    with outbox.database.transaction() as session:
        assert read_link(session, 1).answer is None
        revoke_links(session, "ask", 7, now())
    matches.refuses = False
    assert answers.take(outbox.database, token, "yes", now()).kind == "over"
    assert matches.taken == []


def test_a_purpose_that_nobody_handles_is_over(outbox):
    token = tokens(outbox, outbox.write())["ask"]
    assert LinkAnswers(Links(SECRET), own_handlers()).show(outbox.database, token, now()).kind == "over"


def test_forged_expired_and_deleted_links_lead_nowhere(outbox, answers):
    token = tokens(outbox, outbox.write())["ask"]
    for show in (answers.show, lambda *about: answers.take(about[0], about[1], "yes", about[2])):
        assert show(outbox.database, token[:-3] + "AAA", now()).kind == "unknown"
        assert show(outbox.database, "x", now()).kind == "unknown"
        assert show(outbox.database, token, now() + timedelta(days=3)).kind == "expired"
    signed = Links(SECRET).token(SignedLink("unsubscribe", 1, now() + timedelta(days=1)))
    assert answers.show(outbox.database, signed, now()).kind == "over"  # row 1 is for something else
    with outbox.database.transaction() as session:
        session.execute(RequestRow.metadata.tables["mail_outbox"].delete())
    assert answers.show(outbox.database, token, now()).kind == "over"


@pytest.mark.parametrize("answer", [None, "stop"])
def test_one_click_unsubscribes(outbox, answers, answer):
    token = tokens(outbox, outbox.write())["unsubscribe"]
    assert answers.show(outbox.database, token, now()).page == "unsubscribe"
    assert answers.take(outbox.database, token, answer, now()).kind == "thanks"
    assert answers.take(outbox.database, token, answer, now()).kind == "used"
    with outbox.database.transaction() as session:
        assert wants_no_mail(session, digest_contact(outbox.database, ANNA))
    assert outbox.write() is None


def test_whoever_answers_has_the_mail_though_its_server_kept_silent(outbox, answers):
    mail = outbox.write()
    outbox.server.cut_at = "end"
    assert outbox.attempt(mail) == "uncertain"
    token = tokens(outbox, mail)["ask"]
    answers.show(outbox.database, token, now())
    assert outbox.row(mail).state == "uncertain"
    answers.take(outbox.database, token, "not_now", now())
    assert outbox.row(mail).state == "sent"


def test_each_side_says_once_how_it_went(outbox, answers):
    code = save_request(outbox.database, volunteer_request(), "sender", now())
    with outbox.database.transaction() as session:
        request = session.execute(select(RequestRow.id).where(RequestRow.reference == code)).scalar()
    link = (NewLink("outcome", now() + timedelta(days=20), 3),)
    for receiver in ("visitor", "volunteer"):
        asked = {"template": f"outcome_{receiver}", "receiver": receiver, "request_id": request, "links": link}
        token, again = (tokens(outbox, outbox.write(**asked))["outcome"] for _ in range(2))
        assert answers.show(outbox.database, token, now()).page == f"outcome_{receiver}"
        assert answers.take(outbox.database, token, "helped", now()).kind == "thanks"
        assert answers.take(outbox.database, again, "not_for_me", now()).kind == "over"
    with outbox.database.transaction() as session:
        kept = session.execute(select(OutcomeAnswerRow.__table__)).all()
    assert [(row.request_id, row.match_id, row.side, row.answer) for row in kept] == [
        (request, 3, "visitor", "helped"),
        (request, 3, "volunteer", "helped"),
    ]


def test_a_view_goes_to_the_front_door_and_comes_as_it_was():
    question = Question((Choice("choice 1", ("Ten years older.",)), Choice("none")), ("By phone.",))
    for view in (LinkView("open", "choose", "en", question), LinkView("thanks", "ask", answer="yes"), LinkView("over")):
        assert LinkView.from_dict(view.as_dict()) == view
