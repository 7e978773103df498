"""Each mail is sent once: against a real server that refuses, keeps silent, hangs up, or wants to be asked again."""

import subprocess
import sys
import time
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from helpline.mail.composing import Composer
from helpline.mail.sending import LONGEST_PAUSE, Postman, pause_after
from helpline.mail.smtp import SmtpServer
from helpline.settings import ROOT
from helpline.store.audit import Actor, list_entries
from helpline.store.mail_outbox import hand_over, take_mail
from helpline.store.mail_trouble import mails_in_trouble, send_again
from helpline.store.queue_tables import QueueItemRow
from helpline.store.requests import save_request
from helpline.store.tables import RequestRow
from tests.builders import volunteer_request
from tests.mail.conftest import ANNA, SIGN_IN, Outbox, now, setup_for
from tests.mail.server import STAGES, MailServer
from tests.store.conftest import STORE_KEY


def test_a_mail_is_sent_once_and_whom_it_went_to_is_gone_then(outbox):
    mail = outbox.write()
    assert outbox.due() == [mail]
    assert outbox.attempt(mail) == "sent"
    assert [address for address, _ in outbox.server.received] == [ANNA]
    row = outbox.row(mail)
    assert (row.address, row.content, row.next_try_at) == (None, None, None)
    outbox.attempt(mail)
    assert len(outbox.server.received) == 1
    assert outbox.due() == []


def test_what_arrives_is_text_and_html_with_our_own_id(outbox):
    mail = outbox.write()
    key = outbox.row(mail).key
    outbox.attempt(mail)
    read = message_from_bytes(outbox.server.received[0][1], policy=default)
    assert read["Message-ID"] == f"<{key}@example.org>"
    assert read["From"] == "The helpline <helpline@example.org>"
    assert read["To"] == ANNA
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read["List-Unsubscribe"].startswith("<https://chat.example.org/v/")
    text, html = (part.get_content() for part in read.iter_parts())
    assert "https://chat.example.org/v/" in text
    assert 'href="https://chat.example.org/v/' in html
    assert not [line for line in outbox.server.received[0][1].split(b"\r\n") if len(line) > 998]


@pytest.mark.parametrize("stage", STAGES[: STAGES.index("end")])
def test_cut_off_before_the_end_it_was_not_taken_and_is_sent_again(outbox, stage):
    mail = outbox.write()
    outbox.server.cut_at = stage
    assert outbox.attempt(mail) == "waiting"
    assert outbox.server.received == []
    assert outbox.row(mail).next_try_at > now() + timedelta(seconds=20)
    outbox.server.cut_at = None
    assert outbox.attempt(mail) == "sent"
    assert len(outbox.server.received) == 1


@pytest.mark.parametrize("stage", STAGES[1 : STAGES.index("content")])
def test_silence_before_the_end_is_waited_out_and_the_mail_sent_again(outbox, stage):
    mail = outbox.write()
    outbox.server.silent_at = stage
    assert outbox.attempt(mail) == "waiting"
    assert outbox.row(mail).error
    outbox.server.silent_at = None
    assert outbox.attempt(mail) == "sent"
    assert len(outbox.server.received) == 1


@pytest.mark.parametrize("how", ["cut_at", "silent_at"])
def test_behind_the_end_nobody_knows_and_it_is_not_sent_again_by_itself(outbox, how):
    mail = outbox.write()
    setattr(outbox.server, how, "end")
    assert outbox.attempt(mail) == "uncertain"
    setattr(outbox.server, how, None)
    for _ in range(3):
        assert outbox.attempt(mail) == "uncertain"
    assert len(outbox.server.received) == 1
    assert outbox.due() == []
    (shown,) = mails_in_trouble(outbox.database)
    assert (shown.id, shown.state, shown.error) == (mail, "uncertain", "no answer")


def test_what_is_uncertain_staff_may_send_again_with_the_same_id(outbox):
    mail = outbox.write()
    outbox.server.cut_at = "end"
    outbox.attempt(mail)
    outbox.server.cut_at = None
    assert send_again(outbox.database, Actor(None, "Anna"), mail)
    assert not send_again(outbox.database, Actor(None, "Anna"), mail)
    (entry,) = list_entries(outbox.database)
    assert (entry.staff_name, entry.action, entry.detail) == ("Anna", "mail sent again", {"mail": mail})
    assert outbox.attempt(mail) == "sent"
    first, second = (message_from_bytes(content)["Message-ID"] for _, content in outbox.server.received)
    assert first == second


def test_when_quitting_fails_the_mail_was_sent_all_the_same(outbox):
    for how in ("cut_at", "silent_at"):
        mail = outbox.write()
        setattr(outbox.server, how, "quit")
        assert outbox.attempt(mail) == "sent"
        setattr(outbox.server, how, None)


