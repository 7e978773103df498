"""The product as `make run` serves it: real processes, the trained model, HTTP."""

import re
import sqlite3
import time
from uuid import uuid4

import httpx
import pytest

from helpline.errors import AssistantError

NUMBER = r"\(888\) 753-LBBC \(5222\)"


def text_of(turn) -> str:
    return "\n".join(reply["text"] for reply in turn.replies)


def store_of(product):
    return sqlite3.connect(product.settings.database_url.removeprefix("sqlite:///"))


@pytest.fixture
def talk(client):
    return client.converse()


def test_the_first_conversation_of_the_readme(talk):
    assert "no evidence of disease" in text_of(talk.say("what does NED mean"))
    assert "not considered curable" in text_of(talk.say("so am I cured"))
    person = talk.say("can I talk to someone who went through this")
    assert re.search(r"peer volunteer|\(888\)", text_of(person))
    assert talk.choices


def test_an_answer_carries_its_source(talk):
    (reply,) = talk.say("what is leptomeningeal disease?").replies
    assert reply["metadata"]["section"] == "Leptomeningeal disease (LMD)"
    assert reply["metadata"]["reviewed"] == "2025-07-10"


def test_a_button_answers_its_topic_and_becomes_the_subject(talk):
    talk.say("what is leptomeningeal disease?")
    assert "5-15%" in text_of(talk.say("how common is it"))
    talk.say("what does NED mean")
    topic = next(choice for choice in talk.choices if choice["payload"].startswith("/ask_topic"))
    assert text_of(talk.press(topic))


def test_a_turn_that_begins_with_a_slash_is_text(talk):
    turn = talk.say("/restart")
    assert turn.intent != "restart"
    assert text_of(turn)


def test_a_call_back_is_really_stored_with_its_contact_encrypted(talk, product):
    for line in ("please call me back", "Grace", "215 555 0142", "after lunch", "skip"):
        summary = talk.say(line)
    assert "(215) 555-0142" in text_of(summary)
    saved = talk.say("yes")
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{2}\b", text_of(saved)).group()
    with store_of(product) as store:
        cursor = store.execute("SELECT * FROM requests")
        rows = [dict(zip([column[0] for column in cursor.description], row, strict=True)) for row in cursor]
    assert code in str(rows)
    assert "5550142" not in str(rows)
    assert "Grace" not in str(rows)
    assert "phone_number" not in saved.slots
    assert "first_name" not in saved.slots


def test_deleting_deletes_the_request_and_the_conversation(talk, product):
    before = counts(product)
    for line in ("please call me back", "Ida", "215 555 0177", "mornings", "skip", "yes"):
        talk.say(line)
    assert counts(product)["requests"] == before["requests"] + 1
    assert "Shall I delete" in text_of(talk.say("delete my data"))
    assert "Your data is deleted" in text_of(talk.say("yes"))
    assert counts(product) == before


def counts(product) -> dict[str, int]:
    """Count what is stored, but for the mark that a conversation has ended."""
    with store_of(product) as store:
        return {
            table: store.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("requests", "feedback", "flagged_conversations", "turns")
        }


def test_danger_is_flagged_once_and_with_its_kind(talk, product):
    before = counts(product)["flagged_conversations"]
    talk.say("I want to kill myself")
    with store_of(product) as store:
        reasons = store.execute("SELECT reason FROM flagged_conversations ORDER BY id").fetchall()
    assert len(reasons) == before + 1
    assert reasons[-1] == ("crisis/self",)


def test_what_was_typed_is_in_no_log(talk, product):
    talk.say("my zebra word and 215 555 0163")
    for part in product.parts:
        log = part.log.read_text(errors="replace")
        assert "zebra" not in log
        assert not re.search(r"555\D?0163", log)


def test_nothing_but_the_front_door_and_the_console_has_a_port_and_both_are_on_loopback(product):
    processes = {part.process.pid for part in product.parts}
    inodes = {link for pid in processes for link in _sockets_of(pid)}
    with open("/proc/net/tcp") as table:
        rows = [line.split() for line in table][1:]
    listening = {row[1] for row in rows if row[3] == "0A" and row[9] in inodes}
    ports = product.settings.port, product.settings.console_port
    assert listening == {f"0100007F:{port:04X}" for port in ports}


