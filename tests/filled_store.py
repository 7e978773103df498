"""A store in which every table holds something: for tests of what goes through all of it."""

from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, update

from helpline.store.all_tables import all_tables
from helpline.store.audit import Actor
from helpline.store.conversation_reviews import save_review
from helpline.store.conversations import TurnRecord, list_turns, read_conversation, write_turn
from helpline.store.database import Database
from helpline.store.day_counts import count_settled_days
from helpline.store.drafts import save_draft
from helpline.store.feedback import save_feedback
from helpline.store.flows import begin_run, save_flow, save_result
from helpline.store.inbox import Answer, IncomingMessage, contacts_waiting, finish, next_waiting, receive
from helpline.store.mail_links import NewLink, take_answer
from helpline.store.mail_outbox import NewMail, add_mail
from helpline.store.mail_refusals import refuse_mail
from helpline.store.mail_tables import MailRow, OutcomeAnswerRow
from helpline.store.messaging_senders import MessagingSender
from helpline.store.needs import save_set_by_staff
from helpline.store.outbox import Outgoing, mark_sent, take_next
from helpline.store.passkeys import add_passkey
from helpline.store.proposals import propose
from helpline.store.queue import Wanted, list_queue, read_item
from helpline.store.queue_changes import add_attempt, add_note, merge, save_reply, set_labels
from helpline.store.requests import digest_contact, read_request, save_request
from helpline.store.staff import add_account, enrol, find_account, note_failure, set_totp_secret
from helpline.store.staff_sessions import open_session, read_session
from helpline.store.tables import RequestRow, VolunteerRow
from helpline.store.volunteer_changes import add_volunteer
from helpline.store.volunteer_matches import move_match, propose_match
from helpline.volunteers.needs import SetByStaff
from tests.builders import NOON, callback_request, volunteer, volunteer_request
from tests.store.test_queue import TIMES

SENDER, OTHER = "sender-of-grace", "sender-of-another"
PHONE, EMAIL = "+12155550142", "grace@example.org"
VOLUNTEER = "ruth.volunteer@example.org"
# Of these, what is staff's own: nobody who asks what is held on them gets it.
OF_STAFF = ("JBSWY3DPEHPK3PXP", "drafted anew", "as it stands", "a saved try-out", "what NED is")
# What must not be readable in any file.
SECRETS = (
    "Grace", "2155550142", EMAIL, "telling my kids", "after lunch", "evenings", "rang twice", "has a sister",
    "what is NED", "was it right", "NED meaning", SENDER, "as a text", "for MORE",
    "some more", "to be written to", "grace.m@", "faith", VOLUNTEER, "a value of a mail", '"dating"', *OF_STAFF,
)  # fmt: skip


def fill_everything(database: Database) -> dict[str, str]:
    """Put at least one row into every table; return the codes of what was put in."""
    add_account(database, Actor(None, "test"), "anna", "Anna", "coordinator", "hash of a password")
    anna = find_account(database, "anna")
    set_totp_secret(database, anna.id, "JBSWY3DPEHPK3PXP")
    enrol(database, anna, 0, ["AAAA-BBBB-CC"])
    add_passkey(database, anna, "phone", b"credential", b"public half", 0)
    open_session(database, "token-of-anna", find_account(database, "anna"), "Firefox on Linux", complete=True)
    note_failure(database, "anna", "192.0.2.1")
    turns = [
        TurnRecord(
            "m1", NOON, "what is NED", [{"text": "NED means ..."}], {"asked_back": {"code": "x"}}, "faq/ned", 0.9
        ),
        TurnRecord("m2", NOON + timedelta(minutes=1), "so bad", [], {}, "crisis", 0.9, "crisis/self"),
    ]
    write_turn(database, SENDER, "website", 0, {"slots": {"first_name": "Grace"}}, turns)
    double = save_request(database, callback_request(best_time="mornings"), SENDER, NOON, "m0")
    call = save_request(database, callback_request(), SENDER, NOON, "m3")
    sign_up = save_request(database, volunteer_request(), SENDER, NOON, "m4")
    save_request(database, callback_request(first_name="Ruth", phone_number="+12155550199"), OTHER, NOON)
    save_feedback(database, SENDER, False, "ned", NOON)
    flagged = next(item for item in listed(database) if item.kind == "conversation")
    merge(database, anna.actor, double, 1, call)
    add_attempt(database, anna.actor, call, 1, "no_answer", "rang twice", None)
    add_note(database, anna.actor, call, "has a sister")
    set_labels(database, anna.actor, call, 3, ["urgent"])
    read_item(database, call, anna.id, NOON)
    save_reply(database, anna.actor, "Thanks", "Thank you.")
    save_draft(database, anna.actor, "utter_faq/ned", [("NED, drafted anew", ())], [("NED as it stands", ())], 0)
    said = [{"text": "a saved try-out", "replies": []}]
    flow = save_flow(database, anna.actor, "what NED is", "website", said)
    save_result(database, begin_run(database, anna.actor, 1), flow, said)
    save_review(database, anna.actor, 1, "right", "was it right")
    count_settled_days(database, NOON + timedelta(days=4), ZoneInfo("UTC"))
    propose(database, anna.actor, 1, 1, "NED meaning", "faq/ned", "training")
    fill_messaging(database)
    fill_volunteers(database, anna.actor)
    save_set_by_staff(database, anna.actor, sign_up, 1, SetByStaff(language="cy", concerns=frozenset({"dating"})))
    fill_mail(database, sign_up)
    return {"call": call, "double": double, "sign_up": sign_up, "flagged": flagged.reference}


