"""Exactly once and in order, also when two engines or a crash come in between."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select

from helpline.conversations.redaction import redactor
from helpline.nlu.sentence_encoder import SentenceEncoder, Vectors
from helpline.rasa.action_client import ActionClient
from helpline.rasa.conversation import Answered, Conversation
from helpline.rasa.generator import HelplineResponses
from helpline.rasa.processor import TurnProcessor
from helpline.rasa.turn_request import ConversationEndedError, TurnRequest, UnknownButtonError
from helpline.rasa.turns import Turns
from helpline.store.calls import StoreCalls
from helpline.store.conversations import list_turns, read_conversation, write_turn
from helpline.store.database import Database
from helpline.store.encryption import Cipher
from helpline.store.flag_spool import FlagSpool
from helpline.store.requests import find_requests_of, save_request
from helpline.store.tables import FlagRow
from tests.builders import NOON, callback_request

HELLO = TurnRequest("visitor", "website", "start")


@pytest.fixture(scope="module")
def processor(trained_model: Path) -> TurnProcessor:
    nobody = ActionClient(Path("nobody.sock"), "secret", 1.0)
    return TurnProcessor(trained_model, HelplineResponses, nobody)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'store.db'}", Cipher([Fernet.generate_key().decode()]))
    database.upgrade()
    yield database
    database.close()


def engine(processor: TurnProcessor, database: Database, directory: Path) -> Turns:
    """Return an engine as after a start: it remembers nothing."""
    return Turns(processor, StoreCalls(database, 5.0), redactor(), FlagSpool(directory / "spool", database.cipher))


@pytest.fixture
def turns(processor: TurnProcessor, database: Database, tmp_path: Path) -> Turns:
    return engine(processor, database, tmp_path)


def ask(number: int, text: str = "what does NED mean") -> TurnRequest:
    return TurnRequest("visitor", "website", f"m{number}", text=text)


async def test_the_same_message_sent_to_another_engine_gets_the_first_answer(
    turns, processor, database, tmp_path
) -> None:
    first = await turns.take(ask(1))
    again = await engine(processor, database, tmp_path).take(ask(1, "something else"))
    assert again.replies == first.replies
    assert len(list_turns(database, "visitor")) == 1


async def test_a_message_is_encoded_once_and_beside_the_loop(turns, monkeypatch) -> None:
    encoded: list[tuple[str, str]] = []
    encode = SentenceEncoder.encode

    def noted(self: SentenceEncoder, texts: list[str]) -> Vectors:
        encoded.extend((text, threading.current_thread().name) for text in texts)
        return encode(self, texts)

    monkeypatch.setattr(SentenceEncoder, "encode", noted)
    await turns.take(ask(1))
    ((text, thread),) = encoded
    assert text == "what does NED mean"
    assert thread != threading.main_thread().name


async def test_a_message_from_long_ago_gets_its_answer_too(turns, database) -> None:
    first = await turns.take(ask(0))
    for number in range(1, 30):
        await turns.take(ask(number, "thank you"))
    again = await turns.take(ask(0))
    assert [reply["text"] for reply in again.replies] == [reply["text"] for reply in first.replies]
    assert len(list_turns(database, "visitor")) == 30


async def test_two_engines_at_once_lose_no_turn_and_double_none(turns, processor, database, tmp_path) -> None:
    await turns.take(HELLO)
    engines = [turns, *(engine(processor, database, tmp_path) for _ in range(2))]
    requests = [ask(number) for number in range(3)] + [ask(number) for number in range(3)]
    answers = await asyncio.gather(
        *(engines[place % 3].take(request) for place, request in enumerate(requests)), return_exceptions=True
    )
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    told = [turn.message_id for turn in list_turns(database, "visitor")]
    assert sorted(told) == ["m0", "m1", "m2", "start"]
    assert read_conversation(database, "visitor").version == 4


async def test_a_crash_between_store_and_answer_makes_no_second_turn(turns, processor, database, tmp_path) -> None:
    await turns.take(HELLO)
    task = asyncio.create_task(turns.take(ask(1)))
    while len(list_turns(database, "visitor")) < 2:
        await asyncio.sleep(0)
    task.cancel()
    answer = await engine(processor, database, tmp_path).take(ask(1))
    assert "no evidence of disease" in answer.replies[0]["text"]
    assert len(list_turns(database, "visitor")) == 2


async def test_a_message_that_comes_again_is_as_urgent_and_brings_the_same_late_answers(
    turns, processor, database, tmp_path
) -> None:
    late = await turns.take(replace(ask(1), wait=0.0))
    first = await turns.take(ask(2, "I want to kill myself"))
    again = await engine(processor, database, tmp_path).take(ask(2, "I want to kill myself"))
    assert (again.danger, first.danger) == ("crisis/self", "crisis/self")
    assert [reply["text"] for reply in again.late] == [reply["text"] for reply in late.replies]
    assert (await turns.take(ask(1))).danger is None


async def test_a_state_that_was_stored_before_dangers_were_kept_in_it_is_read(turns, processor, database, tmp_path):
    first = await turns.take(ask(1))
    stored = read_conversation(database, "visitor")
    for each in stored.state["answered"]:
        del each["danger"], each["late_of"]
    write_turn(database, "visitor", "website", stored.version, stored.state, [])
    again = await engine(processor, database, tmp_path).take(ask(1))
    assert (again.replies, again.danger, again.late) == (first.replies, None, [])


async def test_transcripts_are_redacted_and_hold_what_was_understood(turns, database) -> None:
    await turns.take(ask(1, "my name is Denise, call 215 555 0142, I want to kill myself"))
    (turn,) = list_turns(database, "visitor")
    assert "Denise" not in turn.said
    assert "0142" not in turn.said
    assert "[phone]" in turn.said
    assert (turn.danger, turn.intent) == ("crisis/self", "crisis/self")
    assert turn.understood["safety"]["code"]
    assert turn.answers[0]["response"] == "utter_crisis/self"


async def test_an_ended_conversation_does_not_go_on(turns) -> None:
    opened = replace(ask(1), opened_at=1.0)
    await turns.take(replace(HELLO, opened_at=1.0))
    await turns.take(opened)
    await turns.end("visitor", 1.0)
    with pytest.raises(ConversationEndedError):
        await turns.take(replace(ask(2), opened_at=1.0))
    with pytest.raises(ConversationEndedError):
        await turns.end("visitor", 1.0)
    assert (await turns.take(ask(3))).replies  # a channel without sessions begins anew


async def test_a_conversation_that_nobody_used_for_long_has_ended(turns) -> None:
    await turns.take(HELLO)
    with pytest.raises(ConversationEndedError):
        await turns.take(replace(ask(1), idle_limit=1e-9))


async def test_a_clock_that_jumps_ends_no_conversation_that_goes_on(
    turns, processor, database, tmp_path, monkeypatch
) -> None:
    await turns.take(HELLO)
    day = 24 * 60 * 60
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + day)
    elsewhere = engine(processor, database, tmp_path)  # has only the time that is written to go by
    with pytest.raises(ConversationEndedError):
        await elsewhere.take(replace(ask(1), idle_limit=3600.0))
    assert (await turns.take(replace(ask(1), idle_limit=3600.0))).replies
    assert (await turns.take(replace(ask(2), idle_limit=3600.0))).replies
    # A page load says nothing, and so does not begin the hour anew.
    await turns.transcript("visitor", 0.0)
    turns._memory.get("visitor").played -= 3700.0
    with pytest.raises(ConversationEndedError):
        await turns.take(replace(ask(3), idle_limit=3600.0))


async def test_only_buttons_of_the_last_turn_can_be_pressed(turns) -> None:
    first = await turns.take(ask(1))
    ref = first.replies[-1]["buttons"][0]["ref"]
    pressed = await turns.take(TurnRequest("visitor", "website", "m2", button=ref))
    assert pressed.replies
    with pytest.raises(UnknownButtonError):
        await turns.take(TurnRequest("visitor", "website", "m3", button=ref))


async def test_an_answer_that_came_too_late_is_shown_once_with_the_next(turns) -> None:
    late = await turns.take(replace(ask(1), wait=0.0))
    following = await turns.take(ask(2, "thank you"))
    assert following.late == late.replies
    assert (await turns.take(ask(3, "thank you"))).late == []


async def test_a_late_answer_that_was_asked_for_again_is_not_shown_twice(turns) -> None:
    late = await turns.take(replace(ask(1), wait=0.0))
    assert (await turns.take(ask(1))).replies == late.replies
    assert (await turns.take(ask(2, "thank you"))).late == []


@contextmanager
def nobody_else_writes(directory: Path) -> Iterator[None]:
    """Hold the lock of the store, so that it can be read and not written."""
    with closing(sqlite3.connect(directory / "store.db")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.rollback()


async def test_what_the_store_could_not_take_is_stored_later_though_nobody_says_more(turns, database, tmp_path) -> None:
    assert (await turns.take(HELLO)).stored
    with nobody_else_writes(tmp_path):
        assert not (await turns.take(ask(1, "I want to kill myself"))).stored
        await turns.store_unsaved()
        told = await turns.transcript("visitor", 0.0)
        assert [turn.said for turn in told] == [None, "I want to kill myself"]
    await turns.store_unsaved()
    assert [turn.danger for turn in list_turns(database, "visitor")] == [None, "crisis/self"]
    with database.transaction() as session:
        assert session.execute(select(func.count()).select_from(FlagRow)).scalar() == 1
    await turns.store_unsaved()
    assert len(list_turns(database, "visitor")) == 2


async def test_what_waits_for_the_store_is_kept_when_another_engine_goes_on(
    turns, processor, database, tmp_path
) -> None:
    await turns.take(HELLO)
    with nobody_else_writes(tmp_path):
        await turns.take(ask(1))
    await engine(processor, database, tmp_path).take(ask(2, "thank you"))
    await turns.take(ask(3, "thank you"))
    assert sorted(turn.message_id for turn in list_turns(database, "visitor")) == ["m1", "m2", "m3", "start"]


async def test_what_was_deleted_elsewhere_does_not_come_back(turns, processor, database, tmp_path) -> None:
    await turns.take(HELLO)
    with nobody_else_writes(tmp_path):
        await turns.take(ask(1))
    await engine(processor, database, tmp_path).end("visitor", 0.0)
    await turns.store_unsaved()
    assert list_turns(database, "visitor") == []


async def test_no_request_is_begun_while_the_last_turn_could_not_be_stored(turns, tmp_path) -> None:
    await turns.take(HELLO)
    with nobody_else_writes(tmp_path):
        await turns.take(ask(1))
        answer = await turns.take(ask(2, "please call me back"))
        assert [reply["response"] for reply in answer.replies] == ["utter_requests_closed"]
    assert answer.form is None


async def test_a_write_that_was_given_up_and_succeeds_late_takes_nothing_back(turns, database, tmp_path) -> None:
    await turns.take(HELLO)
    with nobody_else_writes(tmp_path):
        await turns.take(ask(1))
        given_up = turns._memory.get("visitor")
        await turns.take(ask(2, "thank you"))
    write_turn(
        database, "visitor", "website", given_up.version, given_up.conversation.as_dict(), list(given_up.unsaved)
    )
    await turns.store_unsaved()
    assert [turn.message_id for turn in list_turns(database, "visitor")] == ["start", "m1", "m2"]
    kept = read_conversation(database, "visitor").state["answered"]
    assert [each["message_id"] for each in kept] == ["start", "m1", "m2"]


async def test_what_waits_for_the_store_is_kept_when_a_late_answer_is_shown(turns, database, tmp_path) -> None:
    await turns.take(HELLO)
    with nobody_else_writes(tmp_path):
        await turns.take(replace(ask(1), wait=0.0))
    told = await turns.transcript("visitor", 0.0)
    assert [turn.message_id for turn in told] == ["start", "m1"]
    assert [turn.message_id for turn in list_turns(database, "visitor")] == ["start", "m1"]


async def test_what_has_no_words_of_the_visitors_own_is_marked_so(turns, monkeypatch) -> None:
    given = []
    run_turn = turns.processor.run_turn

    async def noted(message, tracker):
        given.append(message.metadata)
        return await run_turn(message, tracker)

    monkeypatch.setattr(turns.processor, "run_turn", noted)
    offered = [
        {
            "text": "Is it for you?",
            "metadata": {},
            "buttons": [{"ref": "r1", "title": "For myself", "payload": "myself"}],
        }
    ]
    for form, request, metadata in [
        ("callback_form", replace(ask(1), text=None, button="r1"), {"button": "For myself"}),
        ("callback_form", ask(2, "for myself"), {"data_alone": True}),
        ("callback_form", ask(3, "215-555-0142"), {"data_alone": True}),
        ("callback_form", ask(4, "I want to die"), None),
        (None, ask(5, "for myself"), None),
    ]:
        conversation = Conversation(answered=[Answered("before", None, 0.0, offered)], form=form)
        monkeypatch.setattr(turns, "_conversation", lambda *_, known=conversation: known)
        await turns.take(request)
        assert given[-1] == metadata


@pytest.mark.parametrize(("everything", "left"), [(True, 0), (False, 1)])
async def test_deleting_takes_the_requests_along_only_if_wished(
    turns: Turns, database: Database, everything: bool, left: int
) -> None:
    await turns.take(HELLO)
    save_request(database, callback_request(), "visitor", NOON)
    assert await turns.end("visitor", 1.0, everything)
    assert len(find_requests_of(database, "visitor")) == left
    assert (await turns.transcript("visitor", 0.0)) == []
