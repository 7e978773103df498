"""Runs cases against the assistant, and sums up what passed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from helpline.errors import AssistantError
from helpline.processes.assistant_client import AssistantClient, ClientTurn
from helpline.replay.cases import Case


@dataclass(frozen=True)
class Result:
    """What became of a case. ``problems`` is empty when it passed."""

    case: Case
    turns: list[ClientTurn]
    problems: list[str]

    @property
    def passed(self) -> bool:
        """Whether the case passed."""
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        """Return the output line: all input fields, and the conversation turn by turn."""
        return {
            **self.case.fields,
            "replies": [[_shown(reply) for reply in turn.replies] for turn in self.turns],
            "intent": [turn.intent for turn in self.turns],
            "confidence": [turn.confidence for turn in self.turns],
            "latency_ms": [round(turn.latency_ms, 1) for turn in self.turns],
            "passed": self.passed,
            "problems": self.problems,
        }


def run_case(case: Case, client: AssistantClient) -> Result:
    """Play a case as a fresh conversation. A server error or an empty reply ends it as failed."""
    conversation = client.converse()
    turns: list[ClientTurn] = []
    for number, text in enumerate(case.turns, 1):
        try:
            turn = conversation.say(text)
        except AssistantError as error:
            turns.append(ClientTurn(text, [], 0.0))
            return Result(case, turns, [f"turn {number}: {error}"])
        turns.append(turn)
        if not reply_text(turn.replies):
            return Result(case, turns, [f"turn {number}: the reply is empty"])
    return Result(case, turns, case.judge(reply_text(turns[-1].replies)))


def reply_text(replies: Iterable[Mapping[str, Any]]) -> str:
    """Return all texts and button titles of the replies of a turn, joined by newlines."""
    parts: list[str] = []
    for reply in replies:
        parts.append(reply.get("text") or "")
        parts += [button["title"] for button in reply.get("buttons", [])]
    return "\n".join(part for part in parts if part)


def summary_by_topic(results: list[Result]) -> dict[str, tuple[int, int]]:
    """Return for each value of the field ``topic`` how many cases passed, and of how many."""
    total: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for result in results:
        if "topic" in result.case.fields:
            topic = str(result.case.fields["topic"])
            total[topic] += 1
            passed[topic] += result.passed
    return {topic: (passed[topic], total[topic]) for topic in sorted(total)}


def _shown(reply: dict[str, Any]) -> dict[str, Any]:
    """Return a reply as the output has it; references of buttons work once and are left out."""
    buttons = [{"title": button["title"], "payload": button["payload"]} for button in reply["buttons"]]
    shown = {
        "text": reply["text"],
        "buttons": buttons,
        "utter_action": reply["response"],
        "metadata": reply["metadata"],
    }
    return {name: value for name, value in shown.items() if value or name in {"text", "buttons"}}
