"""Once, in order, in time, and never silent."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import sqlalchemy as sa

from helpline.rasa.conversation import KEPT_ANSWERS
from tests.web.conftest import Kept
from tests.web.fault import FAILING_WORD
from tests.web.server import Door, Site, SlowActions, SmallEngine


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name.startswith("helpline")]


def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether something becomes true; another thread is at work on it."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def visitor_texts(site: Site) -> list[str]:
    return [m["text"] for m in site.conversation().json()["messages"] if m["from"] == "visitor"]


def assert_helps(text: str) -> None:
    assert "(888) 753-LBBC (5222)" in text
    assert "988" in text


def test_message_sent_again_gets_the_first_answer_and_no_second_turn(site: Site) -> None:
    id_ = str(uuid4())
    first = site.send(id_, text="two parts")
    site.say("answer")
    assert site.send(id_, text="two parts").json() == first.json()
    assert site.send(id_.upper(), text="two parts").json()["messages"] == first.json()["messages"]
    assert visitor_texts(site) == ["two parts", "answer"]


def test_same_id_with_another_text_is_still_the_same_message(site: Site) -> None:
    id_ = str(uuid4())
    first = site.send(id_, text="answer")
    assert site.send(id_, text="helpline").json() == first.json()


def test_same_id_of_another_visitor_is_another_message(site: Site) -> None:
    id_ = str(uuid4())
    site.send(id_, text="answer")
    other = Site(site.url)
    other.open()
    assert "(888)" in other.send(id_, text="helpline").json()["messages"][0]["text"]


def test_same_message_twice_at_once_makes_one_turn(site: Site) -> None:
    id_ = str(uuid4())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: site.send(id_, text="two parts").json(), range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert visitor_texts(site) == ["two parts"]


def test_messages_at_once_stay_in_order(site: Site, slow_actions: SlowActions) -> None:
    threads = []
    for text in ("slow", "answer", "helpline", "dial"):
        threads.append(threading.Thread(target=site.say, args=(text,)))
        threads[-1].start()
        time.sleep(0.2)
    slow_actions.answer()
    for thread in threads:
        thread.join()
    assert visitor_texts(site) == ["slow", "answer", "helpline", "dial"]


def test_turn_without_a_reply_gives_the_number(site: Site) -> None:
    id_ = str(uuid4())
    answer = site.send(id_, text="silence")
    assert answer.status_code == 200
    (message,) = answer.json()["messages"]
    assert_helps(message["text"])
    (again,) = site.send(id_, text="silence").json()["messages"]
    assert (again["id"], again["text"]) == (message["id"], message["text"])
    assert_helps(site.conversation().json()["messages"][-1]["text"])


def test_error_gives_the_number_and_keeps_the_text_out_of_logs(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = site.send(text=f"my name is Grace {FAILING_WORD}")
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "unavailable"
    assert_helps(answer.json()["error"]["text"])
    assert "Grace" not in answer.text
    assert "Traceback" not in answer.text
    assert eventually(lambda: any("ValueError" in line for line in logged(caplog)))
    assert not any("Grace" in line for line in logged(caplog))


def test_message_that_failed_can_be_sent_again(site: Site) -> None:
    id_ = str(uuid4())
    site.send(id_, text=FAILING_WORD)
    assert site.send(id_, text="helpline").status_code == 200
    assert visitor_texts(site) == ["helpline"]


def test_slow_answer_gives_the_number_in_time_and_comes_with_the_next_try(
    serve: Callable[..., Door], slow_actions: SlowActions
) -> None:
    site = Site(serve(reply_timeout=0.5).url)
    site.open()
    id_ = str(uuid4())
    late = site.send(id_, text="slow")
    assert late.status_code == 503
    assert_helps(late.json()["error"]["text"])
    slow_actions.answer()
    for _ in range(50):
        answer = site.send(id_, text="slow")
        if answer.status_code == 200:
            break
    assert "The helpline is" in answer.json()["messages"][0]["text"]
    assert slow_actions.calls == 1
    assert visitor_texts(site) == ["slow"]


def test_a_front_door_that_did_not_answer_before_does_not_know_whether_a_form_is_open(
    serve: Callable[..., Door], slow_actions: SlowActions
) -> None:
    site = Site(serve(reply_timeout=0.5).url)
    site.open()
    assert "do not know yet" not in site.send(text="slow").json()["error"]["text"]
    # The same door started anew, or another one.
    other = Site(serve(reply_timeout=0.5).url)
    other.token = site.token
    late = other.send(text="slow")
    assert late.status_code == 503
    assert "I do not know yet whether this was saved" in late.json()["error"]["text"]
    assert_helps(late.json()["error"]["text"])


def test_late_answer_is_shown_with_the_next_message(serve: Callable[..., Door], slow_actions: SlowActions) -> None:
    site = Site(serve(reply_timeout=0.5).url)
    site.open()
    assert site.send(text="slow").status_code == 503
    slow_actions.answer()
    messages = [message["text"] for message in site.say("answer")]
    assert len(messages) == 2
    assert "The helpline is" in messages[0]
    assert messages[1].startswith("First line.")
    assert [message["text"] for message in site.say("answer")] == messages[1:]


def test_engine_that_is_not_there_gives_the_number(serve: Callable[..., Door], engine: SmallEngine) -> None:
    door = serve()
    engine.stop()
    site = Site(door.url)
    for answer in (site.open(), site.http.get("/health")):
        assert answer.status_code == 503
        assert_helps(answer.json()["error"]["text"])


def test_engine_started_anew_knows_the_conversation(site: Site, engine: SmallEngine) -> None:
    id_ = str(uuid4())
    first = site.send(id_, text="choices").json()
    engine.stop()
    engine.start()
    assert site.send(id_, text="choices").json() == first
    assert site.conversation().json()["messages"][-1] == first["messages"][-1]
    button = first["messages"][0]["buttons"][0]["ref"]
    assert site.send(button=button).json()["messages"][0]["text"] == "You asked about ned."


@pytest.fixture
def lose_table(engine: SmallEngine) -> Iterator[Callable[[], None]]:
    """Take the store's table of conversations away; it is put back in the end."""
    lost = []

    def rename(old: str, new: str) -> None:
        with engine.database.engine.begin() as connection:
            connection.execute(sa.text(f"ALTER TABLE {old} RENAME TO {new}"))

    def lose() -> None:
        rename("conversations", "lost")
        lost.append(True)

    def find() -> None:
        rename("lost", "conversations")
        lost.clear()

    lose.find = find  # type: ignore[attr-defined]
    yield lose
    if lost:
        find()


