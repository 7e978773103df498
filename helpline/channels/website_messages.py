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

from helpline.contacts import approved_contacts
from helpline.errors import ContentError

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


@dataclass(frozen=True)
class Page:
    """The page that answers come from: its title, and its address where that is configured."""

    title: str | None = None
    href: str | None = None


def load_page(path: Path, href: str | None) -> Page:
    """Read the page's title from the ledger. A file that cannot be read costs the title, never the chat."""
    try:
        return Page(str(yaml.safe_load(path.read_text(encoding="utf-8"))["page"]["title"]), href)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, LookupError, TypeError) as error:
        logger.error("The page's title in %s cannot be read (%s).", path.name, type(error).__name__)
        return Page(None, href)


def load_links(root: Path) -> list[Link]:
    """Return the forms in which texts write phone numbers. A file that cannot be read costs the links, never the chat.

    Args:
        root: The project, with its contacts.
    """
    try:
        return [Link(written, contact.tel) for contact in approved_contacts(root) for written in contact.written]
    except ContentError as error:
        logger.error("%s", error)
        return []


class WebsiteMessages:
    """Turns the engine's replies into the widget's messages.

    Args:
        links: Approved contacts as they are written in texts.
        no_answer: What is said in a turn in which the assistant said nothing.
        page: The page that answers come from.
    """

    def __init__(self, links: Sequence[Link], no_answer: str, page: Page = Page()) -> None:
        self._page = page
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
            source = {name: metadata.get(name) for name in ("title", "section", "reviewed")}
            message["source"] = {**source, "page": self._page.title, "href": self._page.href}
        if metadata.get("input") in _INPUTS:
            message["input"] = metadata["input"]
        message["invalid"] = bool(metadata.get("invalid"))
        pressable: dict[str, str] = {}
        if on_offer:
            doubled = (reply.get("saved") or {}).get("in_place_of") or ()
            pressable = {each.get("slot", each["name"]): each["ref"] for each in reply.get("controls", ())}
            message["buttons"] = [
                {"ref": button["ref"], "title": button["title"]}
                for button in reply["buttons"]
                if button["payload"] not in FEEDBACK and button["ref"] not in doubled
            ]
            feedback = {
                FEEDBACK[button["payload"]]: button["ref"]
                for button in reply["buttons"]
                if button["payload"] in FEEDBACK
            }
            feedback |= {name: pressable[name] for name in FEEDBACK.values() if name in pressable}
            message["feedback"] = feedback if len(feedback) == len(FEEDBACK) else None
        if on_offer and reply.get("form"):
            message["form"] = _form(reply["form"], pressable)
        if reply.get("saved"):
            reference = reply["saved"]["reference"]
            changes = {name: pressable.get(name) for name in ("change", "withdraw")}
            message["saved"] = {"reference": reference, **changes}
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
            "form": None,
            "saved": None,
        }

    def _links_in(self, text: str) -> list[dict[str, str]]:
        return [{"title": link.title, "href": link.href} for pattern, link in self._links if pattern.search(text)]


def _form(form: dict[str, Any], pressable: dict[str, str]) -> dict[str, Any]:
    """Return how far a form is, with the references of what can be pressed beside the buttons."""
    lines = [
        {"label": line["label"], "value": line["value"], "edit": pressable.get(line["slot"])}
        for line in form["summary"]
    ]
    shown = {name: form[name] for name in ("kind", "step", "steps", "several", "decides")}
    return {**shown, "back": pressable.get("back"), "cancel": pressable.get("cancel"), "summary": lines}
