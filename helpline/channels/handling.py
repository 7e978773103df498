"""What an inbound message asks of the channel, and what of the assistant.

Text messages have words of law and habit: STOP, START, HELP. They count as the whole message alone, and danger comes
before them all. The words are in the lexicon, what is said in data/responses/channels.yml.
"""

import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from helpline.channels.capabilities import Capabilities
from helpline.channels.messages import InboundMessage, Kind
from helpline.text.lexicon import ChannelWords, Lexicon
from helpline.text.word_groups import Phrases

# What is said to what the assistant cannot read; to a reaction and a deletion nothing is.
_UNREADABLE: dict[Kind, str] = {
    "picture": "utter_channel_picture",
    "video": "utter_channel_picture",
    "document": "utter_channel_picture",
    "voice": "utter_channel_voice",
    "location": "utter_channel_location",
    "contact": "utter_channel_contact",
    "sticker": "utter_channel_unreadable",
    "other": "utter_channel_unreadable",
    "unread": "utter_channel_unreadable",
}
SAYS_NOTHING: frozenset[Kind] = frozenset({"reaction", "deletion"})
_AROUND_WORD = " \t\r\n.,;:!?\"'\u2018\u2019\u201c\u201d\u2026*_()[]"


@dataclass(frozen=True)
class Standing:
    """How it stands with who wrote.

    Attributes:
        form_open: Whether a form is open in their conversation.
        stopped: Whether they wanted no more messages.
        waiting: Whether something waits for MORE.
        confirmed: Whether it was we who confirmed that they want no messages: the provider knows nothing of it then,
            and does not answer START.
    """

    form_open: bool = False
    stopped: bool = False
    waiting: bool = False
    confirmed: bool = False


@dataclass(frozen=True)
class Handling:
    """What is done with a message.

    Attributes:
        takes_turn: Whether the assistant takes a turn.
        text: What it is told; None where that is the pressed button, or that the conversation begins.
        heard: Which of its replies are sent: all, none, or only those to a danger.
        say: The channel's own response that is sent, before the assistant's replies unless they answer a danger.
        stopped: What to remember from now on of whether they want no messages; None for what was.
        more: Whether what waits is sent.
    """

    takes_turn: bool = False
    text: str | None = None
    heard: Literal["all", "danger", "none"] = "all"
    say: str | None = None
    stopped: bool | None = None
    more: bool = False


def says_stop(message: InboundMessage, capabilities: Capabilities) -> bool:
    """Whether a message says that its sender wants no messages: by the channel's word, or as the channel tells."""
    return message.kind == "stop" or (capabilities.opt_out and _says(message, Lexicon.load().channel.stop))


def says_start(message: InboundMessage, capabilities: Capabilities) -> bool:
    """Whether a message says that its sender begins, or wants messages again."""
    return message.kind == "start" or (capabilities.opt_out and _says(message, Lexicon.load().channel.start))


def handling_of(
    message: InboundMessage, capabilities: Capabilities, standing: Standing, *, danger: bool = False
) -> Handling:
    """Decide what is done with a message.

    Args:
        message: The message.
        capabilities: Says whether the words of text messages count on the channel.
        standing: How it stands with who wrote it.
        danger: Whether the safety patterns found a danger in its text.
    """
    if standing.stopped and not capabilities.opt_out and message.kind not in {"stop", *SAYS_NOTHING}:
        # No word starts again here: whoever has blocked us, and writes again, wants answers again.
        return replace(_handling(message, capabilities, replace(standing, stopped=False), danger), stopped=False)
    return _handling(message, capabilities, standing, danger)


def _handling(message: InboundMessage, capabilities: Capabilities, standing: Standing, danger: bool) -> Handling:
    kind, text = message.kind, (message.text or "").strip() or None
    if kind in SAYS_NOTHING:
        return Handling()
    if danger:
        return Handling(takes_turn=True, text=text, say=None if standing.stopped else _UNREADABLE.get(kind))
    words = Lexicon.load().channel
    by_word = _by_word(message, words, capabilities, standing)
    if by_word is not None:
        return by_word
    if standing.stopped and message.ends_block:
        return Handling(say="utter_channel_started" if standing.confirmed else None, stopped=False)
    if standing.stopped:
        # Whoever wants no messages gets none; who is in danger all the same does.
        takes_turn = text is not None and kind != "edit"
        return Handling(takes_turn=takes_turn, text=_told(kind, text), heard="danger")
    if kind == "edit":
        return Handling()  # the text before it was answered
    if kind == "start":
        return Handling(takes_turn=True)
    unreadable = _UNREADABLE.get(kind)
    if kind == "text" and text is None:
        unreadable = _UNREADABLE["other"]
    takes_turn = text is not None or kind == "choice"
    return Handling(takes_turn=takes_turn, text=_told(kind, text), say=unreadable)


def _told(kind: Kind, text: str | None) -> str | None:
    return None if kind == "choice" else text


def _by_word(
    message: InboundMessage, words: ChannelWords, capabilities: Capabilities, standing: Standing
) -> Handling | None:
    """Return what is done with a message that is one of the channel's words, or that the channel itself tells."""
    if says_stop(message, capabilities):
        confirms = capabilities.opt_out and not (standing.stopped or message.answered)
        said = "utter_channel_stopped" if confirms else None
        if standing.form_open:  # what was begun ends, so that nothing said later can save it
            return Handling(takes_turn=True, text=words.leaving_form, heard="none", say=said, stopped=True)
        return Handling(say=said, stopped=True)
    if says_start(message, capabilities):
        if standing.stopped and capabilities.opt_out:
            answered = message.answered and not standing.confirmed
            return Handling(say=None if answered else "utter_channel_started", stopped=False)
        return Handling(takes_turn=True, stopped=False)
    if capabilities.opt_out and _says(message, words.help):
        return Handling(say=None if message.answered else "utter_channel_help")
    if standing.stopped:
        return None
    if standing.waiting and _says(message, words.more):
        return Handling(more=True)
    if capabilities.opt_out and _says(message, words.cancel):
        return Handling(say="utter_channel_cancel_which" if standing.form_open else "utter_channel_cancel_what")
    return None


def _says(message: InboundMessage, phrases: Phrases) -> bool:
    """Whether a whole message is one of the words."""
    return message.kind == "text" and bool(message.text) and phrases.fullmatch(_word(message.text or "")) is not None


def _word(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).strip(_AROUND_WORD).split())
