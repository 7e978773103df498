"""A typed answer to choices on offer: "1", "the second one", "both", or a choice's words, also some turns later.

So a channel without buttons answers them as well as the website does. A danger wins over a choice; within a form its
own answers do.
"""

from collections.abc import Sequence
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from helpline.forms.corrections import SEVERAL
from helpline.nlu.follow_ups import topic_of_payload
from helpline.nlu.intents import TOPIC_GROUP, TWO_QUESTIONS_INTENT
from helpline.rasa.threads import thread_of
from helpline.text.choices import places_meant


def chosen(parsed: dict[str, Any], tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """Return a message's parse data as those of the choice that it means, or as they are.

    Args:
        parsed: Rasa's parse data of what was typed.
        tracker: The conversation before.
        domain: Knows the intents of buttons.
    """
    text: str = parsed[TEXT]
    thread = thread_of(tracker)
    if tracker.active_loop_name is not None:
        just_now = thread.turns[-1].choices if thread.turns else ()
        places = places_meant(text, [title for title, _ in just_now], any_words=False)
        answers = [just_now[place][1] for place in places]
        several = tracker.get_slot("requested_slot") in SEVERAL and not any(each.startswith("/") for each in answers)
        if len(answers) == 1 or (answers and several):
            return _as_pressed(parsed, ", ".join(answers), domain)
        return parsed
    for choices in thread.offers:
        if is_feedback(choices) and not text.strip().isdigit():
            continue
        places = places_meant(text, [title for title, _ in choices])
        if places:
            payloads = [choices[place][1] for place in places]
            return _as_pressed(parsed, payloads[0], domain) if len(payloads) == 1 else _both(parsed, payloads)
        if not is_feedback(choices):
            break
    return parsed


def is_feedback(choices: Sequence[tuple[str, str]]) -> bool:
    """Whether the choices are the yes and no of whether it was helpful; "the first" means what was offered before."""
    return any(payload.startswith("/feedback") for _, payload in choices)


def _as_pressed(parsed: dict[str, Any], payload: str, domain: Domain) -> dict[str, Any]:
    """Return what Rasa makes of a payload; one that is no intent is an answer in words.

    What the classifier made of "first" (to start over) is nothing that the words of the choice mean.
    """
    if not payload.startswith("/"):
        return {**parsed, TEXT: payload, INTENT: {"name": "inform", "confidence": 1.0}, ENTITIES: []}
    pressed = YAMLStoryReader.unpack_regex_message(Message({TEXT: payload}), domain)
    return {**parsed, TEXT: payload, INTENT: pressed.get(INTENT), ENTITIES: pressed.get(ENTITIES) or []}


def _both(parsed: dict[str, Any], payloads: list[str]) -> dict[str, Any]:
    """Return two questions; a choice is the answer to a topic, or another intent."""
    leaves = [_leaf(payload) for payload in payloads[:2]]
    topics = [topic for topic in map(topic_of_payload, payloads[:2]) if topic]
    entities = [{"entity": "topic", "value": topic} for topic in topics[-1:]]
    return {
        **parsed,
        INTENT: {"name": TWO_QUESTIONS_INTENT, "confidence": 1.0},
        "questions": leaves,
        ENTITIES: entities,
    }


def _leaf(payload: str) -> str:
    topic = topic_of_payload(payload)
    return f"{TOPIC_GROUP}/{topic}" if topic else payload.removeprefix("/")
