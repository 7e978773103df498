"""Time that the safety net adds to a turn, beside the intent classifier."""

import time
from pathlib import Path

from helpline.benchmark.figures import Times


def measure_safety_net(model: Path, messages: list[str]) -> Times:
    """Judge each message once, as the first of its kind that the server sees.

    The sentence vector is not counted: the classifier needs it anyway, and the net takes it over.

    Args:
        model: The trained model's file.
        messages: What visitors write.
    """
    # Loading Rasa takes seconds, which the other verbs are spared.
    from helpline.nlu.sentence_encoder import shared_encoder
    from helpline.nlu.trained import loaded_safety_net

    judge = loaded_safety_net(model).judge
    assert judge is not None  # noqa: S101 -- a net that loads has one
    taken = []
    for message in messages:
        vector = shared_encoder().encode([message])
        started = time.perf_counter()
        judge.verdict(message, vector, {})
        taken.append((time.perf_counter() - started) * 1000)
    return Times("safety net, within a turn", taken)
