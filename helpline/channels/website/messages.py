"""Messages in the form that the widget reads; the fields are described in the channel's OpenAPI document."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

from helpline.channels.website.offers import FEEDBACK, Offers
from helpline.channels.website.transcript import Transcript, Turn

Message = dict[str, Any]

# Keyboards that the widget knows; a response's metadata names the one for the next answer.
_INPUTS = frozenset({"tel", "email", "given-name", "none"})


@dataclass(frozen=True)
class Link:
    """A part of a text that is a link, and where it leads."""

    title: str
    href: str


class Messages:
    """Turns the assistant's messages into the widget's.

    Args:
        offers: Makes the buttons' references.
        links: Approved contacts as they are written in texts.
        no_answer: What is said in a turn in which the assistant said nothing.
    """

    def __init__(self, offers: Offers, links: Sequence[Link], no_answer: str) -> None:
        self._offers = offers
        self._links = [(re.compile(rf"(?<!\w){re.escape(link.title)}(?!\w)"), link) for link in links]
        self._no_answer = no_answer

    def conversation(self, sender: str, transcript: Transcript) -> list[Message]:
        """Return the whole conversation. Only the last turn's buttons can still be pressed, and are there."""
        messages: list[Message] = []
        for turn in transcript.turns:
            if turn.said is not None:
                messages.append(self._message(_id(turn.at, "v"), "visitor", turn.said, turn.at))
            messages += self.answers(sender, turn, on_offer=turn is transcript.turns[-1])
        return messages

    def answers(self, sender: str, turn: Turn, on_offer: bool = True) -> list[Message]:
        """Return the assistant's messages of a turn: at least one."""
        if not turn.answers:
            return [self._message(f"n{turn.message_id}", "assistant", self._no_answer, turn.at)]
        return [self._answer(sender, answer, on_offer) for answer in turn.answers]

    def notice(self, text: str, now: float) -> Message:
        """Return a message of the channel's own, which is not part of the conversation."""
        return self._message(f"c{uuid4().hex}", "assistant", text, now)

    def _answer(self, sender: str, answer: dict[str, Any], on_offer: bool) -> Message:
        at = answer["timestamp"]
        message = self._message(_id(at, "m"), "assistant", (answer.get("text") or "").strip(), at)
        metadata = answer.get("metadata") or {}
        if metadata.get("reviewed"):
            message["source"] = {name: metadata.get(name) for name in ("title", "section", "reviewed")}
        if metadata.get("input") in _INPUTS:
            message["input"] = metadata["input"]
        message["invalid"] = bool(metadata.get("invalid"))
        if on_offer:
            offers = self._offers.of(sender, answer)
            message["buttons"] = [
                {"ref": offer.ref, "title": offer.title} for offer in offers if offer.payload not in FEEDBACK
            ]
            feedback = {FEEDBACK[offer.payload]: offer.ref for offer in offers if offer.payload in FEEDBACK}
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


def _id(at: float, kind: str) -> str:
    return f"{kind}{round(at * 1_000_000):x}"