def fill_messaging(database: Database) -> None:
    """Put a contact, a message that waits, and messages that went out and wait for MORE into the tables."""
    phone = MessagingSender("sms", "+12155550100", PHONE, PHONE)
    receive(database, [IncomingMessage(phone, "SM1", {"text": "sent as a text"})], NOON)
    ((contact, urgent),) = contacts_waiting(database)
    outgoing = [Outgoing({"text": "answered as a text"}), Outgoing({"text": "and some more"})]
    finish(database, next_waiting(database, contact, urgent), Answer(outgoing, more=[{"text": "kept for MORE"}]), NOON)
    receive(database, [IncomingMessage(phone, "SM2", {"text": "sent as a text again"})], NOON)
    mark_sent(database, take_next(database, contact, urgent, NOON), "SM-ours", NOON)


def fill_volunteers(database: Database, actor: Actor) -> None:
    """Let Grace be a volunteer too, match her with her own sign-up, and add a volunteer who is nobody else here."""
    grace = volunteer(
        name="Grace", email="grace.m@example.org", phone=PHONE, notes="prefers to be written to", concerns={"faith"}
    )
    number = add_volunteer(database, actor, grace)
    add_volunteer(database, actor, volunteer())
    with database.transaction() as session:
        sign_up = session.execute(select(VolunteerRow.__table__.c.id)).scalar_one()
    match = propose_match(database, actor, sign_up, number)
    for before, after in pairwise(("proposed", "asked", "accepted", "final", "ended")):
        move_match(database, actor, match, before, after)


def fill_mail(database: Database, sign_up: str) -> None:
    """Put mails to a visitor and a volunteer, with links, an answer, an outcome and a refusal into the tables."""
    end = NOON + timedelta(days=3)
    with database.transaction() as session:
        request = session.execute(select(RequestRow.id).where(RequestRow.reference == sign_up)).scalar()
        links = [NewLink("choose", end, 1), NewLink("unsubscribe", end)]
        content = {"value": "a value of a mail"}
        to_visitor = NewMail("choose_volunteer", "visitor", EMAIL, end, "choose 1", request, "en", content, links)
        add_mail(session, database, to_visitor, NOON)
        to_volunteer = NewMail("ask_volunteer", "volunteer", VOLUNTEER, end, "ask 1", request, links=links)
        add_mail(session, database, to_volunteer, NOON)
        take_answer(session, 1, "none", NOON)
        gone = {"state": "failed", "error": "550", "next_try_at": None}
        session.execute(update(MailRow.__table__).values(**gone))
        outcome = {"match_id": 1, "side": "visitor", "answer": "helped", "at": NOON}
        session.execute(insert(OutcomeAnswerRow.__table__).values(request_id=request, **outcome))
        refuse_mail(session, digest_contact(database, "nobody@example.org"), NOON)


def listed(database: Database, **wanted):
    return list_queue(database, Wanted(status="all", **wanted), TIMES, NOON, 0).items


def counts(database: Database) -> dict[str, int]:
    """Return the number of rows of each table, but of the keys of digests."""
    with database.transaction() as session:
        return {
            each.name: session.execute(select(func.count()).select_from(each)).scalar()
            for each in all_tables()
            if each.name != "digest_keys"
        }


def everything(database: Database) -> dict[str, list]:
    """Return every value of every table as the code reads it, but digests, which another key makes otherwise."""
    with database.transaction() as session:
        return {
            each.name: session.execute(
                select(*[column for column in each.columns if not column.name.endswith("_digest")]).order_by(
                    *each.primary_key.columns
                )
            ).all()
            for each in all_tables()
            if each.name not in {"digest_keys", "encryption_keys"}
        }


def finds_everything(database: Database, codes: dict[str, str]) -> bool:
    """Tell whether what is looked for by a keyed digest is found: conversations, requests, contacts, sessions."""
    by_phone = {item.reference for item in listed(database, contact_digest=digest_contact(database, PHONE))}
    by_email = {
        item.reference for item in listed(database, contact_digest=digest_contact(database, "Grace@example.org"))
    }
    session = read_session(database, "token-of-anna", timedelta(days=9999), timedelta(days=9999))
    return (
        by_phone == {codes["call"], codes["double"]}
        and by_email == {codes["sign_up"]}
        and read_conversation(database, SENDER).state == {"slots": {"first_name": "Grace"}}
        and [turn.said for turn in list_turns(database, SENDER)[:2]] == ["what is NED", "so bad"]
        and read_request(database, codes["call"], SENDER) == callback_request()
        # The same message saves the same request, and no second one.
        and save_request(database, callback_request(), SENDER, NOON, "m3") == codes["call"]
        and session is not None
    )
