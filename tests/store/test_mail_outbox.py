"""What is kept of mails, for how long, and what becomes of it when somebody wants none."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from helpline.settings import Settings
from helpline.store.audit import Actor
from helpline.store.erasure import erase_sender
from helpline.store.mail_links import NewLink, read_link, revoke_links, take_answer
from helpline.store.mail_outbox import (
    NewMail,
    add_mail,
    due_mails,
    note_failed,
    take_mail,
)
from helpline.store.mail_refusals import allow_mail, refuse_mail, wants_no_mail
from helpline.store.mail_retention import forget_mails_to_volunteer
from helpline.store.mail_tables import MailLinkRow, MailRefusalRow, MailRow, OutcomeAnswerRow
from helpline.store.mail_trouble import count_mails, let_be, mails_in_trouble, send_again
from helpline.store.requests import digest_contact, save_request
from helpline.store.retention import purge
from helpline.store.tables import RequestRow
from tests.builders import NOON, volunteer_request

END = NOON + timedelta(days=3)
STAFF = Actor(None, "Anna")
GRACE, RUTH = "grace@example.org", "ruth@example.org"


def number(database, row) -> int:
    with database.transaction() as session:
        return session.execute(select(func.count()).select_from(row.__table__)).scalar()


def write(database, address=RUTH, receiver="volunteer", request=None, once=None, end=END, links=None) -> int | None:
    links = [NewLink("ask", end, 7)] if links is None else links
    mail = NewMail("ask_volunteer", receiver, address, end, once, request, links=links)
    with database.transaction() as session:
        return add_mail(session, database, mail, NOON)


def sign_up(database, sender="sender", **others) -> int:
    code = save_request(database, volunteer_request(**others), sender, NOON)
    with database.transaction() as session:
        return session.execute(select(RequestRow.id).where(RequestRow.reference == code)).scalar()


def test_what_is_about_the_same_thing_is_written_down_once(database):
    first = write(database, once="ask 7")
    assert write(database, once="ask 7") == first
    assert write(database, once="ask 8") != first
    assert number(database, MailLinkRow) == 2


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c", "a@example.org\r\nBcc: b@example.org", "a b@example.org"])
def test_what_is_no_address_is_refused(database, address):
    with pytest.raises(ValueError, match="address"):
        write(database, address)


def test_in_quiet_hours_a_mail_waits_unless_it_is_urgent_or_would_be_too_late(database):
    morning = NOON + timedelta(hours=9)
    waits, late = write(database), write(database, end=NOON + timedelta(hours=2))
    with database.transaction() as session:
        urgent = add_mail(session, database, NewMail("staff_urgent", "staff", RUTH, END, urgent=True), NOON)
    assert take_mail(database, waits, NOON, morning) is None
    assert take_mail(database, late, NOON, morning) is not None
    assert take_mail(database, urgent, NOON, morning) is not None
    assert due_mails(database, morning - timedelta(seconds=1)) == [(urgent, True), (late, False)]
    assert take_mail(database, waits, morning).tries == 1


def test_an_address_is_told_by_no_text_of_a_mail(database):
    mail = NewMail("ask_volunteer", "volunteer", RUTH, END)
    assert RUTH not in repr(mail)
    mail_id = write(database)
    assert RUTH not in repr(take_mail(database, mail_id, NOON))


def test_who_wants_no_mail_gets_none_but_staff_do(database):
    waiting, staff = write(database), write(database, receiver="staff")
    with database.transaction() as session:
        refuse_mail(session, digest_contact(database, "RUTH@example.org"), NOON)
        refuse_mail(session, digest_contact(database, RUTH), NOON)
    assert write(database) is None
    assert [mail for mail, _ in due_mails(database, NOON)] == [staff]
    assert take_mail(database, waiting, NOON) is None
    assert mails_in_trouble(database) == []
    with database.transaction() as session:
        assert allow_mail(session, digest_contact(database, RUTH))
        assert not wants_no_mail(session, digest_contact(database, RUTH))
    assert write(database) is not None


def test_a_deletion_takes_the_mails_about_its_requests_and_to_their_addresses(database):
    request = sign_up(database)
    write(database, GRACE, "visitor", request)
    write(database, RUTH, "volunteer", request)
    write(database, GRACE, "visitor")
    others = write(database, "another@example.org", "visitor")
    erase_sender(database, "sender")
    with database.transaction() as session:
        assert session.execute(select(MailRow.id)).scalars().all() == [others]
    assert number(database, MailLinkRow) == 1


def test_a_deletion_leaves_what_another_request_with_the_same_address_needs(database):
    sign_up(database)
    kept = write(database, GRACE, "visitor", sign_up(database, "another sender"))
    erase_sender(database, "sender")
    with database.transaction() as session:
        assert session.execute(select(MailRow.id)).scalars().all() == [kept]


def test_of_a_volunteer_who_leaves_all_mails_go_and_nobody_elses(database):
    write(database, RUTH)
    kept = [write(database, RUTH, "staff"), write(database, "another@example.org")]
    with database.transaction() as session:
        forget_mails_to_volunteer(session, digest_contact(database, RUTH))
        assert session.execute(select(MailRow.id).order_by(MailRow.id)).scalars().all() == kept


def test_that_somebody_wants_no_mail_outlives_a_deletion_and_all_times(database):
    sign_up(database)
    with database.transaction() as session:
        refuse_mail(session, digest_contact(database, GRACE), NOON)
    erase_sender(database, "sender")
    purge(database, Settings(), NOON + timedelta(days=4000))
    assert number(database, MailRefusalRow) == 1
    assert write(database, GRACE) is None


def test_mails_go_with_the_transcript_but_not_while_a_link_in_them_holds(database):
    write(database)
    held = write(database, end=NOON + timedelta(days=95))
    purge(database, Settings(), NOON + timedelta(days=91))
    with database.transaction() as session:
        assert session.execute(select(MailRow.id)).scalars().all() == [held]
    purge(database, Settings(), NOON + timedelta(days=96))
    assert number(database, MailRow) == number(database, MailLinkRow) == 0


def test_of_what_staff_have_seen_the_address_goes(database):
    mail = write(database)
    note_failed(database, take_mail(database, mail, NOON), "550 5.1.1", NOON)
    assert [one.id for one in mails_in_trouble(database)] == [mail]
    assert RUTH not in repr(mails_in_trouble(database))
    assert let_be(database, STAFF, mail)
    with database.transaction() as session:
        assert session.execute(select(MailRow.address).where(MailRow.id == mail)).scalar() is None
    assert mails_in_trouble(database) == []
    counts = count_mails(database, NOON)
    assert (counts.waiting, counts.failed, counts.uncertain) == (0, 1, 0)


def test_what_leads_nowhere_any_more_is_not_sent_again(database):
    later = database.now() + timedelta(days=1)
    lasts, ended, revoked = (write(database, end=end) for end in (later, database.now(), later))
    with database.transaction() as session:
        session.execute(update(MailLinkRow.__table__).where(MailLinkRow.mail_id == revoked).values(revoked_at=NOON))
    for mail in (lasts, ended, revoked):
        note_failed(database, take_mail(database, mail, NOON), "550", NOON)
        assert send_again(database, STAFF, mail) == (mail == lasts)
    with database.transaction() as session:
        assert session.execute(select(MailRow.give_up_at).where(MailRow.id == lasts)).scalar() == later


def test_a_link_takes_one_answer(database):
    write(database)
    with database.transaction() as session:
        assert take_answer(session, 1, "yes", NOON)
        assert not take_answer(session, 1, "not_now", NOON)
        assert read_link(session, 1).answer == "yes"
        assert read_link(session, 2) is None


def test_what_is_over_ends_its_links_and_the_mails_that_wait(database):
    waiting, answered = write(database), write(database)
    with database.transaction() as session:
        take_answer(session, 2, "not_now", NOON)
        assert revoke_links(session, "ask", 7, NOON) == 1
        assert read_link(session, 1).is_revoked
        assert not read_link(session, 2).is_revoked
        assert not take_answer(session, 1, "yes", NOON)
    assert [mail for mail, _ in due_mails(database, NOON)] == [answered]
    assert take_mail(database, waiting, NOON) is None


def test_an_outcome_goes_with_its_request(database):
    assert {key.column.table.name for key in OutcomeAnswerRow.__table__.foreign_keys} == {"requests"}
