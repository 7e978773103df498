"""The steps of a match: what each changes, whom it writes to, what links in its mails do, and what comes by itself."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from helpline.mail.answers import LinkAnswers, own_handlers
from helpline.mail.match_answers import match_handlers
from helpline.mail.match_duties import do_match_duties
from helpline.mail.match_steps import (
    MatchDesk,
    answer_for_volunteer,
    ask,
    choose_for_visitor,
    end,
    make_final,
    offer,
)
from helpline.matching_settings import MatchingSettings
from helpline.store.audit import Actor, list_entries
from helpline.store.mail_links import links_of
from helpline.store.mail_outbox import due_mails
from helpline.store.mail_tables import MailRow
from helpline.store.needs import read_need, save_set_by_staff
from helpline.store.queue_changes import ItemConflictError
from helpline.store.queue_tables import QueueItemRow
from helpline.store.requests import save_request, withdraw_request
from helpline.store.tables import RequestRow
from helpline.store.volunteer_changes import add_volunteer
from helpline.store.volunteer_matches import MatchRefusedError, matches_for
from helpline.volunteers.links import Links, SignedLink
from helpline.volunteers.needs import SetByStaff
from helpline.volunteers.weights import DEFAULT_WEIGHTS
from tests.builders import volunteer, volunteer_request
from tests.mail.conftest import SECRET, now

CORA = Actor(None, "Cora")
BY_MAIL, BY_HAND = (MatchDesk(MatchingSettings(), mails) for mails in (True, False))


@dataclass
class Wait:
    """Somebody who waits, and two volunteers."""

    database: object
    code: str
    request: int
    joan: int
    bev: int

    @property
    def item(self):
        with self.database.transaction() as session:
            return session.execute(select(QueueItemRow).where(QueueItemRow.reference == self.code)).scalar_one()

    @property
    def seen(self):
        return self.database, CORA, self.code, self.item.version

    def states(self) -> dict[int, str]:
        with self.database.transaction() as session:
            return {one.volunteer_id: one.state for one in reversed(matches_for(session, self.request))}

    def match(self, of: int) -> int:
        with self.database.transaction() as session:
            return next(one.id for one in matches_for(session, self.request) if one.volunteer_id == of)

    def mails(self) -> list[str]:
        with self.database.transaction() as session:
            rows = session.execute(select(MailRow.template, MailRow.state).order_by(MailRow.id))
            return [template if state == "waiting" else f"{template} {state}" for template, state in rows]

    def link(self, purpose: str) -> str:
        """Return the token of the newest link of a purpose."""
        with self.database.transaction() as session:
            for mail in session.execute(select(MailRow.id).order_by(MailRow.id.desc())).scalars():
                for link in links_of(session, mail):
                    if link.purpose == purpose:
                        return Links(SECRET).token(SignedLink(link.purpose, link.id, link.expires_at))
        raise AssertionError(purpose)

    def answer(self, token: str, answer: str):
        answers = LinkAnswers(Links(SECRET), {**own_handlers(), **match_handlers(DEFAULT_WEIGHTS)})
        return answers.take(self.database, token, answer, now())

    def show(self, token: str):
        answers = LinkAnswers(Links(SECRET), {**own_handlers(), **match_handlers(DEFAULT_WEIGHTS)})
        return answers.show(self.database, token, now())


@pytest.fixture
def waits(database) -> Wait:
    code = save_request(database, volunteer_request(), "visitor", now())
    with database.transaction() as session:
        request = session.execute(select(RequestRow.id).where(RequestRow.reference == code)).scalar_one()
    joan = add_volunteer(database, CORA, volunteer(trained_on=date(2025, 1, 1)))
    bev = add_volunteer(
        database, CORA, volunteer(name="Bev", email="bev@example.org", phone=None, trained_on=date(2025, 1, 1))
    )
    return Wait(database, code, request, joan, bev)


def test_from_asking_by_mail_to_what_both_say_later(waits):
    assert ask(*waits.seen, waits.joan, BY_MAIL).volunteer
    assert (waits.states(), waits.item.status) == ({waits.joan: "asked"}, "waiting_for_volunteer")
    token = waits.link("ask")
    assert [each.value for each in waits.show(token).question.choices] == ["yes", "not_now"]
    assert waits.answer(token, "yes").kind == "thanks"
    assert waits.states() == {waits.joan: "accepted"}
    assert waits.item.next_attempt_at <= now()
    assert waits.answer(token, "not_now").kind == "used"
    told = make_final(*waits.seen, waits.match(waits.joan), BY_MAIL)
    assert (told.volunteer, told.visitor) == (True, True)
    assert (waits.states(), waits.item.status) == ({waits.joan: "final"}, "done")
    assert waits.mails() == ["ask_volunteer", "match_final", "match_made"]
    later = now() + timedelta(weeks=6, minutes=1)
    assert do_match_duties(waits.database, 6, now()) == (0, 0)
    assert do_match_duties(waits.database, 6, later) == (0, 1)
    assert do_match_duties(waits.database, 6, later) == (0, 0)
    assert waits.mails()[3:] == ["outcome_visitor", "outcome_volunteer"]
    assert waits.answer(waits.link("outcome"), "not_for_me").kind == "thanks"
    with waits.database.transaction() as session:
        (match,) = matches_for(session, waits.request)
    assert (match.volunteer_helpful, match.visitor_helpful) == (False, None)
    end(*waits.seen, match.id)
    assert (waits.states(), waits.item.status) == ({waits.joan: "ended"}, "done")
    told = {(entry.staff_name, entry.action) for entry in list_entries(waits.database, waits.code)}
    assert {("Cora", "match asked"), ("the volunteer, by a link", "match accepted"), ("Cora", "match final")} <= told


def test_with_email_off_the_same_goes_by_word_of_mouth_and_no_mail_is_written(waits):
    assert not ask(*waits.seen, waits.joan, BY_HAND).volunteer
    with pytest.raises(MatchRefusedError):
        make_final(*waits.seen, waits.match(waits.joan), BY_HAND)  # nobody said yes
    answer_for_volunteer(*waits.seen, waits.match(waits.joan), says_yes=False)
    with pytest.raises(MatchRefusedError, match="said not now"):
        ask(*waits.seen, waits.joan, BY_HAND)
    ask(*waits.seen, waits.bev, BY_HAND)
    answer_for_volunteer(*waits.seen, waits.match(waits.bev), says_yes=True)
    make_final(*waits.seen, waits.match(waits.bev), BY_HAND)
    assert waits.states() == {waits.joan: "declined", waits.bev: "final"}
    assert waits.mails() == []


def test_the_visitor_chooses_among_those_who_said_yes_without_their_names(waits):
    for one in (waits.joan, waits.bev):
        ask(*waits.seen, one, BY_MAIL)
        answer_for_volunteer(*waits.seen, waits.match(one), says_yes=True)
    both = [waits.match(one) for one in (waits.joan, waits.bev)]
    assert offer(*waits.seen, both, BY_MAIL).visitor
    token = waits.link("choose")
    question = waits.show(token).question
    assert [each.value for each in question.choices] == [*(f"choice {one}" for one in both), "none"]
    assert all(each.words for each in question.choices[:2])
    assert "Joan" not in str(question)
    assert waits.answer(token, "choice 999").kind == "choose_one"
    assert waits.answer(token, f"choice {both[1]}").kind == "thanks"
    assert waits.states() == {waits.joan: "not_chosen", waits.bev: "chosen"}
    make_final(*waits.seen, both[1], BY_MAIL)
    with pytest.raises(MatchRefusedError):
        offer(*waits.seen, [both[0]], BY_MAIL)


def test_none_chosen_leaves_the_request_to_be_gone_on_with(waits):
    ask(*waits.seen, waits.joan, BY_HAND)
    answer_for_volunteer(*waits.seen, waits.match(waits.joan), says_yes=True)
    offer(*waits.seen, [waits.match(waits.joan)], BY_MAIL)
    token = waits.link("choose")
    choose_for_visitor(*waits.seen, None)
    assert waits.states() == {waits.joan: "not_chosen"}
    assert waits.show(token).kind == "over"
    assert (waits.item.status, waits.mails()) == ("waiting_for_volunteer", ["choose_volunteer failed"])


def test_a_question_that_nobody_answered_expires_and_the_request_is_due(waits):
    ask(*waits.seen, waits.joan, BY_MAIL)
    ask(*waits.seen, waits.bev, BY_HAND)
    assert do_match_duties(waits.database, 6, now() + timedelta(days=2)) == (0, 0)
    later = now() + timedelta(days=3, minutes=1)
    assert do_match_duties(waits.database, 6, later) == (1, 0)
    assert waits.states() == {waits.joan: "expired", waits.bev: "asked"}  # whom somebody called has no such time
    assert waits.item.next_attempt_at == later


def test_who_withdraws_frees_the_volunteers_and_ends_the_links(waits):
    ask(*waits.seen, waits.joan, BY_MAIL)
    token = waits.link("ask")
    withdraw_request(waits.database, waits.code, now())
    assert waits.states() == {waits.joan: "ended"}
    assert waits.answer(token, "yes").kind == "over"
    assert due_mails(waits.database, now()) == []


def test_who_saw_an_older_request_changes_nothing(waits):
    seen = waits.seen
    ask(*seen, waits.joan, BY_MAIL)
    with pytest.raises(ItemConflictError):
        ask(*seen, waits.bev, BY_MAIL)
    assert waits.states() == {waits.joan: "asked"}


def test_nobody_is_asked_whom_something_forbids(waits):
    save_set_by_staff(*waits.seen, SetByStaff(language="cy", times=frozenset(), concerns=frozenset({"dating"})))
    with waits.database.transaction() as session:
        need = read_need(session, waits.request)
    assert (need.language, need.times, need.concerns) == ("cy", frozenset(), {"dating"})
    with pytest.raises(MatchRefusedError, match="no language in common"):
        ask(*waits.seen, waits.joan, BY_MAIL)
    assert (waits.states(), waits.mails()) == ({}, [])