def test_greylisting_is_waited_out(outbox):
    outbox.server.greylisting = True
    mail = outbox.write()
    assert outbox.attempt(mail) == "waiting"
    row = outbox.row(mail)
    assert row.error == "451 4.7.1"
    assert timedelta(seconds=20) < row.next_try_at - now() < timedelta(seconds=100)
    assert outbox.due() == []
    assert outbox.attempt(mail) == "sent"
    assert len(outbox.server.received) == 1


def test_a_refusal_for_now_behind_the_mail_is_one_that_the_server_did_not_take(outbox):
    outbox.server.data_reply = "451 4.3.0 Busy"
    mail = outbox.write()
    assert outbox.attempt(mail) == "waiting"
    outbox.server.data_reply = None
    assert outbox.attempt(mail) == "sent"


def test_a_refusal_for_good_is_given_up_and_shown_without_the_servers_words(outbox):
    outbox.server.refused.add(ANNA)
    mail = outbox.write()
    assert outbox.attempt(mail) == "failed"
    assert outbox.row(mail).error == "550 5.1.1"
    outbox.server.data_reply = "554 5.7.1 Looks like spam to ruth@example.org"
    other = outbox.write("ruth@example.org")
    assert outbox.attempt(other) == "failed"
    assert [(one.id, one.error) for one in mails_in_trouble(outbox.database)] == [
        (other, "554 5.7.1"),
        (mail, "550 5.1.1"),
    ]
    assert outbox.due() == []


def test_a_refused_sender_is_the_set_ups_fault_and_no_mails(outbox):
    outbox.server.mail_reply = "550 5.7.1 Not from here"
    mail = outbox.write()
    assert outbox.attempt(mail) == "waiting"
    assert outbox.row(mail).error == "550 5.7.1"


def test_a_visitors_mail_that_fails_is_seen_in_the_queue(outbox):
    code = save_request(outbox.database, volunteer_request(), "sender", now())
    with outbox.database.transaction() as session:
        request = session.execute(select(RequestRow.id).where(RequestRow.reference == code)).scalar()
    outbox.server.refused.add("grace@example.org")
    outbox.attempt(outbox.write("grace@example.org", receiver="visitor", template="match_made", request_id=request))
    with outbox.database.transaction() as session:
        reasons = (
            session.execute(select(QueueItemRow.reason).where(QueueItemRow.kind == "conversation")).scalars().all()
        )
    assert reasons == ["undelivered/mail"]
    assert mails_in_trouble(outbox.database)[0].reference == code


def test_while_nobody_listens_it_is_tried_again(database, outbox):
    outbox.server.stop()
    mail = outbox.write()
    assert outbox.attempt(mail) == "waiting"
    assert outbox.row(mail).error == "refused the connection"
    outbox.server.start()
    assert outbox.attempt(mail) == "sent"


def test_past_its_time_it_is_given_up_with_the_last_reason(outbox):
    outbox.server.greylisting = True
    mail = outbox.write()
    outbox.attempt(mail)
    outbox.change(mail, give_up_at=now() - timedelta(seconds=1))
    assert outbox.attempt(mail) == "failed"
    assert outbox.row(mail).error == "451 4.7.1"
    assert outbox.server.received == []


def test_the_next_try_is_never_later_than_the_end_of_its_time(outbox):
    outbox.server.greylisting = True
    end = now() + timedelta(seconds=5)
    mail = outbox.write(give_up_at=end)
    outbox.attempt(mail)
    assert outbox.row(mail).next_try_at <= end


def test_pauses_grow_to_an_end_and_are_never_alike():
    assert all(30 <= pause_after(1) <= 90 for _ in range(50))
    assert all(120 <= pause_after(3) <= 360 for _ in range(50))
    assert all(pause_after(30) <= LONGEST_PAUSE * 1.5 for _ in range(50))
    assert len({pause_after(4) for _ in range(20)}) == 20


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_with_tls_and_a_name(database, tmp_path, security):
    with MailServer(security, needs_sign_in=True).secured(tmp_path) as server:
        outbox = Outbox(database, server, setup_for(server, security, **SIGN_IN))
        outbox.smtp.check()
        assert outbox.attempt(outbox.write()) == "sent"
        wrong = Outbox(database, server, setup_for(server, security, user="helpline", password="another"))
        mail = wrong.write()
        assert wrong.attempt(mail) == "waiting"
        assert wrong.row(mail).error.startswith("535")
        assert len(server.received) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_gets_no_mail(database, tmp_path, security):
    with MailServer(security).secured(tmp_path) as server:
        server.client_context = None
        outbox = Outbox(database, server, setup_for(server, security))
        mail = outbox.write()
        assert outbox.attempt(mail) == "waiting"
        assert outbox.row(mail).error == "its certificate is not trusted"
        assert server.rcpts == []


