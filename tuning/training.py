"""Tunes the teacher: messages of one leaf intent are drawn together, those of others apart.

The loss is a softmax over the cosines to one learned direction for each leaf intent. A second part is a linear
classifier of danger on the vectors, with the labels of the product's own: what is told apart there is to lie apart. A
third keeps each message near where the untuned network puts it, so that what the training messages do not speak of is
not forgotten.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional

from tuning.augmentation import augmented
from tuning.batches import Steps, batches
from tuning.heads import SCALE, Heads, Targets, optimizer_of
from tuning.network import SentenceNetwork


@dataclass(frozen=True)
class TuningOptions:
    """How to tune the teacher.

    Attributes:
        tuned_layers: How many of its layers may change.
        epochs: How often each message is seen.
        most_of_a_leaf: So many messages of a leaf intent are seen at most.
        batch: Messages of a step.
        learning_rate: Of the network; it rises over the first steps and falls to nothing.
        danger: Weight of telling dangers apart.
        keep: Weight of staying near the untuned vectors.
        warm_up: Part of the steps over which the learning rates rise.
        seed: Of order, spoils and dropout.
    """

    tuned_layers: int = 7
    epochs: float = 2.0
    most_of_a_leaf: int = 1300
    batch: int = 48
    learning_rate: float = 4e-5
    danger: float = 1.0
    keep: float = 0.1
    warm_up: float = 0.08
    seed: int = 1


def tune(network: SentenceNetwork, texts: Sequence[str], labels: Sequence[str], options: TuningOptions) -> Heads:
    """Tune the network in place on labelled texts, say how far it is, and return its heads.

    Args:
        network: What is tuned.
        texts: Normalised messages.
        labels: The leaf intent of each.
        options: How.
    """
    torch.manual_seed(options.seed)
    chance = random.Random(options.seed)  # noqa: S311 - no secret
    targets = Targets.of(labels)
    untuned = network.encode(texts, half=True)
    heads = Heads(untuned, targets)
    optimizer = optimizer_of(network.tunable, heads, options.learning_rate)
    count = int(options.epochs * len(texts) / options.batch)
    steps, rows = Steps(optimizer, network.tunable, count, options.warm_up), batches(texts, options.batch, chance)
    for _ in range(count):
        chosen = next(rows)
        network.transformer.train()
        vectors = network.vectors([augmented(texts[i], chance) for i in chosen])
        moved = 1 - (vectors * torch.tensor(untuned[chosen])).sum(1)
        loss = functional.cross_entropy(heads.leaf_scores(vectors), torch.tensor(targets.leaf[chosen]))
        danger = functional.cross_entropy(heads.danger_scores(vectors), torch.tensor(targets.danger[chosen]))
        steps.take(loss + options.keep * SCALE * moved.mean() + options.danger * danger)
    return heads
