"""Teaches the encoder that the product uses what a larger, tuned one makes of messages.

The larger one tells more apart, and is five times too large for the product. What it makes of a text needs no label
(`tuning.taught_texts`). The teacher reads each text as it is; the pupil reads it spoiled as hurried people write.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from tuning.augmentation import augmented
from tuning.batches import Steps, batches
from tuning.heads import NO_LABEL, Heads, Targets, divergence, of_labels, optimizer_of
from tuning.network import SentenceNetwork


@dataclass(frozen=True)
class DistillingOptions:
    """How to teach.

    Attributes:
        tuned_layers: How many of the pupil's layers may change.
        epochs: How often each text is seen.
        batch: Texts of a step.
        learning_rate: Of the network; it rises over the first steps and falls to nothing.
        labels: Weight of the labels, where a text has one.
        likeness: Weight of lying to each other as the teacher's vectors do.
        keep: Weight of staying near the untuned vectors.
        warm_up: Part of the steps over which the learning rates rise.
        seed: Of order, spoils and dropout.
    """

    tuned_layers: int = 6
    epochs: float = 3.0
    batch: int = 64
    learning_rate: float = 1.2e-4
    labels: float = 0.3
    likeness: float = 20.0
    keep: float = 0.4
    warm_up: float = 0.06
    seed: int = 1


def distil(
    pupil: SentenceNetwork,
    teacher: np.ndarray,
    heads: Heads,
    texts: Sequence[str],
    labels: Sequence[str],
    options: DistillingOptions,
) -> None:
    """Teach the pupil in place, and say how far it is.

    Args:
        pupil: What is taught.
        teacher: The teacher's vectors, a row for each text.
        heads: The teacher's heads.
        texts: What is taught by; the first have labels.
        labels: The leaf intents of those.
        options: How.
    """
    torch.manual_seed(options.seed)
    chance = random.Random(options.seed)  # noqa: S311 - no secret
    targets = Targets.of(labels)
    numbers = np.concatenate([targets.leaf, np.full(len(texts) - len(labels), NO_LABEL)])
    untuned = pupil.encode(texts, half=True)
    own = Heads(untuned[: len(labels)], targets)
    optimizer = optimizer_of(pupil.tunable, own, options.learning_rate)
    count = int(options.epochs * len(texts) / options.batch)
    steps, rows = Steps(optimizer, pupil.tunable, count, options.warm_up), batches(texts, options.batch, chance)
    for _ in range(count):
        chosen = next(rows)
        pupil.transformer.train()
        vectors = pupil.vectors([augmented(texts[i], chance) for i in chosen])
        taught = torch.tensor(teacher[chosen])
        scores = own.leaf_scores(vectors)
        with torch.no_grad():
            leaf, danger = heads.leaf_scores(taught), heads.danger_scores(taught)
        loss = divergence(scores, leaf) + divergence(own.danger_scores(vectors), danger)
        loss = loss + options.labels * of_labels(scores, torch.tensor(numbers[chosen]))
        loss = loss + options.likeness * ((vectors @ vectors.T - taught @ taught.T) ** 2).mean()
        moved = 1 - (vectors * torch.tensor(untuned[chosen])).sum(1)
        steps.take(loss + options.keep * moved.mean())
