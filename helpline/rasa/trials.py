"""What staff try out: real turns, each with why it was answered so, of which nothing is kept, flagged or counted.

A trial lives in this process alone. Its actions run on a store of its own in memory (helpline/store/trial_stores.py);
a danger in it flags nothing. Each turn begins from the state after the one before, written as JSON and read again as a
visitor's is, so that one can go back a step anywhere, also within a form.
"""

import asyncio
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from helpline.channels.capabilities import CHANNELS, EXAMPLE_NUMBER
from helpline.channels.layout import load_channel_wording
from helpline.channels.rehearsal import replay
from helpline.errors import HelplineError
from helpline.nlu.danger.danger_detector import EXPLAINED
from helpline.rasa.action_client import trial_turns
from helpline.rasa.conversation import Conversation
from helpline.rasa.explanation import NOT_EXPLAINED, explain
from helpline.rasa.played_turn import play_turn
from helpline.rasa.processor import ChosenAction, TurnProcessor, chosen_actions
from helpline.rasa.state import tracker_of
from helpline.rasa.turn_request import ConversationEndedError, TurnRequest, UnknownButtonError

# Trials that are remembered, how long without a message, in seconds, and how long one may become.
ROOM = 40
LIVES = 2 * 3600.0
MOST_TURNS = 60
# Channels on which the assistant speaks first.
_BEGINS_ON = frozenset(("website",))

Told = dict[str, Any]


class TrialError(HelplineError):
    """A trial is as long as one may be."""


@dataclass(frozen=True)
class TrialName:
    """Which trial is meant, and on which channel it is seen."""

    trial: str
    channel: str


@dataclass(frozen=True)
class TrialMessage:
    """A message in a trial: what was typed, or the reference of a button of the last turn."""

    trial: str
    channel: str
    text: str | None = None
    button: str | None = None


@dataclass(frozen=True)
class TrialScript:
    """Messages that make a trial of their own.

    Attributes:
        channel: The channel.
        turns: Each ``{"text": …}``, or ``{"choice": …}`` with the title of a button; where that is not on offer, the
            title is typed.
        trial: The trial that it is from then on, to be gone on with; without a name it is not remembered.
    """

    channel: str
    turns: Sequence[dict[str, str]]
    trial: str | None = None


@dataclass
class _Step:
    """A turn of a trial: its name, the conversation after it as JSON, and what is told of it."""

    name: str
    after: str
    told: Told


