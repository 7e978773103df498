"""Staff see mails that may not have arrived, decide about them, and read what each mail says."""

from datetime import timedelta

from sqlalchemy import select

from helpline.mail.wording import load_mail_wording
from helpline.store.audit import list_entries
from helpline.store.mail_links import NewLink
from helpline.store.mail_outbox import NewMail, add_mail, hand_over, note_failed, note_uncertain, take_mail
from helpline.store.mail_refusals import refuse_mail, wants_no_mail
from helpline.store.mail_tables import MailRow
from helpline.store.requests import digest_contact, save_request
from helpline.store.tables import RequestRow
from tests.builders import volunteer_request
from tests.console.conftest import Console

ADDRESS = "grace@example.org"


def written(console: Console, error: str | None = None) -> tuple[str, int]:
    """Return the code of a request, and a mail about it that was refused, or is uncertain."""
    database, now = console.database, console.database.now()
    code = save_request(database, volunteer_request(), f"sender {error}", now)
    with database.transaction() as session:
        request = session.execute(select(RequestRow.id).where(RequestRow.reference == code)).scalar()
        until = now + timedelta(days=3)
        links = [NewLink("choose", until, 1)]
        mail_id = add_mail(
            session,
            database,
            NewMail("choose_volunteer", "visitor", ADDRESS, until, request_id=request, links=links),
            now,
        )
    mail = take_mail(database, mail_id, now)
    hand_over(database, mail, now)
    if error:
        note_failed(database, mail, error, now)
    else:
        note_uncertain(database, mail, now)
    return code, mail_id


def state(console: Console, mail: int) -> str:
    with console.database.transaction() as session:
        return session.execute(select(MailRow.state).where(MailRow.id == mail)).scalar()


def test_what_may_not_have_arrived_is_shown_without_an_address(console: Console) -> None:
    refused, _ = written(console, "550 5.1.1")
    uncertain, _ = written(console)
    page = console.signed_in().get("/mails").text
    assert refused in page
    assert uncertain in page
    assert "the server refused it (code 550 5.1.1)" in page
    assert "Sent again, it may come twice." in page
    assert ADDRESS not in page


def test_sent_again_or_left_and_who_decided_is_written_down(console: Console) -> None:
    code, again = written(console)
    _, left = written(console, "550")
    anna = console.signed_in()
    answer = anna.post(f"/mails/{again}/send")
    assert "The mail is sent again." in anna.get(answer.headers["location"]).text
    assert state(console, again) == "waiting"
    anna.post(f"/mails/{left}/leave")
    assert state(console, left) == "failed"
    assert "Nothing to look at" in anna.get("/mails").text
    entry = list_entries(console.database, code)[0]
    assert (entry.staff_name, entry.action, entry.detail) == ("Anna", "mail sent again", {"mail": again})


def test_what_is_over_is_not_sent_again_and_that_is_said(console: Console) -> None:
    _, mail = written(console)
    console.ahead = timedelta(minutes=1)
    anna = console.signed_in()
    anna.post(f"/mails/{mail}/leave")
    answer = anna.post(f"/mails/{mail}/send")
    assert "what it was about is over" in anna.get(answer.headers["location"]).text


def test_who_wanted_no_mail_and_asks_for_it_gets_it_again(console: Console) -> None:
    database, anna = console.database, console.signed_in()
    with database.transaction() as session:
        refuse_mail(session, digest_contact(database, ADDRESS), database.now())
    said = {
        "nobody": "Type an email address.",
        "Grace@Example.org": "The helpline writes to this address again.",
        ADDRESS: "Nobody had asked for no mails",
    }
    for typed, words in said.items():
        answer = anna.post("/mails/allow", address=typed)
        assert ADDRESS not in answer.headers["location"]
        assert words in anna.get(answer.headers["location"]).text
    with database.transaction() as session:
        assert not wants_no_mail(session, digest_contact(database, ADDRESS))
    entries = [entry for entry in list_entries(database) if entry.action == "mail allowed again"]
    assert [(entry.staff_name, entry.subject, entry.detail) for entry in entries] == [("Anna", None, {})]


def test_each_mail_can_be_read_also_while_e_mail_is_off(console: Console) -> None:
    anna = console.signed_in()
    assert "E-mail is off" in anna.get("/mails").text
    for name in load_mail_wording().templates:
        answer = anna.get(f"/mails/{name}")
        assert answer.status_code == 200
        assert "Hello," in answer.text
    assert anna.get("/mails/nothing").status_code == 404
