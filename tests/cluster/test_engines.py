"""Two front doors and two engines: a conversation goes on whichever of them is gone, and nothing is lost or doubled."""

import re
import signal
import threading
import time
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.cluster.conftest import kill, revive

FORM = ("please call me back", "Grace", "215 555 0142", "after lunch", "skip")


def requests_in(cluster) -> int:
    with cluster.store.engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM requests")).scalar_one()


@pytest.fixture(params=[0, 1], ids=["without the first engine", "without the second"])
def without_one(request, cluster):
    """Kill an engine when asked to; it is there again after the test."""
    engine = cluster.engines[request.param]
    yield lambda: kill(engine)
    if engine.process.poll() is not None:
        revive(cluster, engine)


def test_a_form_goes_on_when_an_engine_is_killed_between_two_answers(cluster, visit, without_one):
    before = requests_in(cluster)
    visitors = [visit() for _ in range(4)]
    for line in FORM[:3]:
        for visitor in visitors:
            visitor.say(line)
    without_one()
    for line in FORM[3:]:
        summaries = [visitor.say(line) for visitor in visitors]
    assert all("(215) 555-0142" in summary for summary in summaries)
    codes = {re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{2}\b", visitor.say("yes")).group() for visitor in visitors}
    assert len(codes) == 4
    assert requests_in(cluster) == before + 4


def test_nothing_is_lost_or_doubled_when_an_engine_dies_with_turns_in_hand(cluster, visit, without_one):
    before = requests_in(cluster)
    visitors = [visit() for _ in range(6)]
    for line in FORM:
        for visitor in visitors:
            visitor.say(line)
    told = []

    def confirm(visitor):
        told.append(visitor.say("yes"))

    threads = [threading.Thread(target=confirm, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    time.sleep(0.03)
    without_one()
    for thread in threads:
        thread.join()
    assert len(told) == 6
    assert all(re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{2}\b", said) for said in told)
    assert requests_in(cluster) == before + 6


def test_a_turn_in_an_engine_that_hangs_is_answered_by_the_other_once(cluster, visit):
    before = requests_in(cluster)
    visitors = [visit() for _ in range(4)]
    for line in FORM:
        for visitor in visitors:
            visitor.say(line)
    cluster.engines[0].process.send_signal(signal.SIGSTOP)
    try:
        started = time.monotonic()
        told = [visitor.say("yes") for visitor in visitors]
        waited = time.monotonic() - started
    finally:
        cluster.engines[0].process.send_signal(signal.SIGCONT)
    assert all("code is" in said for said in told)
    assert waited < 8
    time.sleep(2.0)  # what the engine had in hand comes to its end now
    assert requests_in(cluster) == before + 4
    assert all("no evidence of disease" in visitor.say("what does NED mean") for visitor in visitors)


def test_the_same_message_sent_again_by_way_of_the_other_door_is_answered_once(cluster, visit):
    visitor, id_ = visit(), str(uuid4())
    first = visitor.send("what does NED mean", id_).json()["messages"]
    kill(cluster.doors[0])
    try:
        again = visitor.send("what does NED mean", id_).json()["messages"]
        assert "not considered curable" in visitor.say("so am I cured")
    finally:
        revive(cluster, cluster.doors[0])
    assert [message["text"] for message in again] == [message["text"] for message in first]
    turns = visitor.http.get("/conversation").json()["messages"]
    assert [m["text"] for m in turns if m["from"] == "visitor"] == ["what does NED mean", "so am I cured"]


def test_a_crisis_is_answered_with_no_engine_at_all(cluster, visit):
    visitor = visit()
    for engine in cluster.engines:
        kill(engine)
    try:
        assert "988" in visitor.say("I am going to kill myself tonight")
        refused = visitor.send("what does NED mean")
    finally:
        revive(cluster, *cluster.engines)
    assert refused.status_code == 503
    assert "(888) 753-LBBC (5222)" in refused.json()["error"]["text"]
    time.sleep(1.5)
    assert "no evidence of disease" in visitor.say("what does NED mean")


def test_limits_hold_across_the_front_doors(cluster, visit, redis_url):
    import redis

    visit().say("hello")
    with redis.Redis.from_url(redis_url) as client:
        assert client.keys("helpline:limit:*")