@dataclass
class _Trial:
    sender: str = field(default_factory=lambda: f"trial-{secrets.token_hex(12)}")
    steps: list[_Step] = field(default_factory=list)
    used: float = field(default_factory=time.monotonic)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Trials:
    """The trials of this process.

    Args:
        processor: Rasa with the trained model.
    """

    def __init__(self, processor: TurnProcessor) -> None:
        self._processor = processor
        self._wording = load_channel_wording()
        self._trials: OrderedDict[str, _Trial] = OrderedDict()

    async def read(self, named: TrialName) -> Told:
        """Return a trial's turns, as ``turns``; begin one where there is none."""
        trial = self._trials.get(named.trial)
        if trial is None:
            return await self.over(named)
        async with trial.lock:
            return _told(trial)

    async def over(self, named: TrialName) -> Told:
        """Begin a trial anew."""
        self._trials[named.trial] = trial = _Trial()
        self._used(named.trial, trial)
        async with trial.lock:
            if named.channel in _BEGINS_ON:
                await self._play(trial, TurnRequest(trial.sender, named.channel, "begin"))
            return _told(trial)

    async def take(self, message: TrialMessage) -> Told:
        """Play a message and return the trial's turns.

        Raises:
            ConversationEndedError: There is no such trial any more.
            UnknownButtonError: The button is not on offer.
            TrialError: The trial is as long as one may be.
        """
        trial = self._found(message.trial)
        async with trial.lock:
            if len(trial.steps) >= MOST_TURNS:
                raise TrialError
            await self._say(trial, message.channel, message.text, message.button)
            return _told(trial)

    async def back(self, named: TrialName) -> Told:
        """Take the last message back, with all that came of it.

        Raises:
            ConversationEndedError: There is no such trial any more.
        """
        trial = self._found(named.trial)
        async with trial.lock:
            if trial.steps and trial.steps[-1].told["said"] is not None:
                trial.steps.pop()
            return _told(trial)

    async def play(self, script: TrialScript) -> Told:
        """Play messages as a conversation that begins with the first of them, and return its turns."""
        trial = _Trial()
        for turn in list(script.turns)[:MOST_TURNS]:
            await self._play_scripted(trial, script.channel, turn)
        if script.trial is not None:
            self._trials[script.trial] = trial
            self._used(script.trial, trial)
        return _told(trial)

    def forget_old(self) -> None:
        """Forget the trials that nobody has used for long."""
        now = time.monotonic()
        for name in [name for name, trial in self._trials.items() if trial.used + LIVES < now]:
            del self._trials[name]

    def _found(self, name: str) -> _Trial:
        trial = self._trials.get(name)
        if trial is None:
            raise ConversationEndedError
        self._used(name, trial)
        return trial

    def _used(self, name: str, trial: _Trial) -> None:
        trial.used = time.monotonic()
        self._trials.move_to_end(name)
        while len(self._trials) > ROOM:
            self._trials.popitem(last=False)

    async def _say(self, trial: _Trial, channel: str, text: str | None, button: str | None = None) -> None:
        """Do what the channel does with a message: some words it answers by itself, and tells the assistant others."""
        said = text
        if channel in CHANNELS and text is not None:
            standing, _ = replay([step.told for step in trial.steps], channel, self._wording)
            handling = standing.handling(text)
            if not handling.takes_turn:
                _keep_unasked(trial, channel, text)
                return
            text = handling.text
        request = TurnRequest(trial.sender, channel, secrets.token_hex(8), text, button)
        await self._play(trial, request, said)

    async def _play_scripted(self, trial: _Trial, channel: str, turn: dict[str, str]) -> None:
        said = turn.get("choice") or turn.get("text") or ""
        if "choice" in turn:
            replies = trial.steps[-1].told["replies"] if trial.steps else []
            pressable = [each for reply in replies for each in [*reply["buttons"], *reply.get("controls", ())]]
            refs = [each["ref"] for each in pressable if each["title"] == said]
            with suppress(UnknownButtonError):
                if refs:
                    await self._say(trial, channel, None, refs[0])
                    return
        await self._say(trial, channel, said)

    async def _play(self, trial: _Trial, request: TurnRequest, said: str | None = None) -> None:
        """Play a turn, and keep it as the trial's last; ``said`` is what was typed where that is told otherwise."""
        kept = trial.steps[-1].after if trial.steps else None
        before = Conversation.from_dict(json.loads(kept)) if kept else Conversation()
        slots = tracker_of(before.tracker, trial.sender, self._processor.domain).current_slot_values()
        name, chosen = secrets.token_hex(6), list[ChosenAction]()
        tokens = (
            trial_turns.set([name, *(step.name for step in reversed(trial.steps))]),
            chosen_actions.set(chosen),
        )
        capabilities = CHANNELS.get(request.channel)
        if capabilities is not None and capabilities.knows_number:
            request = replace(request, phone_number=EXAMPLE_NUMBER)
        try:
            played = await play_turn(self._processor, request, before, time.monotonic(), {EXPLAINED: True})
        finally:
            trial_turns.reset(tokens[0])
            chosen_actions.reset(tokens[1])
        told = {
            "said": said or played.entry.said,
            "asked": True,
            "pressed": request.button is not None,
            "payload": played.payload,
            "channel": request.channel,
            "replies": played.entry.replies,
            **explain(played, slots, chosen, self._processor.domain),
        }
        after = Conversation() if played.deletes else played.after
        trial.steps.append(_Step(name, json.dumps(after.as_dict()), told))


def _keep_unasked(trial: _Trial, channel: str, said: str) -> None:
    """Keep a message that the channel answers by itself as the trial's last: the assistant stands as before."""
    before = trial.steps[-1] if trial.steps else None
    told = {
        "said": said,
        "asked": False,
        "pressed": False,
        "payload": said,
        "channel": channel,
        "replies": [],
        **NOT_EXPLAINED,
        "slots": [{**slot, "changed": False} for slot in before.told["slots"]] if before else [],
        "form": before.told["form"] if before else None,
    }
    after = before.after if before else json.dumps(Conversation().as_dict())
    trial.steps.append(_Step(secrets.token_hex(6), after, told))


def _told(trial: _Trial) -> Told:
    return {"turns": [step.told for step in trial.steps]}
