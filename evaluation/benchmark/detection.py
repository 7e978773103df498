"""Time that the danger detector adds to a turn, beside the intent classifier."""

import time
from pathlib import Path

from evaluation.benchmark.measurements import Times


def measure_danger_detector(model: Path, messages: list[str]) -> Times:
    """Classify each message once, as the first of its kind that the server sees.

    The sentence vector is not counted: the classifier needs it anyway, and the detector takes it over.

    Args:
        model: The trained model's file.
        messages: What visitors write.
    """
    # Loading Rasa takes seconds, which the other verbs are spared.
    from helpline.nlu.message_text import MessageText
    from helpline.nlu.sentence_encoder import shared_encoder
    from helpline.nlu.trained_model import loaded_danger_detector

    classifier = loaded_danger_detector(model).classifier
    assert classifier is not None  # noqa: S101 -- a detector that loads has one
    taken = []
    for message in messages:
        text = MessageText(message)
        vector = shared_encoder().encode([text.text])
        started = time.perf_counter()
        classifier.predict(text, vector)
        taken.append((time.perf_counter() - started) * 1000)
    return Times("danger detector, within a turn", taken)
