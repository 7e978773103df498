"""The product as `make run` serves it: real servers, the trained model, HTTP."""

import json
import re
import sqlite3

import httpx
import pytest

NUMBER = r"\(888\) 753-LBBC \(5222\)"


def text_of(turn) -> str:
    return "\n".join(reply["text"] for reply in turn.replies)


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
    talk.say('/ask_topic{"topic": "lmd"}')
    assert "5-15%" in text_of(talk.say("how common is it"))


def test_a_call_back_is_really_stored_with_its_contact_encrypted(talk, stack):
    for line in ("please call me back", "Grace", "215 555 0142", "after lunch", "skip"):
        summary = talk.say(line)
    assert "(215) 555-0142" in text_of(summary)
    saved = talk.say("yes")
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{2}\b", text_of(saved)).group()
    path = stack.settings.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as store:
        rows = [dict(zip([c[0] for c in cursor.description], row, strict=True))
                for cursor in [store.execute("SELECT * FROM requests")] for row in cursor]  # fmt: skip
    assert code in str(rows)
    assert "5550142" not in str(rows)
    assert "Grace" not in str(rows)
    assert saved.slots["phone_number"] is None
    assert saved.slots["first_name"] is None


def test_deleting_deletes_the_request_and_the_conversation(talk, stack):
    for line in ("please call me back", "Ida", "215 555 0177", "mornings", "skip", "yes"):
        talk.say(line)
    assert "Shall I delete" in text_of(talk.say("delete my data"))
    assert re.search("Your data is deleted", "\n".join(r["text"] for r in talk.say("yes", inspect=False).replies))
    path = stack.settings.tracker_database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as store:
        left = store.execute("SELECT count(*) FROM events WHERE sender_id = ?", [talk.sender]).fetchone()
    assert left == (0,)


def test_what_was_typed_is_in_no_log(talk, stack):
    talk.say("my zebra word and 215 555 0163")
    for server in stack.servers:
        log = server.log.read_text(errors="replace")
        assert "zebra" not in log
        assert "0163" not in log


@pytest.mark.parametrize("path", ["/model/parse", "/conversations/x/tracker", "/domain", "/status"])
def test_the_http_api_wants_a_token(stack, path):
    method = httpx.post if path == "/model/parse" else httpx.get
    assert method(stack.url + path).status_code == 401


def test_the_staff_channel_and_the_gateway_want_a_token(stack):
    body = {"sender": "x", "text": "hi"}
    assert httpx.post(f"{stack.url}/webhooks/staff/messages", json=body).status_code == 401
    assert httpx.post(f"{stack.url}/webhooks/actions/run", json={}).status_code == 401
    assert httpx.post(f"{stack.url}/webhooks/rest/webhook", json={"sender": "x", "message": "hi"}).status_code == 404


def test_the_servers_listen_on_loopback_alone(stack):
    ports = {f"{server.port:04X}" for server in stack.servers}
    with open("/proc/net/tcp") as table:
        listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
    addresses = {address for address, port in (entry.split(":") for entry in listening) if port in ports}
    assert addresses == {"0100007F"}


def test_bad_requests_of_the_staff_channel_say_what_is_missing(stack):
    headers = {"Authorization": f"Bearer {stack.token}"}
    for body in ("[]", '{"sender": "x"}', '{"sender": "x", "text": ""}', '{"sender": 1, "text": "hi"}'):
        reply = httpx.post(f"{stack.url}/webhooks/staff/messages", content=body, headers=headers)
        assert reply.status_code == 400
        assert "sender and text" in json.loads(reply.text)["error"]
