"""A turn: a visitor's message is answered once, in order, from the state before to the state after.

The state row holds the last message ids with their replies, and is written in one transaction with the turn and the
flag of a danger. A message sent again, after whatever went wrong, finds its reply there. While the store is away the
assistant goes on from what this process remembers: topics and danger are answered, requests are not taken.
"""

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from typing import Protocol

from helpline.errors import StoreError
from helpline.observability.probe_marks import is_probe
from helpline.rasa.action_client import store_is_away
from helpline.rasa.controls import without_controls
from helpline.rasa.conversation import KEPT_ANSWERS, Answered, Conversation, without_personal
from helpline.rasa.conversation_memory import OVERTAKEN, ConversationMemory, Remembered
from helpline.rasa.output import Reply
from helpline.rasa.played_turn import PlayedTurn, play_turn
from helpline.rasa.processor import TurnProcessor
from helpline.rasa.turn_request import ConversationEndedError, TurnAnswer, TurnRequest
from helpline.rasa.understood import leaf_of, understood
from helpline.store.calls import StoreCalls
from helpline.store.conversations import (
    StoredConversation,
    TurnRecord,
    VersionConflictError,
    end_conversation,
    find_turn,
    list_turns,
    read_conversation,
    write_turn,
)
from helpline.store.erasure import erase_sender
from helpline.store.flag_spool import FlagSpool
from helpline.text.visitor_text import clean_text

logger = logging.getLogger(__name__)

# Somebody else wrote the conversation in between: how often a turn is run again.
TRIES = 4


class Redacts(Protocol):
    """Takes personal details out of a text."""

    def redact(self, text: str) -> str:
        """Return the text with marks in their place."""


