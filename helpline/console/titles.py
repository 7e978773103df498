"""The titles of topics: what staff read in place of the key of an intent, which stays for whoever hovers over it."""

import asyncio
from collections.abc import Mapping

from markupsafe import Markup

from helpline.console import words
from helpline.console.desk import Visit
from helpline.content.catalogue import Catalogue

# What the responses of topics are named by, before the intent.
_RESPONSE, _TOPIC = "utter_", "faq/"


async def titles_of(visit: Visit) -> dict[str, str]:
    """Return the title of each topic by the key of its intent, such as ``faq/ned``."""
    catalogue: Catalogue = visit.request.app.state.catalogue
    answers = (await asyncio.to_thread(catalogue.snapshot)).answers
    return {
        name.removeprefix(_RESPONSE): answer.title
        for name, answer in answers.items()
        if answer.is_topic and name.startswith(_RESPONSE + _TOPIC)
    }


def intent_words(titles: Mapping[str, str], leaf: str | None) -> str:
    """Say what was understood: the title of a topic with its key on hover, and the key of anything else."""
    title = titles.get(leaf or "")
    return words.intent(leaf) if title is None else Markup('<span title="{}">{}</span>').format(leaf, title)


def topic_title(titles: Mapping[str, str], topic: str) -> str:
    """Return the title of a topic by its own key, such as ``ned``; the key in words where it has none."""
    return titles.get(_TOPIC + topic, topic.replace("_", " "))
