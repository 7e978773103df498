"""Invented people for a demonstration: a store of its own, full of what a morning at the helpline brings.

Telephone numbers are those that are kept free for fiction (555-01xx), and email addresses end in example.org.
"""

from dataclasses import dataclass
from datetime import timedelta

from helpline.console.answer_form import stored
from helpline.console.credentials import hash_password, new_recovery_codes, new_secret
from helpline.console.demo_conversations import fill_conversations
from helpline.console.demo_volunteers import fill_volunteers
from helpline.content.catalogue import read_snapshot
from helpline.requests.request import CallbackRequest, Request, VolunteerRequest
from helpline.settings import ROOT
from helpline.store import queue_changes, staff
from helpline.store.audit import Actor
from helpline.store.conversations import TurnRecord, write_turn
from helpline.store.database import Database
from helpline.store.drafts import save_draft
from helpline.store.queue import DueTimes, Wanted, list_queue
from helpline.store.requests import save_request

PEOPLE = (
    ("anna", "Anna Staff", "staff"),
    ("cora", "Cora Coordinator", "coordinator"),
    ("ada", "Ada Admin", "administrator"),
)
_MAKER = Actor(None, "the demonstration")
# First name, number's last two digits, best time, topic, hours ago.
_CALLS = (
    ("Grace", "42", "after lunch", "How to tell my kids", 26.0),
    ("Rosa", "17", "mornings", "Side effects of my new pill", 3.0),
    ("Mei", "63", None, None, 0.4),
    ("Dolores", "08", "evenings after 6", "My scan is next week and I cannot sleep", 9.0),
    ("Fatima", "77", "any time", "Help with the costs", 50.0),
    ("Grace", "42", "after lunch", "How to tell my kids, and work", 5.0),
)
_SIGN_UPS = (
    ("Linda", "self", "50-59", ("bones",), "Living with it for years", 30.0),
    ("Aisha", "self", "30-39", ("liver", "bones"), "Small children", 90.0),
    ("Tom", "other", "40-49", ("brain",), "My wife was told last month", 6.0),
)
_RAISED = (
    ("I don't want to be here any more", "crisis/self", 0.3, "I am so glad that you told me. Please call or text 988."),
    ("he said he will hurt me if I go to the clinic again", "violence", 20.0, "You deserve to be safe. Call 911."),
)
_REPLIES = (
    (
        "We tried to call",
        "Hello, this is the Breast Cancer Helpline. We tried to call you back. You can reach us at (888) 753-5222.",
    ),
    (
        "About the match",
        "A volunteer who has been through something like it will write to you. It can take a week or two.",
    ),
)


_DRAFTED = "utter_faq/clinical_trials"


@dataclass(frozen=True)
class DemoAccount:
    """How somebody signs in to the demonstration."""

    user_name: str
    role: str
    password: str
    codes: list[str]


def fill(database: Database, times: DueTimes) -> list[DemoAccount]:
    """Fill an empty store with invented people, and make an account of each role.

    Args:
        database: The store, with its tables.
        times: Due times, by which the list is sorted.

    Returns:
        How to sign in.
    """
    accounts = [_make_account(database, *person) for person in PEOPLE]
    now = database.now()
    references = []
    for number, (request, hours) in enumerate(_requests()):
        at = now - timedelta(hours=hours)
        references.append(save_request(database, request, f"demo-{number}", at, f"message-{number}"))
    for number, (said, reason, hours, answer) in enumerate(_RAISED):
        at = now - timedelta(hours=hours)
        asked, told = "what does NED mean", [{"text": "No evidence of disease."}]
        turns = [
            TurnRecord("first", at - timedelta(minutes=2), asked, told, intent="faq/ned", confidence=0.97),
            TurnRecord("second", at, said, [{"text": answer}], intent=reason, confidence=0.97, danger=reason),
        ]
        write_turn(database, f"demo-said-{number}", "website", 0, {}, turns)
    _work(database, references, times)
    for title, text in _REPLIES:
        queue_changes.save_reply(database, _MAKER, title, text)
    return accounts


def _requests() -> list[tuple[Request, float]]:
    calls: list[tuple[Request, float]] = [
        (CallbackRequest(name, f"+121555501{digits}", best, topic), hours)
        for name, digits, best, topic, hours in _CALLS
    ]
    return calls + [
        (
            VolunteerRequest(
                first_name=name,
                for_whom=whom,
                contact_method="email",
                contact_address=f"{name.lower()}@example.org",
                diagnosis_type="de_novo",
                cancer_subtype=("her2_positive",),
                spread_sites=sites,
                age_range=age,
                main_concern=concern,
                preferred_times="weekends",
            ),
            hours,
        )
        for name, whom, age, sites, concern, hours in _SIGN_UPS
    ]


def _work(database: Database, references: list[str], times: DueTimes) -> None:
    """Let the people of the demonstration have worked a little."""
    anna, cora = (staff.find_account(database, name) for name in ("anna", "cora"))
    assert anna is not None, "it was made just now"  # noqa: S101
    assert cora is not None, "it was made just now"  # noqa: S101
    now = database.now()

    def version(reference: str) -> int:
        return list_queue(database, Wanted(reference=reference), times, now, anna.id).items[0].version

    dolores, fatima, linda = references[3], references[4], references[6]
    queue_changes.assign(database, anna.actor, dolores, version(dolores), anna.id)
    later = now + timedelta(minutes=20)
    queue_changes.add_attempt(database, anna.actor, dolores, version(dolores), "no_answer", "Rang out.", later)
    queue_changes.set_labels(database, anna.actor, dolores, version(dolores), ["scan", "sleep"])
    queue_changes.assign(database, cora.actor, linda, version(linda), cora.id)
    queue_changes.change_status(database, cora.actor, linda, version(linda), "waiting_for_volunteer")
    queue_changes.add_note(
        database, cora.actor, linda, "Asked Joan, who has bone metastases too. She answers by Friday."
    )
    queue_changes.add_attempt(
        database, cora.actor, fatima, version(fatima), "reached", "Told her about the fund.", None, "done"
    )
    aisha = references[7]
    fill_volunteers(database, cora.actor, linda, aisha)
    queue_changes.change_status(database, cora.actor, aisha, version(aisha), "done")
    fill_conversations(database, anna.actor, cora.actor, now)
    _draft(database, cora.actor)


def _draft(database: Database, actor: Actor) -> None:
    """Let somebody have begun to write an answer anew."""
    answer = read_snapshot(ROOT).answers[_DRAFTED]
    begun = tuple((f"{one.text}\n\nA person can tell you more.", one.titles) for one in answer.wording)
    save_draft(database, actor, _DRAFTED, begun, stored(answer.wording), 0)


def _make_account(database: Database, user_name: str, name: str, role: str) -> DemoAccount:
    password, codes = "-".join(new_recovery_codes()[:2]).lower(), new_recovery_codes()
    staff.add_account(database, _MAKER, user_name, name, role, hash_password(password))
    account = staff.find_account(database, user_name)
    assert account is not None, "it was made just now"  # noqa: S101
    staff.set_totp_secret(database, account.id, new_secret())
    staff.enrol(database, account, 0, codes)
    return DemoAccount(user_name, role, password, codes)