def _sockets_of(pid: int) -> set[str]:
    import os

    found = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            target = os.readlink(f"/proc/{pid}/fd/{name}")
        except OSError:
            continue
        if target.startswith("socket:["):
            found.add(target[8:-1])
    return found


@pytest.mark.parametrize("part", ["engine", "actions"])
@pytest.mark.parametrize("token", [None, "x", "x" * 47])
def test_the_inner_servers_want_the_secret(product, part, token):
    socket = getattr(product, part).socket
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(socket))) as http:
        for path in ("/health", "/turns", "/webhook", "/actions", "/"):
            assert http.get(f"http://part{path}", headers=headers).status_code == 401
            assert http.post(f"http://part{path}", headers=headers, json={}).status_code == 401


@pytest.mark.parametrize(
    "path",
    ["/model/parse", "/conversations/x/tracker", "/domain", "/status", "/version", "/webhooks/rest/webhook",
     "/webhooks/staff/messages", "/webhooks/actions/run", "/webhook", "/turns", "/actions"],
)  # fmt: skip
def test_nothing_of_rasas_faces_the_world(product, path):
    assert httpx.get(product.url + path).status_code == 404
    assert httpx.post(product.url + path, json={}).status_code == 404


def test_the_address_without_a_path_leads_to_the_demo_page(product):
    answer = httpx.get(product.url, follow_redirects=True)
    assert answer.status_code == 200
    assert "mbc-chat.js" in answer.text


@pytest.mark.parametrize("everything", ["true", "false"])
def test_the_request_stays_or_goes_as_the_visitor_chose(product, everything):
    before = counts(product)
    with httpx.Client(base_url=f"{product.url}/webhooks/website", timeout=30) as http:
        http.headers["Authorization"] = f"Bearer {http.post('/sessions', json={}).json()['token']}"
        for line in ("call me back", "Ida", "215 555 0199", "mornings", "skip", "yes"):
            http.post("/messages", json={"client_message_id": str(uuid4()), "text": line}).raise_for_status()
        assert counts(product)["requests"] == before["requests"] + 1
        assert http.delete("/session", params={"requests": everything}).json() == {"complete": True}
    left = before["requests"] + (everything == "false")
    assert counts(product) == {**before, "requests": left}


SUMMARY_SHOWN = ("call me back", "Ida", "215 555 0188", "mornings", "skip")


def test_a_session_that_ran_out_at_the_summary_saved_nothing_and_a_late_yes_saves_nothing(client, talk, product):
    before = counts(product)["requests"]
    for line in SUMMARY_SHOWN:
        summary = talk.say(line)
    assert "(215) 555-0188" in text_of(summary)
    time.sleep(1.2)
    with pytest.raises(AssistantError, match="410"):  # as the website says how long a session lives
        client.take_turn(talk.sender, text="yes", idle_limit=1.0)
    assert counts(product)["requests"] == before
    assert "cannot find a request" in text_of(client.converse().say("check my request"))


def test_who_comes_back_after_the_summary_is_told_that_nothing_was_saved(product):
    before = counts(product)["requests"]
    with httpx.Client(base_url=f"{product.url}/webhooks/website", timeout=30) as http:
        http.headers["Authorization"] = f"Bearer {http.post('/sessions', json={}).json()['token']}"
        for line in SUMMARY_SHOWN:
            shown = http.post("/messages", json={"client_message_id": str(uuid4()), "text": line})
        assert "Is this right?" in shown.text
        http.delete("/session", params={"requests": "false"}).raise_for_status()  # in another tab
        late = http.post("/messages", json={"client_message_id": str(uuid4()), "text": "yes"})
        assert late.status_code == 401
        assert "not confirmed with a yes was not saved" in late.json()["error"]["text"]
        assert counts(product)["requests"] == before
        http.headers["Authorization"] = f"Bearer {http.post('/sessions', json={}).json()['token']}"
        again = http.post("/messages", json={"client_message_id": str(uuid4()), "text": "did my request go through?"})
        assert "cannot find a request" in again.text
        assert "0188" not in again.text
