"""The steps of a match: what each changes, whom it writes to, what links in its mails do, and what comes by itself."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from helpline.mail.answers import LinkAnswers, own_handlers
from helpline.mail.match_answers import match_handlers
from helpline.mail.match_duties import do_match_duties, outcomes_to_ask
from helpline.mail.match_steps import (
    MatchDesk,
    answer_for_volunteer,
    ask,
    choose_for_visitor,
    end,
    make_final,
    note_outcome,
    offer,
)
from helpline.matching_settings import MatchingSettings
from helpline.store.audit import Actor, list_entries
from helpline.store.mail_links import links_of
from helpline.store.mail_outbox import due_mails
from helpline.store.mail_refusals import allow_mail, refuse_mail
from helpline.store.mail_tables import MailRow
from helpline.store.needs import read_need, save_set_by_staff
from helpline.store.queue_changes import ItemConflictError
from helpline.store.queue_tables import QueueItemRow
from helpline.store.requests import save_request, withdraw_request
from helpline.store.tables import RequestRow
from helpline.store.volunteer_changes import add_volunteer
from helpline.store.volunteer_matches import MatchRefusedError, matches_for
from helpline.store.volunteer_tables import PeerVolunteerRow
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
    assert match.outcomes == {"volunteer": "not_for_me"}
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


def test_an_offer_that_nobody_answered_comes_back_to_staff_and_can_be_made_again(waits):
    for one in (waits.joan, waits.bev):
        ask(*waits.seen, one, BY_HAND)
        answer_for_volunteer(*waits.seen, waits.match(one), says_yes=True)
    both = [waits.match(one) for one in (waits.joan, waits.bev)]
    offer(*waits.seen, both, BY_MAIL)
    token = waits.link("choose")
    days = BY_MAIL.settings.match_choice_days
    assert do_match_duties(waits.database, 6, now() + timedelta(days=days, minutes=-1)) == (0, 0)
    later = now() + timedelta(days=days, minutes=1)
    assert do_match_duties(waits.database, 6, later) == (1, 0)
    assert waits.states() == {waits.joan: "accepted", waits.bev: "accepted"}
    assert waits.item.next_attempt_at == later
    with waits.database.transaction() as session:
        assert all(one.was_offered_in_vain for one in matches_for(session, waits.request))
    assert waits.show(token).kind == "over"
    assert do_match_duties(waits.database, 6, later) == (0, 0)
    # By word of mouth, which has no link: what was over before does not end it.
    offer(*waits.seen, both, BY_HAND)
    assert do_match_duties(waits.database, 6, later) == (0, 0)
    assert waits.states() == {waits.joan: "offered", waits.bev: "offered"}


def test_who_is_offered_again_gets_another_mail(waits):
    ask(*waits.seen, waits.joan, BY_HAND)
    answer_for_volunteer(*waits.seen, waits.match(waits.joan), says_yes=True)
    match = waits.match(waits.joan)
    offer(*waits.seen, [match], BY_MAIL)
    later = now() + timedelta(days=BY_MAIL.settings.match_choice_days, minutes=1)
    assert do_match_duties(waits.database, 6, later) == (1, 0)
    again = replace(BY_MAIL, settings=MatchingSettings.parse_obj({"match_choice_days": 9}))
    assert offer(*waits.seen, [match], again).visitor
    assert waits.mails() == ["choose_volunteer failed", "choose_volunteer"]
    assert waits.answer(waits.link("choose"), f"choice {match}").kind == "thanks"


def test_what_was_told_by_telephone_is_not_asked_for_by_mail(waits):
    ask(*waits.seen, waits.joan, BY_HAND)
    answer_for_volunteer(*waits.seen, waits.match(waits.joan), says_yes=True)
    match = waits.match(waits.joan)
    make_final(*waits.seen, match, BY_HAND)
    note_outcome(*waits.seen, match, "visitor", "helped")
    later = now() + timedelta(weeks=6, minutes=1)
    assert do_match_duties(waits.database, 6, later) == (0, 1)
    assert waits.mails() == ["outcome_volunteer"]
    note_outcome(*waits.seen, match, "volunteer", "a_little")
    assert waits.show(waits.link("outcome")).kind == "over"
    assert waits.answer(waits.link("outcome"), "not_for_me").kind == "over"
    with waits.database.transaction() as session:
        assert matches_for(session, waits.request)[0].outcomes == {"visitor": "helped", "volunteer": "a_little"}


def test_whom_no_mail_reaches_is_not_looked_at_again_and_again(waits):
    ask(*waits.seen, waits.joan, BY_HAND)
    answer_for_volunteer(*waits.seen, waits.match(waits.joan), says_yes=True)
    make_final(*waits.seen, waits.match(waits.joan), BY_HAND)
    later = now() + timedelta(weeks=6, minutes=1)
    with waits.database.transaction() as session:
        visitor, joan = session.get(RequestRow, waits.request), session.get(PeerVolunteerRow, waits.joan)
        for one in (visitor, joan):
            refuse_mail(session, one.contact_digest, now())
    assert do_match_duties(waits.database, 6, later) == (0, 0)
    with waits.database.transaction() as session:
        allow_mail(session, session.get(PeerVolunteerRow, waits.joan).contact_digest)
    assert do_match_duties(waits.database, 6, later) == (0, 1)
    assert do_match_duties(waits.database, 6, later) == (0, 0)
    assert waits.mails() == ["outcome_volunteer"]


def test_of_whom_no_mail_asks_staff_ask_how_it_went(waits):
    def sides(when) -> list[tuple[str, ...]]:
        return [one.sides for one in outcomes_to_ask(waits.database, 6, when)]

    ask(*waits.seen, waits.joan, BY_HAND)
    answer_for_volunteer(*waits.seen, waits.match(waits.joan), says_yes=True)
    match = waits.match(waits.joan)
    make_final(*waits.seen, match, BY_HAND)
    later = now() + timedelta(weeks=6, minutes=1)
    assert sides(now()) == sides(now() + timedelta(weeks=13)) == []
    assert sides(later) == [("visitor", "volunteer")]
    (one,) = outcomes_to_ask(waits.database, 6, later)
    assert (one.reference, one.first_name, one.volunteer) == (waits.code, "Grace", "Joan")
    note_outcome(*waits.seen, match, "visitor", "helped")
    assert sides(later) == [("volunteer",)]
    assert do_match_duties(waits.database, 6, later) == (0, 1)  # the volunteer has an address
    assert sides(later) == []


def test_a_click_and_staff_at_the_same_moment_do_not_wait_for_each_other(waits):
    """On PostgreSQL the two would, if each locked first what the other locks last: one of them would be broken off."""
    with ThreadPoolExecutor(2) as threads:
        for _ in range(25):
            ask(*waits.seen, waits.joan, BY_MAIL)
            seen, match, token = waits.seen, waits.match(waits.joan), waits.link("ask")
            both = Barrier(2)

            def by_hand(seen=seen, match=match, both=both):
                both.wait()
                with suppress(ItemConflictError, MatchRefusedError):
                    answer_for_volunteer(*seen, match, says_yes=True)

            def by_link(token=token, both=both):
                both.wait()
                return waits.answer(token, "yes").kind

            done = threads.submit(by_hand), threads.submit(by_link)
            assert done[0].result() is None
            assert done[1].result() in ("thanks", "over")
            assert waits.states() == {waits.joan: "accepted"}
            end(*waits.seen, match)
