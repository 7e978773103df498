"""A turn: a visitor's message goes to the assistant once, in order, and an answer comes back in time."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import LOCK_LIFETIME

from helpline.channels.output import TurnOutput
from helpline.channels.website.body import VisitorMessage
from helpline.channels.website.conversations import Conversations, StoreUnavailable
from helpline.channels.website.messages import Message, Messages
from helpline.channels.website.offers import Offers
from helpline.channels.website.refusal import NOT_DELETED, SESSION_EXPIRED, UNAVAILABLE, UNKNOWN_BUTTON, Refusal
from helpline.channels.website.sessions import Session, Sessions
from helpline.channels.website.transcript import START, TITLE, Transcript, Turn

logger = logging.getLogger(__name__)

CHANNEL = "website"
# Two messages at once from one session: how often the second looks whether it is its turn.
LOCK_WAIT = 0.05

T = TypeVar("T")


class Turns:
    """Runs turns with Rasa's agent.

    The agent's own lock keeps a conversation's messages in order, on one server or several. We hold it while
    we look whether a message was answered already, so that the same one sent twice makes one turn.

    Args:
        agent: Gives the agent, which Rasa may replace; None before there is one.
        sessions: Says how long a session has left.
        offers: Finds the button that a visitor pressed.
        messages: Makes the widget's messages.
        timeout: Seconds until the visitor hears that there is no answer.
    """

    def __init__(
        self,
        agent: Callable[[], Agent | None],
        sessions: Sessions,
        offers: Offers,
        messages: Messages,
        timeout: float,
    ) -> None:
        self._agent = agent
        self._sessions = sessions
        self._offers = offers
        self._messages = messages
        self._timeout = timeout
        self._running: set[asyncio.Task[object]] = set()

    async def greet(self, session: Session) -> list[Message]:
        """Begin a session's conversation and return the greeting."""
        return await self._in_time(self._greet(session))

    async def take(self, session: Session, message: VisitorMessage) -> list[Message]:
        """Return the assistant's answer to a message: the first one again for a message sent twice.

        Raises:
            Refusal: The session has ended, the button is not on offer, or no answer came in time. In the last
                case the turn goes on, and its answer is there when the message is sent again.
        """
        return await self._in_time(self._take(session, message))

    async def conversation(self, session: Session) -> tuple[list[Message], int]:
        """Return the messages so far and the seconds that the session has left.

        Raises:
            Refusal: The session has ended, or the store failed.
        """
        try:
            transcript = await Conversations(self._ready().tracker_store).whole(session.sender)
        except StoreUnavailable:
            raise Refusal(UNAVAILABLE) from None
        transcript = self._alive(session, transcript)
        return self._messages.conversation(session.sender, transcript), self._left(session, transcript)

    async def end(self, session: Session) -> None:
        """Delete a session's conversation, and with it end the session.

        Raises:
            Refusal: The session had ended, or the conversation could not be deleted.
        """
        await self._in_time(self._end(session))

    async def _greet(self, session: Session) -> list[Message]:
        async with self._locked(session) as agent:
            turn = await _run(agent, session, UserMessage("/greet", message_id=START))
            return self._messages.answers(session.sender, turn)

    async def _take(self, session: Session, message: VisitorMessage) -> list[Message]:
        async with self._locked(session) as agent:
            try:
                transcript = await Conversations(agent.tracker_store).latest(session.sender)
                transcript = self._alive(session, transcript)
            except StoreUnavailable:
                # The assistant can answer without its memory, and what it says in a crisis must not wait for it.
                logger.error("The tracker store failed; a turn goes on without it.")
                transcript = None
            answered = transcript and transcript.turn(message.client_message_id)
            turn = answered or await _run(agent, session, self._input(session, message, transcript))
            return self._messages.answers(session.sender, turn)

    def _input(self, session: Session, message: VisitorMessage, transcript: Transcript | None) -> UserMessage:
        if message.button is None:
            return UserMessage(message.text, message_id=message.client_message_id)
        on_offer = transcript.last_answers if transcript else []
        offer = self._offers.find(session.sender, on_offer, message.button)
        if offer is None:
            raise Refusal(UNKNOWN_BUTTON)
        return UserMessage(offer.payload, message_id=message.client_message_id, metadata={TITLE: offer.title})

    async def _end(self, session: Session) -> None:
        async with self._locked(session) as agent:
            conversations = Conversations(agent.tracker_store)
            try:
                self._alive(session, await conversations.latest(session.sender))
                await conversations.delete(session.sender)
            except StoreUnavailable:
                raise Refusal(NOT_DELETED) from None

    def _alive(self, session: Session, transcript: Transcript | None) -> Transcript:
        """Return the transcript of a session that lives; refuse one that has ended or was deleted."""
        if transcript is None or not self._left(session, transcript):
            raise Refusal(SESSION_EXPIRED)
        return transcript

    def _left(self, session: Session, transcript: Transcript) -> int:
        return self._sessions.expires_in(session, transcript.last_active, time.time())

    def _ready(self) -> Agent:
        agent = self._agent()
        if agent is None or not agent.is_ready():
            raise Refusal(UNAVAILABLE)
        return agent

    @asynccontextmanager
    async def _locked(self, session: Session) -> AsyncIterator[Agent]:
        agent = self._ready()
        async with agent.lock_store.lock(session.sender, wait_time_in_seconds=LOCK_WAIT):
            yield agent

    async def _in_time(self, work: Awaitable[T]) -> T:
        """Wait for work, not longer than a visitor would; work that takes longer is finished all the same."""
        task: asyncio.Task[T] = asyncio.ensure_future(asyncio.wait_for(work, LOCK_LIFETIME))
        self._running.add(task)
        task.add_done_callback(self._finished)
        try:
            return await asyncio.wait_for(asyncio.shield(task), self._timeout)
        except asyncio.TimeoutError:
            logger.error("A turn took too long; the visitor was given the helpline's number.")
            raise Refusal(UNAVAILABLE) from None

    def _finished(self, task: asyncio.Task[T]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # read, or asyncio logs it with a message that may hold a visitor's words


async def _run(agent: Agent, session: Session, message: UserMessage) -> Turn:
    """Run one turn of Rasa's processor. The caller holds the conversation's lock."""
    if agent.processor is None:
        raise Refusal(UNAVAILABLE)
    began = time.time()
    output = TurnOutput(CHANNEL)
    message.output_channel = output
    message.sender_id = session.sender
    message.input_channel = CHANNEL
    await agent.processor.handle_message(message)
    if not output.messages:
        logger.error("The assistant said nothing in a turn; the visitor was given the helpline's number.")
    return Turn(message.message_id, None, began, output.messages)
