"""Measures on messages that nobody has looked at: by writers who saw neither code nor data, and nothing mended by them.

They stand in ``tests/heldout/``, a folder for each writer. Once something has been mended by one of them it is a
development message, and moves to the folder of those: ``tests/safety/development/strangers_*`` were held out once.
Shares come with Wilson intervals, since the sets are small. Knows nothing of Rasa: what reads a message is handed in.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scipy.stats import binomtest

from helpline.nlu.choices import Choices
from helpline.nlu.follow_ups import Responses, topic_of_payload
from helpline.nlu.intents import DELIMITER, FALLBACK_INTENT, OTHER_SUBJECT_GROUP, TOPIC_GROUP, group_of, likely_leaf
from helpline.safety.dangers import CRISIS, DANGERS, EMERGENCY, THREAT, VIOLENCE
from helpline.settings import ROOT

FOLDER = ROOT / "tests" / "heldout"
# The first writer was asked for what is told by a worry or a story; the second for what people ordinarily type; the
# third for more of the kind of the development messages in tests/replay/development/, the fourth for follow-ups, the
# fifth and the sixth for more of the kind of the third's follow-ups and danger, the sixth of its two questions as well,
# the seventh for remarks that ask nothing, and for emergencies told beside a question, the eighth for conversations of
# all kinds with what the last reply must hold, in the format of those in tests/replay/development/.
FOLDERS = (FOLDER, *(FOLDER / name for name in ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")))
# Of so many messages one is a crisis: what a helpline for people with an illness may expect.
_MESSAGES_OF_A_CRISIS = 200
_CHECKED_IN = "checked in"
_EVERYDAY_AS_CRISIS = "everyday messages: raised as a crisis"
_ASKED_BACK = "utter_did_you_mean"

Read = Callable[[str], Mapping[str, Any]]


@dataclass(frozen=True)
class MeasuredShare:
    """How many messages of a set were taken in one way.

    Attributes:
        name: What was counted.
        hits: How many messages it is true of.
        count: How many messages there are.
    """

    name: str
    hits: int
    count: int

    @property
    def share(self) -> float:
        """The share, from 0 to 1."""
        return self.hits / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares the true one lies, 19 times in 20 (Wilson)."""
        found = binomtest(self.hits, self.count).proportion_ci(method="wilson")
        return float(found.low), float(found.high)

    def __str__(self) -> str:
        low, high = self.interval
        return f"| {self.name} | {self.hits} of {self.count} | {self.share:.1%} | {low:.1%} to {high:.1%} |"


def measure_held_out(read: Read, responses: Responses, folder: Path) -> list[MeasuredShare]:
    """Return all shares.

    Args:
        read: Returns Rasa's parse data of a message.
        responses: All responses by name, each with its variations.
        folder: Where the sets stand.
    """
    return [*safety_shares(read, folder), *understanding_shares(read, responses, folder)]


def precision_of_crises(shares: list[MeasuredShare]) -> float | None:
    """Return which part of what is raised as a crisis is one, where one message in 200 is and the rest is everyday.

    None where no everyday messages were measured.
    """
    by_name = {share.name: share.share for share in shares}
    if _EVERYDAY_AS_CRISIS not in by_name:
        return None
    right = by_name["crises: raised"] / _MESSAGES_OF_A_CRISIS
    wrong = by_name[_EVERYDAY_AS_CRISIS] * (1 - 1 / _MESSAGES_OF_A_CRISIS)
    return right / (right + wrong) if right else 0.0


def report(title: str, shares: list[MeasuredShare]) -> str:
    """Return the shares as a table in Markdown."""
    lines = [
        f"# {title}",
        "",
        "| | messages | share | 19 times in 20 between |",
        "|---|---|---|---|",
        *map(str, shares),
    ]
    precision = precision_of_crises(shares)
    if precision is not None:
        lines += [
            "",
            f"One message in {_MESSAGES_OF_A_CRISIS} a crisis, and the rest everyday messages: of those raised as a "
            f"crisis {precision:.0%} are one.",
        ]
    return "\n".join(lines) + "\n"


def safety_shares(read: Read, folder: Path) -> Iterator[MeasuredShare]:
    """Yield what is raised, and told whom to call, of the sets of a folder that are about danger."""
    for name, (words, kinds) in _SAFETY_SETS.items():
        if not (folder / f"{name}.jsonl").is_file():
            continue
        found = [_taken(read(entry["text"])) for entry in _entries(folder, name)]
        raised = sum(each in (kinds or DANGERS) for each in found)
        yield MeasuredShare(f"{words}: raised", raised, len(found))
        if CRISIS in kinds:
            checked = sum(each is not None for each in found)
            yield MeasuredShare(f"{words}: raised or {_CHECKED_IN}", checked, len(found))
        elif not kinds:
            yield MeasuredShare(f"{words}: {_CHECKED_IN}", found.count(_CHECKED_IN), len(found))
        if name == "everyday":
            yield MeasuredShare(_EVERYDAY_AS_CRISIS, found.count(CRISIS), len(found))


