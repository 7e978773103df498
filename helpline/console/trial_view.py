"""A trial's turns as a visitor sees them: in the website's chat, or on a messaging channel, laid out as it would be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpline.channels.capabilities import CHANNELS, Capabilities
from helpline.channels.layout import load_channel_wording
from helpline.channels.messages import OutboundMessage
from helpline.channels.rehearsal import replay
from helpline.channels.text_message import segments
from helpline.channels.website_messages import WebsiteMessages, load_links, load_page
from helpline.console.engine_calls import Turn
from helpline.web.wording import Wording

WEBSITE = "website"
# The widget's own words for whether an answer helped.
_FEEDBACK = {"helpful": "Yes, it helped", "not_helpful": "No, it did not"}


@dataclass(frozen=True)
class SeenMessage:
    """One message of the assistant's, as a channel shows it.

    Attributes:
        text: Its text, numbered choices included.
        notes: What the widget shows beside it, such as the source and how far a form is; how a text message is sent.
        buttons: What can be pressed: reference and title.
    """

    text: str
    notes: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class SeenTurn:
    """One turn as a channel shows it, and what the engine tells of it."""

    number: int
    said: str | None
    messages: list[SeenMessage]
    turn: Turn


def seen(turns: Sequence[Turn], channel: str, root: Path) -> list[SeenTurn]:
    """Return the turns as they look on a channel. Only the last one's buttons can be pressed.

    Args:
        turns: The turns, as the engine tells them.
        channel: The channel's name.
        root: The project, with the page that answers come from.
    """
    lasts = [turn is turns[-1] for turn in turns]
    if channel in CHANNELS:
        _, sent = replay(turns, channel, _wording(root))
        told = [
            [_sent(message, last, CHANNELS[channel]) for message in messages]
            for messages, last in zip(sent, lasts, strict=True)
        ]
    else:
        told = [_on_website(turn, last, root) for turn, last in zip(turns, lasts, strict=True)]
    return [
        SeenTurn(number, turn["said"], messages, turn)
        for number, (turn, messages) in enumerate(zip(turns, told, strict=True), 1)
    ]


def _on_website(turn: Turn, last: bool, root: Path) -> list[SeenMessage]:
    widget = _widget(root).answers("trial", turn["replies"], 0.0, last)
    told: list[SeenMessage] = []
    for reply, message in zip(turn["replies"], widget, strict=bool(turn["replies"])):
        titles = {each["ref"]: each["title"] for each in [*reply["buttons"], *reply.get("controls", ())]}
        told.append(SeenMessage(message["text"], _notes(message), _pressable(message, titles)))
    return told


def _notes(message: dict[str, Any]) -> list[str]:
    notes = []
    source, form, saved = message["source"], message["form"], message["saved"]
    if source:
        notes.append(f"From the page: {source['section']}, reviewed {source['reviewed']}")
    if form and form["step"]:
        notes.append(f"Question {form['step']} of {form['steps']}")
    if saved:
        notes.append(f"Code {saved['reference']}")
    return notes


def _pressable(message: dict[str, Any], titles: dict[str, str]) -> list[tuple[str, str]]:
    form, saved = message["form"] or {}, message["saved"] or {}
    refs = [button["ref"] for button in message["buttons"]]
    refs += [line["edit"] for line in form.get("summary", ())]
    refs += [each.get(name) for each in (form, saved) for name in ("back", "cancel", "change", "withdraw")]
    pressable = [(ref, titles[ref]) for ref in refs if ref]
    return pressable + [(ref, _FEEDBACK[name]) for name, ref in (message["feedback"] or {}).items()]


def _sent(message: OutboundMessage, last: bool, capabilities: Capabilities) -> SeenMessage:
    told = []
    if capabilities.gsm_7:
        how = segments(message.text)
        told.append(f"{how.encoding}, {how.units} characters, {how.count} {'part' if how.count == 1 else 'parts'}")
    if message.as_list:
        told.append(f"A list that opens with \u201c{message.list_title}\u201d")
    return SeenMessage(message.text, told, [(each.ref, each.title) for each in message.choices if last])


@lru_cache(maxsize=4)
def _wording(root: Path) -> Wording:
    return load_channel_wording(root)


@lru_cache(maxsize=4)
def _widget(root: Path) -> WebsiteMessages:
    return WebsiteMessages(load_links(root), "", load_page(root / "content" / "facts.yml", None))
