"""What operators see of a running product: figures, log lines with ids, and the synthetic visitor."""

import json
import re
import time

import httpx
from sqlalchemy import text

from helpline.observability.probes import Probe
from tests.cluster.conftest import kill, revive, wait_until


def figures_of(cluster, *parts) -> str:
    return "\n".join(httpx.get(f"http://{cluster.metrics[part]}/metrics", timeout=20).text for part in parts)


def count_of(shown: str, name: str, **labels: str) -> float:
    """Sum all series of a name that have these labels."""
    found = 0.0
    for line in shown.splitlines():
        if line.split("{")[0].split(" ")[0] == name and all(
            f'{key}="{value}"' in line for key, value in labels.items()
        ):
            found += float(line.rsplit(" ", 1)[1])
    return found


def rows_in(cluster, table: str) -> int:
    with cluster.store.engine.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_every_part_gives_its_figures_to_the_inside_and_none_of_them_holds_a_word(cluster, visit):
    visitor = visit()
    visitor.say("what does NED mean zebra")
    visitor.say("I want to kill myself, my number is 215 555 0163")
    visitor.say("can I talk to a real person")
    shown = {name: figures_of(cluster, name) for name in cluster.metrics}
    engines, doors = (figures_of(cluster, f"{part} 1", f"{part} 2") for part in ("engine", "front door"))
    assert count_of(engines, "helpline_turns_total", outcome="answered") >= 3
    assert count_of(engines, "helpline_danger_total", kind="crisis/self", by="engine") >= 1
    assert count_of(engines, "helpline_handoffs_total", kind="number") >= 1
    assert count_of(doors, "helpline_requests_total", route="messages", status="2xx") >= 3
    assert count_of(doors, "helpline_request_seconds_count", route="messages") >= 3
    assert count_of(doors, "helpline_engines_answering") == 4
    for name, figures in shown.items():
        assert "process_resident_memory_bytes" in figures, name
        assert "zebra" not in figures
        assert not re.search(r"555\D?0163", figures)  # four digits alone may stand in any figure
    assert visitor.http.get(f"{cluster.url}/metrics").status_code == 404


def test_what_waits_is_seen_with_its_age(cluster, visit):
    visit().say("I want to kill myself")

    def is_seen() -> bool:
        return count_of(figures_of(cluster, "engine 1"), "helpline_queue_open", kind="danger") >= 1

    wait_until(is_seen, 40)
    assert count_of(figures_of(cluster, "engine 1"), "helpline_queue_oldest_seconds", kind="danger") > 0


def test_one_id_is_in_the_lines_of_all_parts_that_a_request_met(cluster, visit):
    visitor = visit()
    kill(cluster.actions)
    try:
        answer = visitor.send("please call me back, I am Zebra")
    finally:
        revive(cluster, cluster.actions)
    id_ = answer.headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", id_)

    def lines(part) -> list[dict]:
        return [json.loads(line) for line in part.log.read_text().splitlines() if line.startswith("{")]

    wait_until(lambda: any(line["request_id"] == id_ for line in lines(cluster.nginx)), 10)
    engine = [line for each in cluster.engines for line in lines(each) if line.get("request_id") == id_]
    assert "did not run" in engine[0]["message"]
    assert engine[0]["part"] == "engine"
    assert engine[0]["level"] == "ERROR"
    assert all("Zebra" not in part.log.read_text() for part in cluster.parts)


def test_the_synthetic_visitor_is_answered_right_and_troubles_nobody(cluster, probe):
    before = {table: rows_in(cluster, table) for table in ("flagged_conversations", "queue_items", "turns")}
    for _ in range(3):
        assert [(each.what, each.is_right) for each in probe.visit()] == [("topic", True), ("crisis", True)]
    assert {table: rows_in(cluster, table) for table in before} == before


def test_the_synthetic_visitor_tells_a_topic_that_is_not_answered_and_the_crisis_still_is(cluster, probe):
    before = rows_in(cluster, "flagged_conversations")
    probe.visit()  # its session must have begun
    for engine in cluster.engines:
        kill(engine)
    try:
        with_session_refused = probe.visit()
    finally:
        revive(cluster, *cluster.engines)
    assert not any(each.is_right for each in with_session_refused)
    assert all("HTTPStatusError" in each.problem for each in with_session_refused)
    time.sleep(6)
    assert rows_in(cluster, "flagged_conversations") == before
    assert all(each.is_right for each in probe.visit())


def test_without_the_secret_nobody_is_the_synthetic_visitor(cluster, visit):
    forged = Probe(cluster.url, "another-secret-of-more-than-32-characters", str(cluster.certificate))
    before = rows_in(cluster, "flagged_conversations")
    visitor = visit()
    visitor.http.headers["X-Helpline-Probe"] = forged._proof
    visitor.open()
    assert "988" in visitor.say("I want to kill myself")
    assert rows_in(cluster, "flagged_conversations") == before + 1
