"""Answers the inbox: a turn of the assistant for each message, in order for each conversation.

What is said meanwhile, when the assistant is slow or away, is written before the answer; an answer that comes later is
sent all the same. Somebody in danger hears what to do after three seconds, whatever else happens.
"""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any

from helpline.channels.handling import Handling, Standing, handling_of, says_stop
from helpline.channels.handover import ReceivedMessage
from helpline.channels.layout import Layout, lay_out, more, say
from helpline.channels.messages import OutboundMessage
from helpline.channels.outbound import content_of, outbound_of, outgoing
from helpline.channels.provider import Provider
from helpline.channels.sending import MOST_AGE, Sending
from helpline.channels.store_calls import PatientCalls
from helpline.channels.workers import Job, Workers
from helpline.errors import StoreError
from helpline.observability.request_ids import request_id
from helpline.settings import Settings
from helpline.store.inbox import (
    Answer,
    WaitingMessage,
    change_opt_out,
    contacts_waiting,
    find_waiting,
    finish,
    next_waiting,
    tell_meanwhile,
)
from helpline.store.messaging_contacts import MessagingContact
from helpline.store.outbox import stop_is_confirmed
from helpline.text.visitor_text import clean_text
from helpline.web.engine_client import (
    ButtonGoneError,
    ConversationGoneError,
    EngineClient,
    EngineError,
    TurnMessage,
)
from helpline.web.first_aid import FirstAid
from helpline.web.wording import Wording

logger = logging.getLogger(__name__)

# Turns in the engine at once, beside those in danger: it works on one core.
AT_ONCE = 6
# How long a turn may go on.
TURN_SECONDS = 60.0
# How long the engine is asked again for the answer to a message.
ANSWER_WITHIN = timedelta(minutes=15)
_PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0)
# Messages of which is remembered what was said to the danger in them before their answer.
REMEMBERED = 5_000

Turn = dict[str, Any]


