"""Plays every flow of the conversation on every messaging channel, on the real engine, and holds it to its limits."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from helpline.channels.capabilities import CHANNELS, Capabilities
from helpline.channels.layout import load_channel_wording, size
from helpline.channels.messages import Kind, OutboundMessage
from helpline.channels.rehearsal import Rehearsal
from helpline.channels.text_message import segments
from helpline.replay.cases import Case, read_cases
from helpline.settings import ROOT

FLOWS = Path(__file__).parent / "flows.yml"
TOPICS = ROOT / "tests" / "replay" / "one_per_topic.jsonl"

BeginsRehearsal = Callable[[str], Rehearsal]


@dataclass(frozen=True)
class ChannelFlow:
    """A conversation to be played.

    Attributes:
        group: What it is about.
        turns: What the visitor sends.
        ends: A response that must be said in the last turn; None for any.
        danger: The danger that must be raised in it.
        knows_number: Whether it is for channels alone that know the number somebody writes from.
        case: What the last turn's messages must hold, as they are sent.
        kind: What the visitor sends last, such as a picture, to which the words are the caption.
    """

    group: str
    turns: tuple[str, ...]
    ends: str | None = None
    danger: str | None = None
    knows_number: bool = False
    case: Case | None = None
    kind: Kind = "text"


@dataclass
class ChannelFigures:
    """What a group of flows came to on a channel.

    Attributes:
        flows: How many were played.
        messages: How many messages came back.
        longest: Characters of the longest.
        most_in_turn: Most messages that came back to one.
        parts: Parts of a telephone network, for text messages.
        faults: What is wrong, each with the visitor's messages.
    """

    flows: int = 0
    messages: int = 0
    longest: int = 0
    most_in_turn: int = 0
    parts: int = 0
    faults: list[str] = field(default_factory=list)


def load_flows() -> list[ChannelFlow]:
    """Read the flows: those of the file, and one a topic."""
    written = yaml.safe_load(FLOWS.read_text(encoding="utf-8"))
    flows = [ChannelFlow(**{**each, "turns": tuple(map(str, each["turns"]))}) for each in written]
    cases = read_cases(TOPICS.read_text(encoding="utf-8").splitlines())
    return [
        *(ChannelFlow("topics", tuple(case.turns), case=case) for case in cases),
        *flows,
    ]


def breaches(message: OutboundMessage, capabilities: Capabilities) -> Iterator[str]:
    """Yield what of a message the channel cannot show."""
    limit = capabilities.hard_limit if message.urgent else capabilities.text_limit
    if message.choices and capabilities.choices_text_limit:
        limit = min(limit, capabilities.choices_text_limit)
    if not 0 < size(message.text, capabilities) <= limit:
        yield f"{size(message.text, capabilities)} characters, and {limit} are the most"
    most, longest = (
        (capabilities.list_rows, capabilities.list_row_length)
        if message.as_list
        else (capabilities.buttons, capabilities.button_length)
    )
    if len(message.choices) > most:
        yield f"{len(message.choices)} choices, and {most} are the most"
    titles = [choice.title for choice in message.choices]
    if any(not 0 < len(title) <= longest for title in titles):
        yield f"a choice of more than {longest} characters"
    if len({title.casefold() for title in titles}) < len(titles):
        yield "two choices that say the same"
    if any(not (choice.ref.isascii() and 0 < len(choice.ref) <= 64) for choice in message.choices):
        yield "a choice with a reference that is too long"
    if bool(message.list_title) != message.as_list or len(message.list_title or "") > 20:
        yield "a list without a title, or with a long one"


def play(flow: ChannelFlow, name: str, begin: BeginsRehearsal, figures: ChannelFigures) -> None:
    """Play a flow on a channel, and add to the figures what it came to."""
    capabilities, rehearsal = CHANNELS[name], begin(name)
    figures.flows += 1
    for number, said in enumerate(flow.turns, 1):
        sent = rehearsal.send(said, flow.kind if number == len(flow.turns) else "text")
        rest, turn = sent, rehearsal.turn  # "MORE" takes none
        if capabilities.messages_in_a_row and len(sent) > capabilities.messages_in_a_row + _urgent(sent):
            figures.faults.append(f"{flow.turns}: {len(sent)} messages in a row")
        while rest and rest[-1].text.endswith(load_channel_wording().of("utter_channel_more")):
            rest = rehearsal.send("MORE")
            sent = (*sent, *rest)
        figures.messages += len(sent)
        figures.most_in_turn = max(figures.most_in_turn, len(sent))
        for message in sent:
            figures.longest = max(figures.longest, size(message.text, capabilities))
            figures.parts += segments(message.text).count if capabilities.gsm_7 else 0
            figures.faults += [f"{flow.turns}: {breach}" for breach in breaches(message, capabilities)]
    figures.faults += [f"{flow.turns}: {fault}" for fault in _wrong_ends(flow, turn, sent)]


def _urgent(sent: Sequence[OutboundMessage]) -> int:
    return sum(message.urgent for message in sent)


def _wrong_ends(flow: ChannelFlow, turn: dict[str, Any] | None, sent: Sequence[OutboundMessage]) -> Iterator[str]:
    turn = turn or {"replies": [], "danger": None}
    said = [reply["response"] for reply in turn["replies"]]
    if flow.case is not None:
        titles = [choice.title for message in sent for choice in message.choices]
        yield from flow.case.judge("\n".join([*(message.text for message in sent), *titles]))
    if flow.ends is not None and flow.ends not in said:
        yield f"ended with {said} and not with {flow.ends}"
    if flow.danger is not None:
        if turn["danger"] != flow.danger:
            yield f"raised {turn['danger']} and not {flow.danger}"
        if not sent or not sent[0].urgent or _urgent(sent) != len(turn["replies"]):
            yield "a reply to danger does not come first and whole"


def measure(begin: BeginsRehearsal, flows: Sequence[ChannelFlow]) -> dict[tuple[str, str], ChannelFigures]:
    """Play flows on every channel; return the figures by group and channel.

    Args:
        begin: Begins a conversation on a channel of a name.
        flows: The flows.
    """
    measured: dict[tuple[str, str], ChannelFigures] = {}
    for name, capabilities in CHANNELS.items():
        for flow in flows:
            if flow.knows_number and not capabilities.knows_number:
                continue
            play(flow, name, begin, measured.setdefault((flow.group, name), ChannelFigures()))
    return measured