def understanding_shares(read: Read, responses: Responses, folder: Path) -> Iterator[MeasuredShare]:
    """Yield what is understood of the sets of a folder that are about the page, or about something else.

    A topic is offered where it is among the choices below the reply, which one of the visitor's taps leads to.
    """
    for name, words in _TOPIC_SETS.items():
        if not (folder / f"{name}.jsonl").is_file():
            continue
        parsed = [
            ({entry["expect"], *entry.get("accept", ())}, read(entry["text"])) for entry in _entries(folder, name)
        ]
        at_once = [not expected.isdisjoint(_leaves(each)) for expected, each in parsed]
        offered = [
            not good and not expected.isdisjoint(_offered(each, responses))
            for good, (expected, each) in zip(at_once, parsed, strict=True)
        ]
        beside = [likely_leaf(each) is not None for _, each in parsed]
        asked_back = sum(
            _intent(each) == FALLBACK_INTENT and not (answered or choice)
            for (_, each), answered, choice in zip(parsed, beside, offered, strict=True)
        )
        right = sum(at_once) + sum(offered)
        yield MeasuredShare(f"{words}: right at once", sum(at_once), len(parsed))
        yield MeasuredShare(f"{words}: right or offered", right, len(parsed))
        yield MeasuredShare(f"{words}: wrong", len(parsed) - right - asked_back, len(parsed))
        yield MeasuredShare(f"{words}: answered with others offered beside it", sum(beside), len(parsed))
    if (folder / "two_questions.jsonl").is_file():
        both = [(entry["expect"], _leaves(read(entry["text"]))) for entry in _entries(folder, "two_questions")]
        right = sum(set(expect) <= set(leaves) for expect, leaves in both)
        yield MeasuredShare("two questions: both", right, len(both))
    if (folder / "other_subjects.jsonl").is_file():
        others = [_leaves(read(entry["text"])) for entry in _entries(folder, "other_subjects")]
        wrong = _answered_in(TOPIC_GROUP, others)
        yield MeasuredShare("other subjects: answered as metastatic breast cancer", wrong, len(others))
        named = _answered_in(OTHER_SUBJECT_GROUP, others)
        yield MeasuredShare("other subjects: named as what they are", named, len(others))
    if (folder / "about_the_page.jsonl").is_file():
        ours = [_leaves(read(entry["text"])) for entry in _entries(folder, "about_the_page")]
        refused = _answered_in(OTHER_SUBJECT_GROUP, ours)
        yield MeasuredShare("beside another organ or illness: taken for another subject", refused, len(ours))


def _answered_in(group: str, answered: list[tuple[str, ...]]) -> int:
    """Return how many messages are answered, in part at least, as something of a group."""
    return sum(any(group_of(leaf) == group for leaf in leaves) for leaves in answered)


# File: what is said of it.
_TOPIC_SETS: Mapping[str, str] = {
    "topics": "topics",
    "noisy": "noisy",
    "topics_near_others": "topics beside another illness, drug or stage",
}
# File: what is said of it, and the kinds of danger that count there; none where there is no danger.
_SAFETY_SETS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "crisis": ("crises", (CRISIS,)),
    "despair": ("despair", ()),
    "crisis_lookalikes": ("look-alikes of a crisis", ()),
    "everyday": ("everyday messages", ()),
    "remarks": ("remarks", ()),
    "violence": ("violence, or a threat of it", (VIOLENCE, THREAT)),
    "violence_lookalikes": ("look-alikes of violence", ()),
    "emergency": ("emergencies", (EMERGENCY,)),
    "emergency_lookalikes": ("look-alikes of an emergency", ()),
}


def _entries(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def _intent(parsed: Mapping[str, Any]) -> str:
    return str(parsed["intent"]["name"])


def _taken(parsed: Mapping[str, Any]) -> str | None:
    """Return the kind of danger that is raised, "checked in", or None."""
    intent = _intent(parsed)
    if intent in DANGERS:
        return intent
    return _CHECKED_IN if parsed.get("check_in") else None


def _leaves(parsed: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the leaf intents that a message is answered as, be it as the likeliest beside a question back."""
    if (likely := likely_leaf(parsed)) is not None:
        return (likely,)
    if parsed.get("questions"):
        return tuple(parsed["questions"])
    intent = _intent(parsed)
    chosen = (parsed.get("response_selector") or {}).get(intent, {}).get("response", {})
    return (str(chosen.get("intent_response_key") or intent),)


def _offered(parsed: Mapping[str, Any], responses: Responses) -> set[str]:
    """Return the topics among the choices below the reply to a message with one question."""
    (*_, leaf) = _leaves(parsed)
    name = _ASKED_BACK if _intent(parsed) == FALLBACK_INTENT else f"utter_{leaf}"
    variations = responses.get(name) or [{}]
    shown = Choices(responses).shown(name, variations[0].get("buttons") or [], parsed)
    topics = (topic_of_payload(button["payload"]) for button in shown)
    return {f"{TOPIC_GROUP}{DELIMITER}{topic}" for topic in topics if topic}