class Answering(Workers):
    """Answers what waits in the inbox.

    Args:
        store: The helpline store.
        providers: The channels that are switched on.
        engine: Answers messages.
        first_aid: Knows what is said in danger, and tells staff.
        wording: What channels say beside the assistant.
        sending: Told when there is something to send.
        settings: How long who waits.
    """

    def __init__(
        self,
        store: PatientCalls,
        providers: Mapping[str, Provider],
        engine: EngineClient,
        first_aid: FirstAid,
        wording: Wording,
        sending: Sending,
        settings: Settings,
    ) -> None:
        super().__init__(AT_ONCE)
        self._store = store
        self._providers = providers
        self._engine = engine
        self._first_aid = first_aid
        self._wording = wording
        self._sending = sending
        self._settings = settings
        self._aids: dict[int, asyncio.Task[None]] = {}
        # What was said to the danger in a message, by its row: written down, and not only prepared.
        self._aided: dict[int, str] = {}
        # Conversations that heard that the assistant is away, and no answer since.
        self._told_away: set[int] = set()

    async def waiting(self) -> Sequence[Job]:
        """Return who waits for an answer."""
        return [Job(*waiting) for waiting in await self._store(contacts_waiting)]

    async def work(self, contact: int, urgent: bool) -> None:
        """Answer what a contact wrote."""
        while not self.stopped and (message := await self._store(next_waiting, contact, urgent)) is not None:
            await self._answer(message)

    def opts_out(self, received: ReceivedMessage) -> bool:
        """Whether somebody says that they want no messages; that counts before all else that waits."""
        provider = self._providers.get(received.message.channel)
        return provider is not None and received.danger is None and says_stop(received.message, provider.capabilities)

    def begin_aid(self, message_id: int, received: ReceivedMessage) -> None:
        """Let the clock of somebody in danger begin."""
        if received.danger is not None and message_id not in self._aids:
            task = asyncio.create_task(self._aid_in_time(message_id, received.danger))
            self._aids[message_id] = task
            task.add_done_callback(lambda _: self._aids.pop(message_id, None))

    async def _aid_in_time(self, message_id: int, danger: str) -> None:
        """Say what to do in danger, unless the answer is there in time."""
        await asyncio.sleep(self._settings.danger_timeout)
        try:
            message = await self._store(find_waiting, message_id)
            if message is not None:
                await self._aid(message, danger)
        except StoreError as error:
            logger.error("Danger could not be answered in time: %s.", error.reason)

    async def _aid(self, message: WaitingMessage, danger: str) -> None:
        text, _ = await self._first_aid.answer(message.contact.sender_id, message.key, danger)
        messages = outgoing([OutboundMessage(text, urgent=True)])
        if await self._store.until_done(tell_meanwhile, message, messages, _now()):
            self._aided[message.id] = text
            while len(self._aided) > REMEMBERED:
                del self._aided[next(iter(self._aided))]
            self._sending.begin_for(message.contact, True)

    async def _aid_in_answer(self, message: WaitingMessage, danger: str) -> list[OutboundMessage]:
        """Return what to do in danger, to be said with the end of a message; nothing where it was said before."""
        text, _ = await self._first_aid.answer(message.contact.sender_id, message.key, danger)
        return [] if message.id in self._aided else [OutboundMessage(text, urgent=True)]

    async def _answer(self, message: WaitingMessage) -> None:
        """Do what a message asks for, and end it with what answers it."""
        try:
            received = ReceivedMessage.from_dict(message.content)
        except (KeyError, TypeError):
            logger.error("A message is in the form of another version, and cannot be read; staff see it.")
            await self._finish(message, Answer(undelivered=True))
            return
        request_id.set(received.request_id)
        provider = self._providers.get(message.contact.channel)
        if provider is None:
            logger.error("A message waits on %s, which is switched off; staff see it.", message.contact.channel)
            if received.danger is not None:  # nobody can be answered; staff must know of it
                await self._first_aid.answer(message.contact.sender_id, message.key, received.danger)
            await self._finish(message, Answer(undelivered=True))
            return
        self.begin_aid(message.id, received)
        late = _is_late(message) and not self.opts_out(received)
        if received.limited:
            if received.danger is not None:
                answer = Answer(outgoing(await self._aid_in_answer(message, received.danger)))
            elif late:
                answer = Answer()
            else:
                answer = self._said(message, provider, _wanted(message, _LIMITED))
            await self._finish(message, answer)
            return
        contact, waiting = message.contact, _waiting_for_more(message.contact)
        handling = _handling(message, received, provider, await self._confirmed(message))
        if handling.takes_turn:
            if handling.stopped is not None and handling.stopped != contact.opted_out:
                # Before the turn, which may take long: what comes meanwhile must not be undone after it.
                await self._store.until_done(change_opt_out, contact.id, handling.stopped, _now())
                message = replace(message, contact=replace(contact, opted_out=handling.stopped))
            if handling.stopped and handling.say is not None:
                await self._confirm_stop(message, provider, handling.say)
            handling = replace(handling, say=None if handling.stopped else handling.say, stopped=None)
            await self._take_turn(message, received, provider, handling, late)
            return
        if late:
            unheard = handling.stopped is None and (handling.say is not None or handling.more)
            await self._finish(message, Answer(opted_out=handling.stopped, undelivered=unheard))
            return
        said = self._said(message, provider, handling.say, opted_out=handling.stopped)
        if handling.more:
            rest = more(waiting, provider.capabilities)
            said = Answer(outgoing(rest.messages), more=[content_of(each) for each in rest.waiting])
        await self._finish(message, said)

    async def _confirmed(self, message: WaitingMessage) -> bool:
        """Return whether we confirmed the STOP of somebody who wants no messages, and not the provider."""
        return message.contact.opted_out and await self._store(stop_is_confirmed, message.contact.id)

    async def _confirm_stop(self, message: WaitingMessage, provider: Provider, name: str) -> None:
        """Confirm a STOP before the turn that ends the form, which may take long; nothing if that was done before."""
        said = outgoing(say(name, provider.capabilities, self._wording).messages)
        if not message.told and await self._store.until_done(tell_meanwhile, message, said, _now()):
            self._sending.begin_for(message.contact)

    async def _take_turn(
        self, message: WaitingMessage, received: ReceivedMessage, provider: Provider, handling: Handling, late: bool
    ) -> None:
        """Let the assistant take its turn, and end the message with that.

        Of a turn that comes too late only what answers danger is sent; staff see the conversation, and what was said.
        """
        unheard = late and not message.contact.opted_out
        if late:
            handling = replace(handling, heard="danger", say=None)
        text = clean_text(handling.text) if handling.text is not None else None
        if len(text or "") > self._settings.max_message_length:
            if received.danger is None:
                said = self._said(message, provider, _wanted(message, _TOO_LONG))
                await self._finish(message, Answer(undelivered=unheard) if late else said)
                return
            text = (text or "")[: self._settings.max_message_length]
        button = received.message.choice if handling.text is None else None
        try:
            turn = await self._turn(message, text, button, received)
        except ButtonGoneError:
            said = self._said(message, provider, _wanted(message, _UNKNOWN_CHOICE))
            await self._finish(message, Answer(undelivered=unheard) if late else said)
            return
        if turn is None:
            logger.error("A message was not answered by the assistant in time; staff see it.")
            aid = await self._aid_in_answer(message, received.danger) if received.danger is not None else []
            # Of a form that was to end with a STOP nobody waits for an answer.
            await self._finish(message, Answer(outgoing(aid), undelivered=handling.heard != "none"))
            return
        self._told_away.discard(message.contact.id)
        if received.danger is not None and not turn["danger"]:
            aid = await self._aid_in_answer(message, received.danger)
            answer = self._answer_of(message, provider, replace(handling, heard="none"), turn)
            await self._finish(message, replace(answer, messages=[*outgoing(aid), *answer.messages]))
            return
        answer = self._answer_of(message, provider, handling, turn)
        await self._finish(message, replace(answer, undelivered=unheard and not turn["danger"]))

    def _answer_of(self, message: WaitingMessage, provider: Provider, handling: Handling, turn: Turn) -> Answer:
        """Return what is sent of the assistant's replies, with what the channel itself says."""
        danger = bool(turn["danger"])
        replies: list[dict[str, Any]] = turn["replies"]
        if danger:
            aid = self._aided.get(message.id)
            replies = [each for each in replies if aid is None or each["text"].strip() != aid.strip()]
        heard = handling.heard == "all" or (handling.heard == "danger" and danger)
        introduced = message.contact.introduced or message.contact.opted_out or not heard
        laid = Layout()
        if heard and (replies or message.id not in self._aided):
            laid = lay_out(
                replies,
                provider.capabilities,
                self._wording,
                danger=danger,
                late=turn["late"],
                introduced=introduced,
                before=handling.say,
            )
            if message.contact.opted_out:
                laid = Layout(tuple(each for each in laid.messages if each.urgent))
        elif handling.say is not None:
            laid = say(handling.say, provider.capabilities, self._wording)
        return Answer(
            outgoing(laid.messages),
            more=[content_of(each) for each in laid.waiting],
            introduced=not introduced and bool(laid.messages),
            opted_out=handling.stopped,
            form_open=bool(turn["form"]),
            leaving=bool(turn.get("ended")),
        )

    async def _turn(
        self, message: WaitingMessage, text: str | None, button: str | None, received: ReceivedMessage
    ) -> Turn | None:
        """Return the assistant's turn, however long it takes; None if there is none in all that time.

        Raises:
            ButtonGoneError: The choice is not on offer any more, and has no words.
        """
        meanwhile = asyncio.create_task(self._say_it_takes_longer(message, received))
        try:
            for number in count():
                asked = TurnMessage(
                    message.contact.sender_id,
                    message.contact.channel,
                    message.key,
                    text,
                    button,
                    wait=TURN_SECONDS,
                    phone_number=received.message.phone_number,
                )
                try:
                    return await self._engine.take_turn(asked, TURN_SECONDS)
                except ButtonGoneError:
                    if received.message.text is None:
                        raise
                    text, button = received.message.text, None  # its words answer as well, also some turns later
                except ConversationGoneError:
                    return None
                except EngineError as error:
                    logger.error("A turn failed: %s", error)
                    if _now() - message.received_at >= ANSWER_WITHIN:
                        return None
                    await asyncio.sleep(_PAUSES[min(number, len(_PAUSES) - 1)])
            raise AssertionError("unreachable")
        finally:
            meanwhile.cancel()

    async def _say_it_takes_longer(self, message: WaitingMessage, received: ReceivedMessage) -> None:
        """Say the helpline's number when the answer takes too long; once, until there is an answer again."""
        await asyncio.sleep(self._settings.reply_timeout)
        contact = message.contact
        if contact.id in self._told_away or contact.opted_out or received.danger is not None:
            return
        if _is_late(message) or self._sending.held_until(contact) is not None:
            return
        provider = self._providers[contact.channel]
        laid = say(_UNAVAILABLE, provider.capabilities, self._wording)
        try:
            if await self._store(tell_meanwhile, message, outgoing(laid.messages), _now()):
                logger.error("A turn took too long; the visitor was given the helpline's number.")
                self._sending.begin_for(contact)
            self._told_away.add(contact.id)
        except StoreError as error:
            logger.error("That an answer takes longer could not be said: %s.", error.reason)

    def _said(
        self, message: WaitingMessage, provider: Provider, name: str | None, opted_out: bool | None = None
    ) -> Answer:
        """Return the answer that is one of the channel's own responses; nothing for no name.

        What waits for MORE still does: it is read on after HELP, or after a picture that cannot be looked at.
        """
        if name is None:
            return Answer(opted_out=opted_out)
        introduced = message.contact.introduced or opted_out is True
        laid = say(name, provider.capabilities, self._wording, introduced=introduced)
        waiting = [content_of(each) for each in laid.waiting]
        return Answer(outgoing(laid.messages), more=waiting or None, introduced=not introduced, opted_out=opted_out)

    async def _finish(self, message: WaitingMessage, answer: Answer) -> None:
        await self._store.until_done(finish, message, answer, _now())
        for urgent in {each.urgent for each in answer.messages}:
            self._sending.begin_for(message.contact, urgent)


