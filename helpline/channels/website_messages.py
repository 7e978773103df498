"""Messages in the form that the widget reads; the fields are described in the channel's OpenAPI document."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

logger = logging.getLogger(__name__)

Message = dict[str, Any]

# Payloads of the question whether an answer helped, which the widget shows as its own control.
FEEDBACK = {"/feedback_helpful": "helpful", "/feedback_not_helpful": "not_helpful"}
# Keyboards that the widget knows; a response's metadata names the one for the next answer.
_INPUTS = frozenset({"tel", "email", "given-name", "none"})


@dataclass(frozen=True)
class Link:
    """A part of a text that is a link, and where it leads."""

    title: str
    href: str


def load_links(path: Path) -> list[Link]:
    """Read the forms in which texts write phone numbers. A file that cannot be read costs the links, never the chat."""
    try:
        contacts = yaml.safe_load(path.read_text(encoding="utf-8"))["contacts"]
        return [Link(written, contact["tel"]) for contact in contacts.values() for written in contact["written"]]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, LookupError, TypeError, AttributeError) as error:
        logger.error("The contacts in %s cannot be read (%s).", path.name, type(error).__name__)
        return []


class WebsiteMessages:
    """Turns the engine's replies into the widget's messages.

    Args:
        links: Approved contacts as they are written in texts.
        no_answer: What is said in a turn in which the assistant said nothing.
    """

    def __init__(self, links: Sequence[Link], no_answer: str) -> None:
        self._links = [(re.compile(rf"(?<!\w){re.escape(link.title)}(?!\w)"), link) for link in links]
        self._no_answer = no_answer

    def conversation(self, turns: Sequence[dict[str, Any]]) -> list[Message]:
        """Return the whole conversation. Only the last turn's buttons can still be pressed, and are there."""
        messages: list[Message] = []
        for turn in turns:
            if turn["said"] is not None:
                messages.append(self._message(f"v{turn['message_id']}", "visitor", turn["said"], turn["at"]))
            messages += self.answers(turn["message_id"], turn["replies"], turn["at"], turn is turns[-1])
        return messages

    def answers(
        self, message_id: str, replies: Sequence[dict[str, Any]], at: float, on_offer: bool = True
    ) -> list[Message]:
        """Return the assistant's messages of a turn: at least one."""
        if not replies:
            return [self._message(f"n{message_id}", "assistant", self._no_answer, at)]
        return [self._answer(reply, on_offer) for reply in replies]

    def notice(self, text: str, now: float) -> Message:
        """Return a message of the front door's own, which is not part of the conversation."""
        return self._message(f"c{uuid4().hex}", "assistant", text, now)

    def _answer(self, reply: dict[str, Any], on_offer: bool) -> Message:
        message = self._message(reply["id"], "assistant", reply["text"], reply["at"])
        metadata = reply["metadata"]
        if metadata.get("reviewed"):
            message["source"] = {name: metadata.get(name) for name in ("title", "section", "reviewed")}
        if metadata.get("input") in _INPUTS:
            message["input"] = metadata["input"]
        message["invalid"] = bool(metadata.get("invalid"))
        if on_offer:
            message["buttons"] = [
                {"ref": button["ref"], "title": button["title"]}
                for button in reply["buttons"]
                if button["payload"] not in FEEDBACK
            ]
            feedback = {
                FEEDBACK[button["payload"]]: button["ref"]
                for button in reply["buttons"]
                if button["payload"] in FEEDBACK
            }
            message["feedback"] = feedback if len(feedback) == len(FEEDBACK) else None
        return message

    def _message(self, id_: str, from_: str, text: str, at: float) -> Message:
        return {
            "id": id_,
            "from": from_,
            "text": text,
            "at": datetime.fromtimestamp(at, timezone.utc).isoformat(timespec="milliseconds"),
            "buttons": [],
            "links": self._links_in(text) if from_ == "assistant" else [],
            "source": None,
            "input": None,
            "invalid": False,
            "feedback": None,
        }

    def _links_in(self, text: str) -> list[dict[str, str]]:
        return [{"title": link.title, "href": link.href} for pattern, link in self._links if pattern.search(text)]
