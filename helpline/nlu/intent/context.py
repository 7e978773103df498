"""What a message is read with: the thread of its conversation, and what stands with the topics.

Knows nothing of Rasa.
"""

import re
from dataclasses import dataclass, field, replace

from helpline.nlu.follow_ups import FollowUps
from helpline.nlu.intents import DELIMITER, FOLLOW_UPS, TOPIC_GROUP, group_of
from helpline.nlu.thread import Thread
from helpline.text.lexicon import Lexicon

_WORD = re.compile(r"[\w']+")
_RESPONSE = "utter_"
_FAQ_RESPONSE = "utter_faq/"
_SIMPLY = "_simply"


@dataclass(frozen=True)
class Context:
    """The conversation before a message.

    Attributes:
        topic: What it is about, or None.
        kept_topic: The topic that the conversation's slot holds; another one has to be set.
        thread: The last turns.
        follow_ups: What stands with the topics.
        in_form: Whether a form waits for an answer.
    """

    topic: str | None = None
    kept_topic: str | None = None
    thread: Thread = field(default_factory=Thread)
    follow_ups: FollowUps = field(default_factory=lambda: FollowUps({}))
    in_form: bool = False

    @property
    def subject(self) -> str | None:
        """What the topic is about, in a few words."""
        return self.follow_ups.subject(self.topic)

    @property
    def answered_just_now(self) -> bool:
        """Whether the last turn answered a topic, in whatever words."""
        return any(name.startswith(_FAQ_RESPONSE) or name.endswith(_SIMPLY) for name in self.thread.said_lately(1))

    def about(self, topic: str | None) -> "Context":
        """Return the context of another topic."""
        return replace(self, topic=topic)

    def resolved(self, leaf: str, topic: str | None = None) -> str | None:
        """Return what a leaf intent stands for after a topic, by default that of the conversation.

        Returns:
            A leaf intent, the name of a response that is no topic's answer, or None for a follow-up to nothing.
        """
        if leaf not in FOLLOW_UPS:
            return leaf
        meant = self.follow_ups.meant(leaf, topic or self.topic)
        if meant is None:
            return None
        return meant.removeprefix("/").removeprefix("utter_") if meant.startswith((_FAQ_RESPONSE, "/")) else meant

    def says_part_of(self, meant: str, topic: str) -> bool:
        """Whether what a follow-up stands for is the answer to a topic, or a part of it in other words."""
        return topic == (topic_of_leaf(meant) or self.follow_ups.topic_of(meant))

    def stands_with(self, leaf: str, topic: str | None) -> bool:
        """Whether a follow-up to a topic leads to something else, by what stands with the topic itself."""
        meant = self.follow_ups.own(leaf, topic)
        if meant is None:
            return False
        return topic != (self.follow_ups.topic_of(meant) if meant.startswith(_RESPONSE) else meant)


@dataclass(frozen=True)
class Opening:
    """What a message turns to before it says anything, and the rest of it."""

    kind: str | None
    rest: str


def opening_of(text: str) -> Opening:
    """Return how a normalised text opens: "first", "earlier" or "correction", or None; and what comes after."""
    words = Lexicon.load().thread
    for kind, pattern in (
        ("first", words.opening_to_first),
        ("earlier", words.opening_to_earlier),
        ("correction", words.opening_correction),
    ):
        match = pattern.match(text)
        if match is not None and _WORD.search(text, match.end()):
            return Opening(kind, text[match.end() :])
    return Opening(None, text)


def leans(text: str) -> bool:
    """Whether a text has words that point to what was said before."""
    words = Lexicon.load().thread
    return points_back(text) or words.leaning.within(text) is not None or words.joining.at_start(text) is not None


def points_back(text: str) -> bool:
    """Whether a text has words that point to the very thing that was asked about before."""
    return Lexicon.load().thread.pointing.within(text) is not None


def length_of(text: str) -> int:
    """Return the number of words."""
    return len(_WORD.findall(text))


def topic_of_leaf(leaf: str) -> str | None:
    """Return the topic of a leaf intent such as ``faq/ned``, or None."""
    return leaf.partition(DELIMITER)[2] if group_of(leaf) == TOPIC_GROUP else None