_LIMITED, _TOO_LONG = "utter_channel_rate_limited", "utter_channel_too_long"
_UNAVAILABLE, _UNKNOWN_CHOICE = "utter_channel_unavailable", "utter_channel_unknown_choice"


def _wanted(message: WaitingMessage, name: str) -> str | None:
    """Return a response of the channel's own; None for somebody who wants no messages."""
    return None if message.contact.opted_out else name


def _handling(
    message: WaitingMessage, received: ReceivedMessage, provider: Provider, confirmed: bool = False
) -> Handling:
    """Return what is done with a message, as it stands with its sender; ``confirmed`` as in `Standing`."""
    contact = message.contact
    stopped = contact.opted_out and not message.opted_out_by_it
    waiting = bool(_waiting_for_more(contact))
    standing = Standing(contact.form_open, stopped, waiting, confirmed)
    return handling_of(received.message, provider.capabilities, standing, danger=received.danger is not None)


def _is_late(message: WaitingMessage) -> bool:
    """Whether a message is too old for an answer: it came late, or we were away."""
    return _now() - message.received_at >= MOST_AGE


def _waiting_for_more(contact: MessagingContact) -> list[OutboundMessage]:
    """Return what waits for MORE; nothing where another version wrote it down."""
    try:
        return [outbound_of(each) for each in contact.more]
    except (KeyError, TypeError):
        return []


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), timezone.utc)
