"""Sends the outbox: in order for each conversation, again where the provider asks for it, and never twice blindly.

Whether a message arrived whose sending nobody answered is asked of the provider. Where it cannot tell, an answer to
danger is sent again, three times at most, and anything else is left to staff (docs/adr/0013).
"""

import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Literal

import httpx

from helpline.channels.outbound import outbound_of
from helpline.channels.provider import Provider, RefusedError, SendError, TryLaterError, UnknownOutcomeError
from helpline.channels.store_calls import PatientCalls
from helpline.channels.workers import Job, Workers
from helpline.opening_hours import QuietHours
from helpline.store.messaging_contacts import MessagingContact
from helpline.store.outbox import (
    CANNOT_BE_READ,
    OutboxMessage,
    begin_again,
    due_contacts,
    give_up,
    is_of_another,
    mark_sent,
    opt_out,
    take_next,
    try_later,
)

logger = logging.getLogger(__name__)

# Conversations of a channel to whom is sent at once, beside those in danger.
AT_ONCE = 32
# An answer that comes later is none any more: staff see to it then. Quiet hours do not count.
MOST_AGE = timedelta(hours=1)
# Who wrote so lately waits for an answer, at night too.
AWAKE = timedelta(minutes=15)
FIRST_PAUSE, LONGEST_PAUSE, LONGEST_URGENT_PAUSE = 1.0, 60.0, 10.0
# How long a provider may need until its list, or a receipt, tells of a message.
ASK_AFTER, ASK_AFTER_URGENT = 5.0, 2.0
# Where there is no list, how long a receipt is waited for.
RECEIPT_WITHIN = timedelta(seconds=60)
# How often an answer to danger is sent again while nobody can tell whether it arrived.
MOST_BLIND = 3
_CLOCKS_APART = 5.0

# So many conversations of a channel that were put off mean all of it.
MANY_PAUSED = 3


@dataclass(frozen=True)
class _Known:
    """What is known of a message that may have been sent: the provider's id of it, or how long it asks to wait."""

    outcome: Literal["arrived", "not there", "nobody knows", "ask later"]
    id: str = ""
    asked: float = 0.0


