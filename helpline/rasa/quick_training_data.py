"""Makes Rasa read training data in seconds instead of half a minute: for a training process of our own alone.

Rasa reads each file twice, checks it with a parser that notes the line of everything, and copies every example deeply
each time two collections are merged; with tens of thousands of examples that takes longer than fitting the models. Here
files are read once, lines are noted where something is wrong alone, and merged collections share their examples:
nothing changes an example before the pipeline adds its features, in a process that ends afterwards. What is read is the
same (`tests/rasa/test_quick_training_data.py` compares them).
"""

import functools
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from rasa.shared.exceptions import YamlException
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, RESPONSE
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils import io, validation


@contextmanager
def quick_training_data() -> Iterator[None]:
    """Read training data quickly while this is open."""
    read_once = functools.lru_cache(maxsize=1)(RasaFileImporter.get_nlu_data)
    with (
        patch.object(RasaFileImporter, "get_nlu_data", read_once),
        patch.object(TrainingData, "merge", _merged),
        patch.object(TrainingData, "sanitize_examples", staticmethod(_without_repetitions)),
        patch.object(validation, "validate_yaml_schema", functools.partial(_checked, validation.validate_yaml_schema)),
    ):
        yield


def _checked(check: Callable[..., None], content: str, *args: Any) -> None:
    """Check a file against its schema; only where something is wrong it is read with the line of everything."""
    read = io.read_yaml
    try:
        with patch.object(io, "read_yaml", lambda text, reader_type="safe": read(text)):
            check(content, *args)
    except YamlException:
        check(content, *args)
        raise


def _merged(first: TrainingData, *others: TrainingData | None) -> TrainingData:
    parts = [first, *(each for each in others if each)]
    return TrainingData(
        [example for part in parts for example in part.training_examples],
        {text: synonym for part in parts for text, synonym in part.entity_synonyms.items()},
        [feature for part in parts for feature in part.regex_features],
        [table for part in parts for table in part.lookup_tables],
        {name: list(variations) for part in parts for name, variations in part.responses.items()},
    )


def _without_repetitions(examples: list[Message]) -> list[Message]:
    """Return each example once, as Rasa does by a hash of all that it holds."""
    for example in examples:
        for key in (INTENT, RESPONSE):
            if example.get(key):
                example.set(key, example.get(key).strip())
    once: dict[Hashable, Message] = {}
    for example in examples:
        once.setdefault(_all_that_it_holds(example), example)
    return list(once.values())


def _all_that_it_holds(example: Message) -> Hashable:
    held = tuple(sorted(example.data.items()))
    try:
        hash(held)
    except TypeError:  # entities are lists
        return repr(held)
    return held
