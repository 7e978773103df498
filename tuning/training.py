"""Tunes the network: messages of one leaf intent are drawn together, those of others apart.

The loss is a softmax over the cosines to one learned direction for each leaf intent. A second part is a linear
classifier of danger on the vectors, with the labels of the product's own: what is told apart there is to lie apart. A
third keeps each message near where the untuned encoder puts it, so that what the training messages do not speak of is
not forgotten.
"""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from helpline.nlu.intents import danger_label
from tuning.augmentation import augmented
from tuning.network import DIMENSIONS, SentenceNetwork

_SAID_EVERY = 60
# Messages are put into batches of like length: so many batches are cut from one sorted heap.
_BATCHES_OF_A_HEAP = 20


@dataclass(frozen=True)
class TuningOptions:
    """How to tune.

    Attributes:
        epochs: How often each message is seen.
        batch: Messages of a step.
        learning_rate: Of the network; it rises over the first steps and falls to nothing.
        direction_learning_rate: Of the directions of the leaf intents, and of the classifier of danger.
        scale: What cosines are multiplied with.
        danger: Weight of telling dangers apart.
        danger_scale: What vectors are multiplied with for that.
        keep: Weight of staying near the untuned vectors.
        warm_up: Part of the steps over which the learning rates rise.
        seed: Of order, spoils and dropout.
        threads: Threads of the arithmetic; another number rounds differently.
    """

    epochs: float = 3.0
    batch: int = 48
    learning_rate: float = 6e-5
    direction_learning_rate: float = 5e-3
    scale: float = 20.0
    danger: float = 1.0
    danger_scale: float = 10.0
    keep: float = 0.1
    warm_up: float = 0.08
    seed: int = 1
    threads: int = 2


def tune(network: SentenceNetwork, texts: Sequence[str], labels: Sequence[str], options: TuningOptions) -> None:
    """Tune the network on labelled texts, and say how far it is.

    Args:
        network: What is tuned, in place.
        texts: Normalised messages.
        labels: The leaf intent of each.
        options: How.
    """
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    chance = random.Random(options.seed)  # noqa: S311 - no secret
    names = sorted(set(labels))
    targets = np.array([names.index(label) for label in labels])
    dangers, danger_targets = np.unique([danger_label(label) for label in labels], return_inverse=True)
    untuned = network.encode(texts)
    means = np.stack([untuned[targets == number].mean(axis=0) for number in range(len(names))])
    directions = torch.nn.Parameter(functional.normalize(torch.tensor(means), dim=1))
    classifier = torch.nn.Linear(DIMENSIONS, len(dangers))
    optimizer = torch.optim.AdamW(
        [
            {"params": network.tunable, "lr": options.learning_rate, "weight_decay": 0.01},
            {"params": [directions], "lr": options.direction_learning_rate, "weight_decay": 0.0},
            {"params": classifier.parameters(), "lr": options.direction_learning_rate, "weight_decay": 1e-3},
        ]
    )
    steps = int(options.epochs * len(texts) / options.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (options.warm_up * steps)) * (1 - step / steps)
    )
    batches = _batches(texts, options.batch, chance)
    started, recent = time.monotonic(), 0.0
    for step in range(1, steps + 1):
        chosen = next(batches)
        network.bert.train()
        vectors = network.vectors([augmented(texts[i], chance) for i in chosen])
        cosines = vectors @ functional.normalize(directions, dim=1).T
        moved = 1 - (vectors * torch.tensor(untuned[chosen])).sum(1)
        loss = functional.cross_entropy(options.scale * cosines, torch.tensor(targets[chosen]))
        loss = loss + options.keep * options.scale * moved.mean()
        loss = loss + options.danger * functional.cross_entropy(
            classifier(options.danger_scale * vectors), torch.tensor(danger_targets[chosen])
        )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.tunable, 1.0)
        optimizer.step()
        schedule.step()
        recent += loss.item()
        if step % _SAID_EVERY == 0:
            seconds = time.monotonic() - started
            print(f"step {step} of {steps}, loss {recent / _SAID_EVERY:.3f}, {seconds:.0f} s", flush=True)
            recent = 0.0


def _batches(texts: Sequence[str], size: int, chance: random.Random) -> Iterator[list[int]]:
    """Yield rows for ever, each epoch in another order; the few left over at an epoch's end wait for the next."""
    while True:
        order = list(range(len(texts)))
        chance.shuffle(order)
        heap = size * _BATCHES_OF_A_HEAP
        for start in range(0, len(order), heap):
            rows = sorted(order[start : start + heap], key=lambda i: len(texts[i]))
            batches = [rows[first : first + size] for first in range(0, len(rows) - size + 1, size)]
            chance.shuffle(batches)
            yield from batches
