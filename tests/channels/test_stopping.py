"""STOP and START while the assistant is away, in a form, or about to answer; and who blocked the bot."""

from datetime import timedelta

import pytest

from helpline.safety.replies import danger_replies
from helpline.store.messaging_tables import MessagingContactRow
from tests.channels.running import CRISIS, STOPPED, UNAVAILABLE, WORDS, Running, said, until


async def test_stop_counts_at_once_also_in_a_form_while_the_assistant_is_away(running: Running) -> None:
    running.engine.turn = lambda asked: said("What is your name?", form="callback_form")
    await running.send("call me")
    await running.settle()
    before = len(running.texts())
    running.engine.lets.clear()
    await running.send("what does NED mean")
    await until(lambda: any(UNAVAILABLE in text for text in running.texts()[before:]))
    await running.all_sent()
    before = len(running.texts())
    await running.send("STOP")
    assert all(row["opted_out_at"] for row in running.rows(MessagingContactRow))
    running.engine.turn = lambda asked: said("An answer.", form="callback_form")
    running.engine.lets.set()
    await running.settle()
    assert running.engine.asked[-1]["text"] == "never mind"
    (last,) = running.texts()[before:]
    assert STOPPED in last


async def test_stop_in_a_form_is_confirmed_and_remembered_when_no_turn_is_taken(running: Running, monkeypatch) -> None:
    running.engine.turn = lambda asked: said("What is your name?", form="callback_form")
    await running.send("call me")
    await running.settle()
    before = len(running.texts())
    monkeypatch.setattr("helpline.channels.answering.ANSWER_WITHIN", timedelta(0))
    running.engine.away = True
    await running.send("STOP")
    await running.settle()
    assert all(row["opted_out_at"] for row in running.rows(MessagingContactRow))
    (last,) = running.texts()[before:]
    assert STOPPED in last


async def test_stop_in_a_form_is_confirmed_while_the_assistant_is_away_and_once(running: Running) -> None:
    running.engine.turn = lambda asked: said("What is your name?", form="callback_form")
    await running.send("call me")
    await running.settle()
    before = len(running.texts())
    running.engine.lets.clear()
    await running.send("STOP")
    await until(lambda: len(running.texts()) > before)
    running.engine.turn = lambda asked: said("Never mind, then.")
    running.engine.lets.set()
    await running.settle()
    (last,) = running.texts()[before:]
    assert STOPPED in last
    assert running.engine.asked[-1]["text"] == "never mind"
    assert [row["form_open"] for row in running.rows(MessagingContactRow)] == [False]
    assert running.reasons() == []


async def test_whoever_stopped_hears_nothing_of_the_channel_itself_either(running: Running) -> None:
    await running.send("STOP")
    await running.settle()
    assert [STOPPED in text for text in running.texts()] == [True]
    await running.send("a" * 5000)
    await running.send("what does NED mean", limited=True)
    danger, words = WORDS
    running.engine.turn = lambda asked: {
        **said(danger_replies()[danger], danger=danger),
        "late": said("late")["replies"],
    }
    await running.send(words, danger, kind="picture")
    await running.settle()
    assert [CRISIS in text for text in running.texts()[1:]] == [True]


async def test_whoever_blocked_the_bot_and_writes_again_is_answered(running: Running) -> None:
    await running.send(None, channel="telegram", kind="stop")
    await until(lambda: all(row["opted_out_at"] for row in running.rows(MessagingContactRow)))
    await running.send("what does NED mean", channel="telegram")
    await running.settle()
    assert any("You wrote: what does NED mean." in text for text in running.texts("telegram"))
    assert [row["opted_out_at"] for row in running.rows(MessagingContactRow)] == [None]
    await running.send("/stop", channel="telegram", kind="stop")
    await running.settle()
    before = len(running.texts("telegram"))
    running.engine.lets.clear()
    await running.send("and now", channel="telegram")
    await until(lambda: any(UNAVAILABLE in text for text in running.texts("telegram")[before:]))
    running.engine.lets.set()
    await running.settle()
    assert "You wrote: and now." in running.texts("telegram")[-1]


@pytest.mark.parametrize(("stop", "confirmations"), [({}, 1), ({"kind": "stop", "answered": True}, 0)])
async def test_start_is_answered_by_us_where_we_confirmed_the_stop(running: Running, stop, confirmations) -> None:
    await running.send("Stop.", **stop)
    await running.settle()
    assert sum(STOPPED in text for text in running.texts()) == confirmations
    await running.send("START", kind="start", answered=True)
    await running.settle()
    assert sum("You will get messages again" in text for text in running.texts()) == confirmations
    assert [row["opted_out_at"] for row in running.rows(MessagingContactRow)] == [None]
