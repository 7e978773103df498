"""`helpline doctor`: plain sentences on what is missing, and an exit status that a script can read."""

import pytest
import typer
from cryptography.fernet import Fernet
from typer.testing import CliRunner

from helpline.cli import doctor as module
from helpline.cli.doctor import LATELY
from helpline.errors import SettingsError
from helpline.settings import Settings
from helpline.store.database import open_database
from helpline.store.inbox import Answer, IncomingMessage, finish, next_waiting, receive
from helpline.store.mail_outbox import NewMail, add_mail, hand_over, note_failed, take_mail
from helpline.store.messaging_senders import MessagingSender
from helpline.store.outbox import Outgoing, begin_again, give_up, mark_sent, opt_out, take_next, try_later
from tests.channels.servers.twilio import ACCOUNT, NUMBER, TOKEN, TwilioServer
from tests.mail.server import PASSWORD, USER, MailServer

KEY = Fernet.generate_key().decode()


@pytest.fixture
def told(tmp_path, monkeypatch, trained_model):
    """Run the doctor with settings, and return what it says and its exit status."""
    monkeypatch.setattr(module, "problem_of_model", lambda: None)
    commands = typer.Typer()
    commands.command()(module.doctor)

    def run(*arguments, **settings) -> tuple[str, int]:
        made = Settings(**{"database_url": f"sqlite:///{tmp_path / 'store.db'}", "encryption_key": KEY, **settings})
        monkeypatch.setattr(module, "load_settings", lambda: made)
        result = CliRunner().invoke(commands, arguments)
        return result.output, result.exit_code

    return run


@pytest.fixture
def store(tmp_path):
    database = open_database(Settings(database_url=f"sqlite:///{tmp_path / 'store.db'}", encryption_key=KEY))
    database.upgrade()
    yield database
    database.close()


def test_where_all_is_well_it_says_what_is_off(told, store):
    text, status = told()
    assert status == 0, text
    assert "Wrong" not in text
    assert "Telegram is off; it needs HELPLINE_TELEGRAM_BOT_TOKEN" in text
    assert "the files of the sentence encoder are whole" in text


def test_a_store_that_is_not_there_is_wrong_with_what_to_do(told):
    text, status = told()
    assert status == 1
    assert "Wrong:  There is no database" in text
    assert "helpline migrate" in text


def test_a_channel_that_is_set_up_in_part_is_wrong(told, store):
    text, status = told(sms_sender=NUMBER, public_url="https://chat.example.org")
    assert status == 1
    assert "HELPLINE_TWILIO_ACCOUNT_SID and HELPLINE_TWILIO_AUTH_TOKEN" in text


def test_a_channel_that_is_on_says_what_its_provider_must_call(told, store):
    with TwilioServer() as twilio:
        secrets = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_url": twilio.url}
        on = {**secrets, "sms_sender": NUMBER, "public_url": "https://chat.example.org"}
        text, status = told(**on)
        assert status == 0, text
        assert "Text messages by way of Twilio is on." in text
        assert "https://chat.example.org/webhooks/sms" in text
        assert "the clock is right" in text
        assert TOKEN not in text
        assert KEY not in text
    text, status = told(**on)
    assert status == 1
    assert "cannot be reached" in text


MAIL = {
    "mail_host": "127.0.0.1",
    "mail_security": "none",
    "mail_sender": "The helpline <helpline@example.org>",
    "public_url": "https://chat.example.org",
}


def test_mail_is_off_on_or_wants_what_is_missing(told, store):
    text, status = told()
    assert status == 0, text
    assert "E-mail is off; it needs HELPLINE_MAIL_HOST, HELPLINE_MAIL_SENDER and HELPLINE_PUBLIC_URL." in text
    text, status = told(mail_host="smtp.example.org", mail_user="helpline")
    assert status == 1
    assert "HELPLINE_MAIL_SENDER, HELPLINE_PUBLIC_URL and HELPLINE_MAIL_PASSWORD" in text
    text, status = told(**MAIL)
    assert status == 0, text
    assert "E-mail is on." in text
    text, status = told(**MAIL, mail_staff=["anna@example.org"])
    assert status == 1
    assert "HELPLINE_CONSOLE_URL" in text


def test_the_mail_server_is_tried_out_without_a_mail(told, store):
    with MailServer(needs_sign_in=True) as server:
        on = {**MAIL, "mail_port": server.port, "mail_user": USER}
        text, status = told("--mail", **on, mail_password=PASSWORD)
        assert status == 0, text
        assert "the mail server 127.0.0.1 lets us in." in text
        assert PASSWORD not in text
        text, status = told("--mail", **on, mail_password="another")
        assert status == 1
        assert "does not let us in: 535" in text
        assert server.rcpts == []
    text, status = told("--mail", **on, mail_password=PASSWORD)
    assert status == 1
    assert "refused the connection" in text
    assert told("--mail")[1] == 1


def test_mails_that_wait_were_given_up_or_are_uncertain_are_counted(told, store):
    now = store.now()
    with store.transaction() as session:
        mails = [
            add_mail(session, store, NewMail("match_made", "visitor", "a@example.org", now + LATELY), now)
            for _ in range(3)
        ]
    note_failed(store, take_mail(store, mails[0], now), "550", now)
    assert hand_over(store, take_mail(store, mails[1], now), now)
    text, _ = told()
    assert "1 mails wait to be sent. Of those of the last 7 days, 1 were given up, and of 1 nobody knows" in text


def test_settings_that_cannot_be_read_are_said(told, store, monkeypatch):
    def refuse():
        raise SettingsError("HELPLINE_PORT: must be a number")

    told()
    monkeypatch.setattr(module, "load_settings", refuse)
    commands = typer.Typer()
    commands.command()(module.doctor)
    result = CliRunner().invoke(commands, [])
    assert result.exit_code == 1
    assert "HELPLINE_PORT: must be a number" in result.output


def test_what_became_of_the_messages_is_said_as_it_is_counted(told, store):
    """Five: one waits, nobody knows of one, one was sent twice, one was given up, one nobody wanted."""
    now = store.now()
    sender = MessagingSender("telegram", "1", "2", None)
    (stored,) = receive(store, [IncomingMessage(sender, "m", {"text": "x"}, False)], now)
    said = [Outgoing({"text": str(number)}, urgent=True) for number in range(5)]
    assert finish(store, next_waiting(store, stored.contact_id, False), Answer(said), now)

    def take():
        return take_next(store, stored.contact_id, True, now)

    double = take()
    for _ in range(2):
        assert begin_again(store, double, now, possibly_double=True)
    mark_sent(store, double, "p", now)
    give_up(store, take(), "400", now)
    opt_out(store, take(), "403", now)
    try_later(store, take(), now, True, now)
    text, _ = told()
    assert "2 messages wait to be sent, or for word of whether they were." in text
    assert "2 were given up or did not arrive" in text
    assert "1 were sent again, once or more, though an earlier try may have arrived" in text