def test_store_that_fails_costs_no_answer(site: Site, lose_table: Callable[[], None]) -> None:
    choices = site.say("choices")
    lose_table()
    assert site.send(button=choices[0]["buttons"][0]["ref"]).status_code == 200
    other = Site(site.url)
    assert other.open().status_code == 201
    assert other.say("helpline")[0]["links"]


def test_store_that_fails_never_claims_a_deletion(site: Site, lose_table: Callable[[], None]) -> None:
    lose_table()
    answer = site.end()
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "not_deleted"
    assert_helps(answer.json()["error"]["text"])


def test_conversation_goes_on_and_is_kept_when_the_store_is_back(site: Site, lose_table: Callable[[], None]) -> None:
    site.say("answer")
    lose_table()
    choices = site.say("choices")
    lose_table.find()  # type: ignore[attr-defined]
    assert site.send(button=choices[0]["buttons"][0]["ref"]).status_code == 200
    assert visitor_texts(site) == ["answer", "choices", "What is NED?"]


def test_what_was_kept_while_the_store_failed_is_deleted_too(
    site: Site, lose_table: Callable[[], None], kept: Kept
) -> None:
    lose_table()
    site.say("helpline")
    lose_table.find()  # type: ignore[attr-defined]
    assert site.end().status_code == 200
    assert kept() == []
    assert site.send(text="helpline").status_code == 401


def test_long_conversation_forgets_nothing(site: Site) -> None:
    greeting = site.conversation().json()["messages"][0]
    last = str(uuid4())
    site.say("two parts")
    for _ in range(KEPT_ANSWERS + 10):
        site.say("answer")
    offered = site.send(last, text="choices").json()
    assert site.send(last, text="choices").json() == offered
    messages = site.conversation().json()["messages"]
    assert messages[0]["text"] == greeting["text"]
    assert messages[-1] == offered["messages"][-1]
    assert len(visitor_texts(site)) == KEPT_ANSWERS + 2 + 10


def test_message_behind_a_deletion_makes_no_new_conversation(site: Site, kept: Kept) -> None:
    with ThreadPoolExecutor(6) as pool:
        ended = pool.submit(site.end)
        sent = [pool.submit(site.send, text="helpline") for _ in range(5)]
    assert ended.result().status_code == 200
    assert {answer.result().status_code for answer in sent} <= {200, 401}
    assert kept() == []
    assert site.conversation().status_code == 401