class Turns:
    """Runs turns, one at a time for a conversation.

    Args:
        processor: Rasa with the trained model.
        store: The helpline store.
        redactor: Takes personal details out of what is kept for staff.
        spool: Keeps flags of danger while the store is away.
    """

    def __init__(self, processor: TurnProcessor, store: StoreCalls, redactor: Redacts, spool: FlagSpool) -> None:
        self.processor = processor
        self._store = store
        self._redactor = redactor
        self._spool = spool
        self._memory = ConversationMemory()

    async def take(self, request: TurnRequest) -> TurnAnswer:
        """Answer a message: with the first answer again, where it was answered before.

        Raises:
            ConversationEndedError: The conversation was deleted.
            UnknownButtonError: The button is not on offer.
        """
        received = time.monotonic()
        async with self._memory.in_order(request.conversation):
            for attempt in range(TRIES):
                try:
                    return await self._take(request, received)
                except VersionConflictError:
                    logger.info("A conversation was written elsewhere; the turn is run again.")
                    await self._forget_overtaken(request.conversation)
                    if attempt == TRIES - 1:
                        raise
            raise AssertionError("unreachable")

    async def transcript(self, conversation: str, opened_at: float) -> list[Answered]:
        """Return the turns so far, oldest first, each as the visitor saw it as far as that is still kept.

        Raises:
            ConversationEndedError: The conversation was deleted.
            StoreError: The store failed.
        """
        async with self._memory.in_order(conversation):
            stored = await self._store(read_conversation, conversation)
            if stored is None and conversation not in self._memory:
                raise ConversationEndedError
            if stored is not None:
                _require_open(stored, opened_at)
            turns = await self._store(list_turns, conversation)
            turns += await self._lacking(conversation, stored, self._memory.unsaved_of(conversation))
            known = self._conversation(conversation, stored)
            recent = {each.message_id: each for each in known.answered}
            told = [_merged(recent.pop(turn.message_id, None), _as_answered(turn)) for turn in turns]
            told += recent.values()
            if known.mark_shown() and stored is not None:
                await self._keep(conversation, "", stored.version, known)
            return told

    async def end(self, conversation: str, opened_at: float, everything: bool = False) -> bool:
        """Delete a conversation; with ``everything`` also the requests, feedback and flags of its visitor.

        Returns:
            Whether all that there is could be found; see `helpline.store.erasure`.

        Raises:
            ConversationEndedError: It was deleted before.
            StoreError: The conversation was not deleted. Its requests may be.
        """
        async with self._memory.in_order(conversation):
            stored = await self._store(read_conversation, conversation)
            if stored is None and conversation not in self._memory:
                raise ConversationEndedError
            if stored is not None:
                _require_open(stored, opened_at)
            complete = (await self._store(erase_sender, conversation)).complete if everything else True
            await self._store(end_conversation, conversation, _now())
            self._memory.forget(conversation)
            return complete

    async def store_unsaved(self) -> None:
        """Store the turns that the store lacks, also of visitors who say nothing more.

        Raises:
            StoreError: The store cannot be read. That it cannot be written is no error: another time it can.
        """
        for conversation in self._memory.with_unsaved():
            async with self._memory.in_order(conversation):
                remembered = self._memory.get(conversation)
                if remembered is None or not remembered.unsaved:
                    continue
                stored = await self._store(read_conversation, conversation)
                remembered.unsaved = await self._lacking(conversation, stored, remembered.unsaved)
                state = self._conversation(conversation, stored)
                version = stored.version if stored is not None else 0
                with suppress(VersionConflictError):  # somebody goes on with it; another time
                    if not await self._keep(conversation, remembered.channel, version, state):
                        return

    async def _forget_overtaken(self, conversation: str) -> None:
        """Forget a state that is not the newest any more, but not the turns that the store lacks."""
        remembered = self._memory.get(conversation)
        self._memory.forget(conversation)
        if remembered is None or not remembered.unsaved:
            return
        stored, away = await self._read(conversation)
        unsaved = remembered.unsaved if away else await self._lacking(conversation, stored, remembered.unsaved)
        self._memory.remember(conversation, replace(remembered, version=OVERTAKEN, unsaved=unsaved))

    async def _lacking(
        self, conversation: str, stored: StoredConversation | None, turns: list[TurnRecord]
    ) -> list[TurnRecord]:
        """Return those of the turns that are not stored, and were not deleted with what was before them."""
        ended_at = stored.ended_at if stored is not None else None
        since = [turn for turn in turns if ended_at is None or turn.at > ended_at]
        return [turn for turn in since if await self._store(find_turn, conversation, turn.message_id) is None]

    async def _take(self, request: TurnRequest, received: float) -> TurnAnswer:
        typed = None if request.button is not None or request.begins else request.text
        reading = self.processor.read_ahead(clean_text(typed)) if typed else None
        stored, away = await self._read(request.conversation)
        before = self._conversation(request.conversation, stored)
        answered = before.find(request.message_id) or await self._find_earlier(request, before, stored)
        if answered is not None:
            return await self._again(request, before, answered, stored)
        if stored is not None:
            _require_open(stored, request.opened_at)
        elif request.opened_at and not (away or request.begins or request.conversation in self._memory):
            raise ConversationEndedError  # a session begins with a greeting, which was kept
        if request.idle_limit and before.answered and self._idle_seconds(request, before) > request.idle_limit:
            raise ConversationEndedError
        version = self._version(request.conversation, stored, away)
        if reading is not None:
            await asyncio.wrap_future(reading)
        # A store that could not take the last turn will hardly take a request.
        token = store_is_away.set(away or bool(self._memory.unsaved_of(request.conversation)))
        try:
            played = await play_turn(self.processor, request, before, received)
        finally:
            store_is_away.reset(token)
        late = [reply for each in before.late for reply in each.replies]
        tracker, stored_now = played.tracker, True
        if played.deletes:
            await self._finish_deletion(request, played.entry, version)
        else:
            stored_now = await self._save(request, version, played.after, self._record(request, played), away)
        return TurnAnswer(
            played.entry.replies,
            late,
            tracker.active_loop_name,
            leaf_of(played.parsed),
            (played.parsed.get("intent") or {}).get("confidence"),
            played.danger,
            {name: value for name, value in tracker.current_slot_values().items() if value not in (None, [])},
            ended=played.deletes,
            stored=stored_now,
        )

    async def _find_earlier(
        self, request: TurnRequest, before: Conversation, stored: StoredConversation | None
    ) -> Answered | None:
        """Return a message that was answered longer ago than the state remembers, or None."""
        if stored is None or len(before.answered) < KEPT_ANSWERS:
            return None
        turn = await self._store(find_turn, request.conversation, request.message_id)
        return _as_answered(turn) if turn else None

    async def _read(self, conversation: str) -> tuple[StoredConversation | None, bool]:
        """Return the stored conversation, and whether the store is away."""
        try:
            return await self._store(read_conversation, conversation), False
        except StoreError as error:
            logger.error("The store failed (%s); a turn goes on without it.", error)
            return None, True

    def _conversation(self, conversation: str, stored: StoredConversation | None) -> Conversation:
        """Return what this process remembers, if it is as new as the store's; else the store's, else a new one."""
        known = self._memory.get(conversation)
        if known is not None and (stored is None or known.version == stored.version or _goes_on_from(known, stored)):
            return known.conversation
        if stored is None or stored.state is None:
            return Conversation()
        return Conversation.from_dict(stored.state)

    def _idle_seconds(self, request: TurnRequest, before: Conversation) -> float:
        """Return how long nobody has said anything: by a clock that nobody sets, where this process can tell.

        A day's jump of the machine's clock would end all conversations, with the forms that are being filled in.
        """
        known = self._memory.get(request.conversation)
        if known is not None and known.conversation is before and known.played is not None:
            return time.monotonic() - known.played
        return time.time() - before.answered[-1].at

    def _version(self, conversation: str, stored: StoredConversation | None, away: bool) -> int:
        if stored is not None:
            return stored.version
        known = self._memory.get(conversation)
        return known.version if away and known is not None else 0

    async def _again(
        self, request: TurnRequest, before: Conversation, answered: Answered, stored: StoredConversation | None
    ) -> TurnAnswer:
        if not answered.shown and stored is not None:
            answered.shown = True
            await self._keep(request.conversation, request.channel, stored.version, before)
        ended = stored is not None and stored.ended_at is not None and stored.ended_at.timestamp() >= request.opened_at
        late = [reply for each in before.late_with(answered) for reply in each.replies]
        over = ended and len(before.answered) == 1
        return TurnAnswer(answered.replies, late, form=before.form, danger=answered.danger, ended=over)

    def _record(self, request: TurnRequest, played: PlayedTurn) -> TurnRecord:
        entry, parsed = played.entry, played.parsed
        said = entry.said
        if said is not None and request.button is None:
            said = self._redactor.redact(said)
        return TurnRecord(
            request.message_id,
            datetime.fromtimestamp(entry.at, timezone.utc),
            said,
            [_for_staff(reply) for reply in entry.replies],
            understood(parsed, entry.replies),
            leaf_of(parsed),
            (parsed.get("intent") or {}).get("confidence"),
            # The synthetic visitor's calls nobody of staff.
            None if is_probe(request.conversation) else played.danger,
        )

    async def _save(
        self, request: TurnRequest, version: int, after: Conversation, record: TurnRecord, away: bool
    ) -> bool:
        """Keep the state after a turn; where the store cannot, in this process, and a danger's flag on the disk.

        Returns:
            Whether the store did.
        """
        if not away and await self._keep(request.conversation, request.channel, version, after, record):
            return True
        unsaved = [*self._memory.unsaved_of(request.conversation), record]
        self._memory.remember(
            request.conversation, Remembered(version, after, request.channel, unsaved, time.monotonic())
        )
        if record.danger is not None:
            await self._spool.add(request.conversation, request.message_id, record.danger, record.at)
        return False

    async def _keep(
        self, conversation: str, channel: str, version: int, after: Conversation, *records: TurnRecord
    ) -> bool:
        """Write to the store, with all turns that it lacks; return whether it did.

        Raises:
            VersionConflictError: Somebody else wrote the conversation in between.
        """
        turns = [*self._memory.unsaved_of(conversation), *records]
        try:
            written = await self._store(write_turn, conversation, channel, version, after.as_dict(), turns)
        except VersionConflictError:
            raise
        except StoreError as error:
            logger.error("A turn was not stored (%s).", error)
            return False
        known = self._memory.get(conversation)
        played = time.monotonic() if records else known.played if known is not None else None
        self._memory.remember(conversation, Remembered(written, after, channel, played=played))
        return True

    async def _finish_deletion(self, request: TurnRequest, entry: Answered, version: int) -> None:
        """Delete the conversation of a visitor whose data were deleted; what stays is the answer that says so."""
        last = Conversation(answered=[Answered(entry.message_id, None, entry.at, entry.replies)])
        self._memory.forget(request.conversation)
        await self._store(end_conversation, request.conversation, _now(), last.as_dict())


def _goes_on_from(known: Remembered, stored: StoredConversation) -> bool:
    """Whether the store holds an earlier turn of ours: a write that was given up, and came to its end all the same."""
    answered = stored.state["answered"] if stored.state is not None else []
    return bool(known.unsaved and answered) and known.conversation.find(answered[-1]["message_id"]) is not None


def _require_open(stored: StoredConversation, opened_at: float) -> None:
    if stored.ended_at is not None and opened_at and stored.ended_at.timestamp() >= opened_at:
        raise ConversationEndedError


def _as_answered(turn: TurnRecord) -> Answered:
    return Answered(turn.message_id, turn.said, turn.at.timestamp(), turn.answers, danger=turn.danger)


def _merged(recent: Answered | None, kept: Answered) -> Answered:
    """Return a turn as the state remembers it, with buttons to press, and what is kept of the visitor's words."""
    if recent is None:
        return kept
    return replace(recent, said=recent.said if recent.said is not None else kept.said)


def _for_staff(reply: Reply) -> Reply:
    """Return a reply as it is kept for good: without buttons to press, and without what a form held."""
    return without_personal(without_controls(reply))


def _now() -> datetime:
    return datetime.now(timezone.utc)
