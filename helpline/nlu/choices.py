"""The choices below a reply: topics that a message may have meant are among them.

What stands with a response leads on from it. Where a message leaves room for another topic than the one answered, that
topic is one tap away too, in the place of the last of those. Knows nothing of Rasa.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from helpline.nlu.follow_ups import FollowUps, Responses, payload_of_topic, topic_of_payload
from helpline.nlu.intents import (
    ALIKE_GROUPS,
    DELIMITER,
    FALLBACK_INTENT,
    FEELING_GROUP,
    ONLY_WHEN_SURE,
    TOPIC_GROUP,
    group_of,
)

MAX_CHOICES = 3
# Responses whose choices are the nearest topics; their own last button, to a person, stays.
OFFERING_TOPICS = frozenset(
    ("utter_did_you_mean", "utter_did_you_mean_again", "utter_out_of_scope", "utter_not_on_page")
)
# From this confidence on a topic that was not answered may have been meant; chosen on development messages
# (docs/understanding.md).
MAY_BE_MEANT = 0.005
# So many of those stand below an answer; the rest leads on from it.
_MOST_OTHERS = 2
_ANSWERING_GROUPS = (TOPIC_GROUP, *ALIKE_GROUPS)
_RESPONSE = "utter_"

Button = dict[str, str]


class Choices:
    """Chooses the quick replies below a response.

    Args:
        responses: All responses by name, each with its variations.
    """

    def __init__(self, responses: Responses) -> None:
        self._responses = responses

    def shown(self, name: str, buttons: Sequence[Button], parsed: Mapping[str, Any]) -> list[Button]:
        """Return the choices below a response.

        Args:
            name: The response's name.
            buttons: The buttons that stand with it.
            parsed: Rasa's parse data of the message that it replies to.
        """
        if name in OFFERING_TOPICS:
            person = list(buttons)[-1:]
            return [*self.nearest(parsed)[: MAX_CHOICES - len(person)], *person]
        leaf = self._answered_leaf(name, parsed)
        # Beside the numbers for a crisis nothing is a guess.
        if leaf is None or parsed.get("check_in"):
            return list(buttons)
        topics = [button for button in buttons if topic_of_payload(button["payload"])]
        others = {button["payload"]: button for button in self._may_be_meant(leaf, parsed)}
        led_on_to = [button for button in topics if button["payload"] not in others]
        left = led_on_to[: max(0, len(topics) - len(others))]
        # What an editor put there keeps its place, so that "the first one" means the same from answer to answer.
        kept = [button for button in topics if button in left or button["payload"] in others]
        standing = {button["payload"] for button in topics}
        new = [button for payload, button in others.items() if payload not in standing]
        queue = iter([*kept, *new])
        return [next(queue) if button in topics else button for button in buttons]

    def nearest(self, parsed: Mapping[str, Any]) -> list[Button]:
        """Return buttons for the topics nearest to a message, the nearest first."""
        return [button for leaf, _ in _topics(parsed) if (button := self._button(leaf))][:MAX_CHOICES]

    def _answered_leaf(self, name: str, parsed: Mapping[str, Any]) -> str | None:
        """Return the leaf intent that a response answers, in whichever words; None where it answers something else."""
        intent = (parsed.get("intent") or {}).get("name") or FALLBACK_INTENT
        if intent not in _ANSWERING_GROUPS:
            return None
        selected = (parsed.get("response_selector") or {}).get(intent) or {}
        leaf: str | None = (selected.get("response") or {}).get("intent_response_key")
        if leaf is None:
            return None
        simply = FollowUps(self._responses).simply(leaf.partition(DELIMITER)[2])
        return leaf if name in (f"{_RESPONSE}{leaf}", simply) else None

    def _may_be_meant(self, answered: str, parsed: Mapping[str, Any]) -> list[Button]:
        topics = [leaf for leaf, share in _topics(parsed) if share >= MAY_BE_MEANT and leaf != answered]
        if group_of(answered) == FEELING_GROUP:
            topics = [leaf for leaf in topics if not self._metadata(leaf).get(ONLY_WHEN_SURE)]
        return [button for leaf in topics if (button := self._button(leaf))][:_MOST_OTHERS]

    def _button(self, leaf: str) -> Button | None:
        """Return the button that offers a topic, such as ``faq/ned``, or None for a leaf without an answer."""
        title = self._metadata(leaf).get("title")
        return {"title": title, "payload": payload_of_topic(leaf.partition(DELIMITER)[2])} if title else None

    def _metadata(self, leaf: str) -> Mapping[str, Any]:
        variations = self._responses.get(f"{_RESPONSE}{leaf}") or [{}]
        metadata: Mapping[str, Any] = variations[0].get("metadata") or {}
        return metadata


def _topics(parsed: Mapping[str, Any]) -> list[tuple[str, float]]:
    ranking = ((parsed.get("response_selector") or {}).get(TOPIC_GROUP) or {}).get("ranking") or []
    return [(entry["intent_response_key"], float(entry["confidence"])) for entry in ranking]