def test_a_server_without_starttls_gets_no_mail_in_clear(database, server):
    outbox = Outbox(database, server, setup_for(server, "starttls", **SIGN_IN))
    mail = outbox.write()
    assert outbox.attempt(mail) == "waiting"
    assert outbox.row(mail).error == "offers no STARTTLS"
    assert server.rcpts == []


def test_an_address_in_another_alphabet_goes_where_the_server_takes_it(database):
    for takes, state in ((True, "sent"), (False, "failed")):
        with MailServer(takes_utf8=takes) as server:
            outbox = Outbox(database, server)
            assert outbox.attempt(outbox.write("grüße@example.org")) == state
            assert [address for address, _ in server.received] == ["grüße@example.org"] * takes


def test_of_two_processes_one_hands_over(outbox):
    mail = outbox.write()
    first = take_mail(outbox.database, mail, now())
    assert take_mail(outbox.database, mail, now()) is None
    outbox.wait(mail)
    second = take_mail(outbox.database, mail, now())
    assert not hand_over(outbox.database, first, now())
    assert hand_over(outbox.database, second, now())
    assert not hand_over(outbox.database, second, now())


def test_what_is_deleted_meanwhile_is_not_handed_over(outbox):
    mail = outbox.write()
    taken = take_mail(outbox.database, mail, now())
    with outbox.database.transaction() as session:
        session.execute(RequestRow.metadata.tables["mail_outbox"].delete())
    assert not hand_over(outbox.database, taken, now())


def test_a_line_that_is_a_dot_arrives_as_a_dot(outbox):
    outbox.smtp.send(b"Subject: x\r\n\r\nbefore\r\n.\r\n..\r\nafter", ANNA, lambda: True)
    assert outbox.server.received[0][1] == b"Subject: x\r\n\r\nbefore\r\n.\r\n..\r\nafter\r\n"


def test_what_is_of_another_version_is_given_up_and_holds_up_nothing(outbox):
    mail = outbox.write(template="of_another_version")
    assert outbox.attempt(mail) == "failed"
    assert outbox.row(mail).error == "cannot be read"


def test_no_log_tells_an_address_or_what_a_server_says(outbox, caplog):
    caplog.set_level("DEBUG", logger="helpline")
    outbox.server.refused.add(ANNA)
    outbox.attempt(outbox.write())
    outbox.server.cut_at = "end"
    outbox.attempt(outbox.write("ruth@example.org"))
    assert "A mail was refused for good: 550 5.1.1." in caplog.text
    assert "example.org" not in caplog.text


PROGRAM = """
from tests.mail.conftest import *
from helpline.store.encryption import Cipher
server = MailServer(); server.port = {port}
database = Database({url!r}, Cipher([{key!r}]))
composer = Composer(setup_for(server), Links(SECRET), None)
Postman(database, composer, SmtpServer(setup_for(server))).attempt({mail})
"""


@pytest.mark.parametrize(("stage", "left", "then"), [("data", "sending", "sent"), ("end", "uncertain", "uncertain")])
def test_killed_while_it_sends_none_is_lost_and_none_is_sent_twice(outbox, stage, left, then):
    """Killed before the end, the mail is sent by the next process; behind it, staff hear that nobody knows."""
    mail = outbox.write()
    outbox.server.silent_at = stage
    url = outbox.database.engine.url.render_as_string(hide_password=False)
    program = PROGRAM.format(port=outbox.server.port, url=url, key=STORE_KEY, mail=mail)
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    assert outbox.server.is_silent.wait(60)
    process.kill()
    assert process.wait() == -9
    outbox.server.silent_at = None
    assert outbox.row(mail).state == left
    assert outbox.due() == []
    assert outbox.attempt(mail) == then
    assert len(outbox.server.received) == 1
    assert [one.id for one in mails_in_trouble(outbox.database)] == [mail] * (then == "uncertain")
    assert outbox.due() == []


def test_stopping_hangs_up_and_tells_the_truth(outbox):
    import threading

    mail = outbox.write()
    outbox.server.silent_at = "end"
    setup = setup_for(outbox.server)
    smtp = SmtpServer(setup)  # it would wait for ten minutes
    postman = Postman(outbox.database, Composer(setup, outbox.links, None), smtp)
    thread = threading.Thread(target=postman.attempt, args=(mail,))
    thread.start()
    assert outbox.server.is_silent.wait(10)
    began = time.monotonic()
    postman.stop()
    thread.join(10)
    assert time.monotonic() - began < 5
    assert outbox.row(mail).state == "uncertain"
