"""Makes Rasa read training data in seconds instead of half a minute: for a training process of our own alone.

Rasa reads each file twice, and copies every example deeply each time two collections are merged; with tens of thousands
of examples that takes longer than fitting the models. Here files are read once, and merged collections share their
examples: nothing changes an example before the pipeline adds its features, in a process that ends afterwards. What is
read is the same (`tests/rasa/test_quick_training_data.py` compares them).
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, RESPONSE
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


@contextmanager
def quick_training_data() -> Iterator[None]:
    """Read training data quickly while this is open."""
    kept = RasaFileImporter.get_nlu_data, TrainingData.merge, TrainingData.sanitize_examples
    RasaFileImporter.get_nlu_data = functools.lru_cache(maxsize=1)(RasaFileImporter.get_nlu_data)
    TrainingData.merge = _merged
    TrainingData.sanitize_examples = staticmethod(_without_repetitions)
    try:
        yield
    finally:
        RasaFileImporter.get_nlu_data, TrainingData.merge, sanitize = kept
        TrainingData.sanitize_examples = staticmethod(sanitize)


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
    once: dict[str, Message] = {}
    for example in examples:
        once.setdefault(repr(sorted(example.data.items())), example)
    return list(once.values())
