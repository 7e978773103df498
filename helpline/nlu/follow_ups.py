"""What a follow-up means: a message without a subject of its own, such as "how common is it".

It stands with the topic, in the metadata of its answer (data/topics/), and for all other topics with
``utter_follow_up`` (data/responses/dynamic.yml). Knows nothing of Rasa.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from helpline.nlu.intents import ONLY_WHEN_SURE

ASK_TOPIC = "/ask_topic"
# The topic in simpler words; which wording that is depends on the topic.
SIMPLY = "utter_simply"
_DEFAULT = "utter_follow_up"
_RESPONSE = "utter_"
_ANSWER = "utter_faq/"

Responses = Mapping[str, Sequence[Mapping[str, Any]]]


class FollowUps:
    """Looks up what stands with the topics.

    Args:
        responses: All responses by name, each with its variations.
    """

    def __init__(self, responses: Responses) -> None:
        self._responses = responses

    def meant(self, intent: str, topic: str | None) -> str | None:
        """Return what a follow-up means after a topic.

        Args:
            intent: The intent, such as ``ask_how_common``.
            topic: The topic's key, or None.

        Returns:
            The name of a response, an intent as a button would send it (``/request_volunteer``), or None.
        """
        for name in (f"{_ANSWER}{topic}", _DEFAULT):
            meant: str | None = self._metadata(name).get("follow_ups", {}).get(intent)
            if meant == SIMPLY:
                return self.simply(topic)
            if meant is not None:
                return meant if meant.startswith((_RESPONSE, "/")) else f"{_ANSWER}{meant}"
        return None

    def own(self, intent: str, topic: str | None) -> str | None:
        """Return what stands with the topic itself for a follow-up: a topic, a response, another intent, or None."""
        meant: str | None = self._metadata(f"{_ANSWER}{topic}").get("follow_ups", {}).get(intent)
        return meant

    def simply(self, topic: str | None) -> str | None:
        """Return the response that says a topic in simpler words, or None where there is none."""
        name = f"utter_{topic}_simply"
        return name if name in self._responses else None

    def topic_of(self, name: str) -> str | None:
        """Return the topic that a response says, whole or in part, such as ``utter_ned_simply``; or None."""
        if name.startswith(_ANSWER):
            return name.removeprefix(_ANSWER)
        words = name.removeprefix(_RESPONSE).split("_")
        starts = ("_".join(words[:count]) for count in range(len(words) - 1, 0, -1))
        return next((topic for topic in starts if f"{_ANSWER}{topic}" in self._responses), None)

    def subject(self, topic: str | None) -> str | None:
        """Return what a topic is about, in a few words that can stand before a question, or None."""
        subject: str | None = self._metadata(f"{_ANSWER}{topic}").get("subject")
        return subject

    def said_behind(self, text: str) -> str | None:
        """Return what an example of a follow-up holds behind the subject of a topic, or None for any other text."""
        subject, colon, said = text.partition(": ")
        return said if colon and subject in self.subjects else None

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The subjects of all topics."""
        keys = (name.removeprefix(_ANSWER) for name in self._responses if name.startswith(_ANSWER))
        return frozenset(subject for subject in map(self.subject, keys) if subject)

    def is_only_when_sure(self, topic: str | None) -> bool:
        """Whether a topic's answer would be hard to hear for somebody who did not ask for it."""
        return bool(self._metadata(f"{_ANSWER}{topic}").get(ONLY_WHEN_SURE))

    def _metadata(self, name: str) -> Mapping[str, Any]:
        variations = self._responses.get(name) or [{}]
        metadata: Mapping[str, Any] = variations[0].get("metadata") or {}
        return metadata


def topic_of_payload(payload: str) -> str | None:
    """Return the topic that a button asks for, or None where it asks for something else."""
    if not payload.startswith(ASK_TOPIC):
        return None
    topic: str | None = json.loads(payload.removeprefix(ASK_TOPIC)).get("topic")
    return topic


def payload_of_topic(topic: str) -> str:
    """Return what a button sends that asks for a topic."""
    return ASK_TOPIC + json.dumps({"topic": topic})
