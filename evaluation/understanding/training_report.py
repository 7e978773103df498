"""What is weak in the training messages: twins, strays, and intents with little variety."""

from dataclasses import dataclass

import numpy as np

from evaluation.understanding.embeddings import Embeddings
from evaluation.understanding.messages import Example
from helpline.nlu.sentence_encoder import Vectors

# Chosen by looking at what the vectors call near: above the first, one message says nothing that the other does not.
TWIN_SIMILARITY = 0.97
# How much nearer to another intent's messages than to its own a message is, to be called a stray.
STRAY_MARGIN = 0.08
NEAREST = 5
LITTLE_VARIETY = 0.55
FEW_EXAMPLES = 60


@dataclass(frozen=True)
class Stray:
    """A message nearer to another intent than to its own."""

    example: Example
    nearer_to: str
    margin: float


@dataclass(frozen=True)
class TrainingReport:
    """What to look at, the worst first.

    Attributes:
        twins: Pairs of messages of one intent that are nearly the same.
        strays: Messages nearer to another intent.
        alike: Intents whose messages are alike on average, and how much.
        small: Intents with few messages, and how many.
    """

    twins: list[tuple[Example, Example]]
    strays: list[Stray]
    alike: list[tuple[str, float]]
    small: list[tuple[str, int]]


def training_report(examples: list[Example], embeddings: Embeddings) -> TrainingReport:
    """Return what is weak in the training messages."""
    vectors = embeddings.encode([one.text for one in examples])
    names, labels = np.unique([one.intent for one in examples], return_inverse=True)
    rows = {label: np.flatnonzero(labels == label) for label in range(len(names))}
    twins, alike, small = [], [], []
    for label, members in rows.items():
        near = vectors[members] @ vectors[members].T
        upper = np.triu(near, 1)
        twins += [
            (float(upper[a, b]), examples[members[a]], examples[members[b]])
            for a, b in np.argwhere(upper > TWIN_SIMILARITY)
        ]
        mean = (near.sum() - len(members)) / max(len(members) * (len(members) - 1), 1)
        if mean > LITTLE_VARIETY:
            alike.append((str(names[label]), float(mean)))
        if len(members) < FEW_EXAMPLES:
            small.append((str(names[label]), len(members)))
    return TrainingReport(
        [(a, b) for _, a, b in sorted(twins, key=lambda twin: -twin[0])],
        _strays(examples, vectors, rows, [str(name) for name in names]),
        sorted(alike, key=lambda pair: -pair[1]),
        sorted(small, key=lambda pair: pair[1]),
    )


def _strays(
    examples: list[Example],
    vectors: Vectors,
    rows: dict[int, "np.ndarray[tuple[int], np.dtype[np.int64]]"],
    names: list[str],
) -> list[Stray]:
    nearness = np.zeros((len(examples), len(names)), np.float32)
    for label, members in rows.items():
        similarity = vectors @ vectors[members].T
        # A message is no neighbour of itself.
        similarity[members, np.arange(len(members))] = -1
        nearness[:, label] = np.sort(similarity, axis=1)[:, -NEAREST:].mean(axis=1)
    strays = []
    for row, example in enumerate(examples):
        other = int(nearness[row].argmax())
        margin = float(nearness[row, other] - nearness[row, names.index(example.intent)])
        if margin > STRAY_MARGIN:
            strays.append(Stray(example, names[other], margin))
    return sorted(strays, key=lambda stray: -stray.margin)
