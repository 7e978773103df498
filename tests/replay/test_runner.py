"""Judging a conversation: replies, server errors, summaries."""

import json
from typing import Any

from helpline.errors import AssistantError
from helpline.processes.assistant_client import ClientTurn
from helpline.replay.cases import read_cases
from helpline.replay.runner import Result, reply_text, run_case, summary_by_topic


class ScriptedClient:
    """Stands for the server with replies that a test chooses; the real one is tried in tests/conversations."""

    def __init__(self, replies: dict[str, Any]) -> None:
        self.replies = replies
        self.said: list[str] = []

    def converse(self) -> "ScriptedClient":
        return self

    def say(self, text: str) -> ClientTurn:
        self.said.append(text)
        reply = self.replies[text]
        if isinstance(reply, Exception):
            raise reply
        return ClientTurn(text, reply, 12.34, "faq/ned", 0.9)


def case(**fields: object):
    (read,) = read_cases([json.dumps({"id": "a", **fields})])
    return read


def reply(text: str, *buttons: str) -> dict[str, Any]:
    shown = [{"title": title, "payload": "/x", "ref": "r"} for title in buttons]
    return {"text": text, "buttons": shown, "response": "utter_x", "metadata": {}}


NED = [reply("NED means no evidence.", "And stable?")]


def test_only_the_last_reply_is_judged_with_texts_and_button_titles():
    client = ScriptedClient({"hi": [reply("cure")], "ned?": NED})
    result = run_case(case(turns=["hi", "ned?"], must=["evidence.*stable"], must_not=["cure"]), client)
    assert result.passed
    assert client.said == ["hi", "ned?"]
    line = result.as_dict()
    assert line["intent"] == ["faq/ned", "faq/ned"]
    assert line["latency_ms"] == [12.3, 12.3]
    assert line["replies"][1][0]["buttons"] == [{"title": "And stable?", "payload": "/x"}]


def test_a_server_error_fails_the_case_and_ends_it():
    client = ScriptedClient({"hi": AssistantError("the server answered with status 500")})
    result = run_case(case(turns=["hi", "ned?"]), client)
    assert result.problems == ["turn 1: the server answered with status 500"]
    assert client.said == ["hi"]


def test_an_empty_reply_fails_the_case_in_any_turn():
    assert run_case(case(turns=["hi", "ned?"]), ScriptedClient({"hi": [], "ned?": NED})).problems == [
        "turn 1: the reply is empty"
    ]


def test_the_summary_counts_by_topic():
    good = Result(case(turns=["x"], topic="ned"), [], [])
    bad = Result(case(turns=["x"], topic="ned"), [], ["misses"])
    other = Result(case(turns=["x"]), [], [])
    assert summary_by_topic([good, bad, other]) == {"ned": (1, 2)}


def test_reply_text_joins_texts_and_titles_with_newlines():
    assert reply_text(NED) == "NED means no evidence.\nAnd stable?"