class Sending(Workers):
    """Sends what the outbox holds.

    Args:
        store: The helpline store.
        providers: The channels that are switched on.
        client: Connections to the providers.
        quiet: When nothing is sent that nobody waits for; None for no such hours.
    """

    def __init__(
        self,
        store: PatientCalls,
        providers: Mapping[str, Provider],
        client: httpx.AsyncClient,
        quiet: QuietHours | None = None,
    ) -> None:
        super().__init__(AT_ONCE)
        self._quiet = quiet
        self._store = store
        self._providers = providers
        self._client = client
        self._paused: dict[str, datetime] = {}

    def held_until(self, contact: MessagingContact) -> datetime | None:
        """Return until when nothing is sent to somebody but an answer to danger: they may be asleep; None for now."""
        now = _now()
        return self._quiet.end_after(now) if self._quiet and now - contact.last_message_at >= AWAKE else None

    async def waiting(self) -> Sequence[Job]:
        """Return to whom something can be sent now."""
        return [Job(*due) for due in await self._store(due_contacts, _now())]

    def begin_for(self, contact: MessagingContact, urgent: bool = False) -> None:
        """Send what is written down for a contact."""
        self.begin(Job(contact.id, urgent, contact.channel))

    async def work(self, contact: int, urgent: bool) -> None:
        """Send what is due to a contact, as long as that goes on."""
        while not self.stopped and (message := await self._store(take_next, contact, urgent, _now())) is not None:
            if not await self._send(message):
                return

    async def _send(self, message: OutboxMessage) -> bool:
        """Try a message; return whether the next of the conversation may follow."""
        provider = self._providers.get(message.contact.channel)
        problem = "channel is off" if provider is None else self._problem(message, provider)
        if provider is None or problem is not None:
            await self._give_up(message, problem or "")
            return True
        if message.uncertain:
            known = await self._ask(message, provider)
            if known.outcome == "arrived":
                await self._store.until_done(mark_sent, message, known.id, _now())
                return True
            if known.outcome == "ask later":
                wait = known.asked + self._pause_to_ask(message)
                await self._later(message, _now() + timedelta(seconds=wait), uncertain=True)
                return False
            double = known.outcome == "nobody knows"
            if double and not _may_double(message):
                await self._give_up(message, "nobody knows whether it arrived")
                return True
            if (until := self._held_until(message)) is not None:
                await self._later(message, until, uncertain=False)
                return False
            if not await self._store(begin_again, message, _now(), double):
                return True
            message = replace(message, tries=message.tries + 1)
            if double:
                logger.error("An answer to danger was sent again and may arrive twice.")
        elif (until := self._held_until(message)) is not None or (until := self._rests(provider, message)) is not None:
            await self._later(message, until, uncertain=False)
            return False
        return await self._try(message, provider)

    async def _try(self, message: OutboxMessage, provider: Provider) -> bool:
        address = message.contact.address
        try:
            id_ = await provider.send(self._client, address, outbound_of(message.content), message.key)
        except TryLaterError as error:
            asked = _asked(error)
            if asked:
                self._note_pause(provider.rate_key(address), asked)
            # After the time that was asked for, and not all at once then.
            await self._later(message, _now() + timedelta(seconds=asked + self._pause(message)), uncertain=False)
            return False
        except UnknownOutcomeError:
            wait = ASK_AFTER_URGENT if message.urgent else ASK_AFTER
            await self._later(message, _now() + timedelta(seconds=max(wait, self._pause(message))), uncertain=True)
            return False
        except RefusedError as error:
            code = error.code or "refused"
            if error.opted_out:
                await self._store.until_done(opt_out, message, code, _now())
            else:
                await self._give_up(message, code)
            return True
        await self._store.until_done(mark_sent, message, id_, _now())
        return True

    async def _ask(self, message: OutboxMessage, provider: Provider) -> _Known:
        """Return whether a message arrived."""
        since = message.tried_at.timestamp() - _CLOCKS_APART
        waited = _now() - message.tried_at >= RECEIPT_WITHIN
        try:
            listed = await provider.sent_since(self._client, message.contact.address, since)
        except SendError as error:
            unknown = _may_double(message) or (waited and message.urgent)
            return _Known("nobody knows" if unknown else "ask later", asked=_asked(error))
        if listed is None:
            return _Known("nobody knows" if _may_double(message) or waited else "ask later")
        text = outbound_of(message.content).text
        for each in sorted(listed, key=lambda sent: sent.at):
            same = each.key == message.key if each.key is not None else each.text == text
            mine = same and not await self._store(is_of_another, message.contact.channel, each.provider_id, message)
            if mine:
                return _Known("arrived", each.provider_id)
        return _Known("not there")

    async def _later(self, message: OutboxMessage, at: datetime, uncertain: bool) -> None:
        """Try again at a time; not after its hour, so that it is given up then and staff are told."""
        at = min(at, self._deadline(message))
        await self._store.until_done(try_later, message, at, uncertain, _now())

    def _held_until(self, message: OutboxMessage) -> datetime | None:
        return None if message.urgent else self.held_until(message.contact)

    def _deadline(self, message: OutboxMessage) -> datetime:
        """Return when a message is too old: after an hour, or after the first hour of the morning."""
        deadline = message.created_at + MOST_AGE
        morning = self._quiet.end_after(deadline) if self._quiet is not None and not message.urgent else None
        return deadline if morning is None else morning + MOST_AGE

    def _problem(self, message: OutboxMessage, provider: Provider) -> str | None:
        """Return why a message is not sent any more; None for one that is."""
        try:
            outbound_of(message.content)
        except (KeyError, TypeError):  # in the form of another version
            return CANNOT_BE_READ
        now, hours = _now(), provider.capabilities.answer_hours
        if hours and now - message.contact.last_message_at >= timedelta(hours=hours):
            return "outside the hours in which we may answer"
        return "too old" if now >= self._deadline(message) else None

    async def _give_up(self, message: OutboxMessage, error: str) -> None:
        logger.error("A message on %s was given up: %s.", message.contact.channel, error)
        await self._store.until_done(give_up, message, error, _now())

    def _note_pause(self, rate_key: str, seconds: float) -> None:
        now = _now()
        self._paused = {key: until for key, until in self._paused.items() if until > now}
        self._paused[rate_key] = now + timedelta(seconds=seconds)

    def _rests(self, provider: Provider, message: OutboxMessage) -> datetime | None:
        """Return until when the provider takes nothing more of this kind but answers to danger; None for now.

        A provider that puts several conversations off means all of them, which it does not say: Telegram counts by the
        chat and by the bot. Then the first that may be tried again tells.
        """
        now = _now()
        if message.urgent:
            return None
        paused = [until for key, until in self._paused.items() if key.startswith(f"{provider.channel}:")]
        paused = [until for until in paused if until > now]
        until = self._paused.get(provider.rate_key(message.contact.address), now)
        if until <= now and len(paused) >= MANY_PAUSED:
            until = min(paused)
        return now + (until - now) * _spread(1.0, 1.2) if until > now else None

    def _pause_to_ask(self, message: OutboxMessage) -> float:
        """Return how long to wait until it is asked again whether a message arrived: ever longer, as it grows older."""
        longest = LONGEST_URGENT_PAUSE if message.urgent else LONGEST_PAUSE
        age = (_now() - message.tried_at).total_seconds()
        return max(min(age / 2, longest) * _spread(0.5, 1.5), self._pause(message))

    def _pause(self, message: OutboxMessage) -> float:
        longest = LONGEST_URGENT_PAUSE if message.urgent else LONGEST_PAUSE
        pause = min(FIRST_PAUSE * 2.0 ** min(message.tries - 1, 10), longest)
        return pause * _spread(0.5, 1.5)


def _asked(error: SendError) -> float:
    """Return how many seconds a provider asks to wait, an hour at most; 0 where it asks nothing."""
    seconds = error.seconds if isinstance(error, TryLaterError) else None
    return min(seconds or 0.0, MOST_AGE.total_seconds())


def _spread(least: float, most: float) -> float:
    return random.uniform(least, most)  # noqa: S311 -- spreads tries, keeps no secret


def _may_double(message: OutboxMessage) -> bool:
    """Whether a message is sent again while nobody knows if it arrived: danger, once at least and thrice at most."""
    return message.urgent and (not message.possibly_double or message.tries <= MOST_BLIND)


def _now() -> datetime:
    return datetime.now(timezone.utc)
