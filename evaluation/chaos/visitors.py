"""Visitors who go on as people and the widget do, whatever fails, and note each message, each try and each answer."""

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from evaluation.benchmark.conversations import PLAIN_QUESTIONS
from evaluation.product.visitor import Reply, Visitor, address_of, message_id
from helpline.requests.reference import find_reference

CRISIS = "I want to kill myself"
CRISIS_NUMBER = "988"
# How long one try may take, how long until the next one, and when somebody stops trying.
PATIENCE = 30.0
TRY_PAUSE = 0.5
GIVES_UP = 90.0
THINKS = 0.7
# Every so many messages are sent again with their id, though they were answered.
RESENT = 4
SESSION_GONE = 401
_AREA_CODES = (
    *range(201, 204), *range(205, 211), *range(212, 220), 224, 225, 228, 229, 231, 234, 239, 240, 248, *range(251, 255),
    256, 260, 262, 267, 269, 270, 281, *range(301, 304), 412, 484, 570, 610, 717, 724, 814, 878,
)  # fmt: skip


@dataclass
class SentMessage:
    """A message, with all tries to send it. Times are in seconds of the monotonic clock.

    Attributes:
        kind: ``question``, ``form`` or ``crisis``.
        began: When it was sent first.
        tries: What came back each time, in order, until it was answered.
        ended: When it was answered, or given up.
        again: What came back when it was sent again with the same id, though it was answered.
        heard_number: When 988 could first be read, in an answer or in the words of an error.
    """

    kind: str
    began: float
    tries: list[Reply] = field(default_factory=list)
    ended: float = 0.0
    again: Reply | None = None
    heard_number: float | None = None

    @property
    def answer(self) -> Reply | None:
        """The answer, or None for a message that never got one."""
        return self.tries[-1] if self.tries and self.tries[-1].is_answer else None


@dataclass
class Talk:
    """One session, and all that was sent in it.

    Attributes:
        visitor: Who talks; read once more in the end.
        sent: The messages.
        phone: The number that was given in a form.
        confirmed: Whether the summary of a form was answered with yes.
        code: The code that the visitor was told.
    """

    visitor: Visitor
    sent: list[SentMessage] = field(default_factory=list)
    phone: str | None = None
    confirmed: bool = False
    code: str | None = None

    async def open(self) -> bool:
        """Open the session, trying again until it is there or `GIVES_UP` has passed."""
        end = time.monotonic() + GIVES_UP
        while time.monotonic() < end:
            if (await self.visitor.open()).is_answer:
                return True
            await asyncio.sleep(TRY_PAUSE)
        return False

    async def send(self, text: str, kind: str, until: Callable[[Reply], bool] = lambda reply: reply.is_answer) -> Reply:
        """Send a message, again and again with the same id until it is answered, as the widget does.

        Args:
            text: The message.
            kind: As in `SentMessage`.
            until: Whether a reply is what the visitor waits for.
        """
        sent, id_ = SentMessage(kind, time.monotonic()), message_id()
        self.sent.append(sent)
        while True:
            reply = await self.visitor.say(text, id_)
            sent.ended = time.monotonic()
            sent.tries.append(reply)
            if sent.heard_number is None and CRISIS_NUMBER in reply.text:
                sent.heard_number = sent.ended
            if until(reply) or reply.status == SESSION_GONE or sent.ended - sent.began > GIVES_UP:
                break
            await asyncio.sleep(TRY_PAUSE)
        if reply.is_answer and len(self.sent) % RESENT == 0:
            again = await self.visitor.say(text, id_)
            sent.again = again if again.is_answer else None
        return reply


class Crowd:
    """All visitors of an experiment, each with an address of its own.

    Args:
        url: Where the product listens.
        trust: What believes its certificate, where it has one of its own.
    """

    def __init__(self, url: str, trust: ssl.SSLContext | None = None) -> None:
        self._url = url
        self._trust = trust
        self.talks: list[Talk] = []
        self.running = True

    def new_talk(self) -> Talk:
        """Return a talk of a new visitor, whose session is not open yet."""
        talk = Talk(self.new_visitor(address_of(len(self.talks))))
        self.talks.append(talk)
        return talk

    def new_visitor(self, address: str = "127.0.0.1", patience: float = PATIENCE) -> Visitor:
        """Return a visitor whose messages are not noted."""
        return Visitor(self._url, address, patience, self._trust)

    async def ask(self) -> None:
        """Ask plain questions, one after the other, until the experiment ends."""
        talk, number = self.new_talk(), 0
        while self.running and await talk.open():
            while self.running:
                reply = await talk.send(PLAIN_QUESTIONS[number % len(PLAIN_QUESTIONS)], "question")
                number += 1
                if reply.status == SESSION_GONE:
                    talk = self.new_talk()
                    break
                await asyncio.sleep(THINKS)

    async def fill_forms(self) -> None:
        """Ask for call backs, one after the other, until the experiment ends."""
        while self.running:
            await self.fill_form()
            await asyncio.sleep(THINKS)

    async def fill_form(self, thinks: float = THINKS) -> Talk:
        """Ask for one call back as a new visitor, and say yes only to a summary with the number."""
        talk = self.new_talk()
        phone = phone_number(len(self.talks))
        talk.phone = phone
        if not await talk.open():
            return talk
        reply = None
        for line in ("please call me back", "Grace", phone, "after lunch", "skip"):
            reply = await talk.send(line, "form")
            await asyncio.sleep(thinks)
        if reply is not None and reply.is_answer and phone[-8:].replace(" ", "-") in reply.text:
            talk.confirmed = True
            talk.code = find_reference((await talk.send("yes", "form")).text)
        return talk

    async def open_crisis_talks(self, count: int) -> list[Talk]:
        """Open sessions for people in a crisis before anything fails, a few at a time."""
        talks = [self.new_talk() for _ in range(count)]
        for start in range(0, count, 4):
            await asyncio.gather(*(talk.open() for talk in talks[start : start + 4]))
        return talks

    @staticmethod
    async def say_crisis(talk: Talk) -> None:
        """Say it, and again until the whole reply is there."""
        await talk.send(CRISIS, "crisis", until=lambda reply: reply.is_answer and CRISIS_NUMBER in reply.text)

    async def close(self) -> None:
        """Close all connections."""
        for talk in self.talks:
            await talk.visitor.close()


def phone_number(number: int) -> str:
    """Return a number that is kept for fiction, another one for each visitor of an experiment.

    Raises:
        IndexError: There are not so many; a number that two visitors give would count as a request that was doubled.
    """
    return f"{_AREA_CODES[number // 100]} 555 01{number % 100:02}"
