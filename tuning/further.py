"""Tunes the encoder that is kept further, so that it knows the messages that have come since.

Gently: beside the labels it learns what heads on its own vectors made of each text before, and stays near those
vectors. Parts of messages, and pairs of them, have no label and are learned from all the same.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from helpline.nlu.intents import NO_DANGER
from tuning.augmentation import augmented
from tuning.batches import Steps, batches
from tuning.heads import NO_LABEL, Heads, Targets, divergence, of_labels, optimizer_of
from tuning.network import SentenceNetwork
from tuning.taught_texts import texts_to_teach

# How the heads on the vectors as they are kept are fitted.
_HEADS_EPOCHS = 6
_HEADS_BATCH = 512
_HEADS_RATE = 5e-3
_HEADS_DECAY = 1e-3


@dataclass(frozen=True)
class FurtherOptions:
    """How to tune further.

    Attributes:
        tuned_layers: How many of the network's layers may change.
        epochs: How often each text is seen.
        most_of_a_leaf: So many messages of a leaf intent are seen at most.
        most_parts: So many parts and pairs of messages are seen at most.
        batch: Texts of a step.
        learning_rate: Of the network; it rises over the first steps and falls to nothing.
        danger: Weight of telling dangers apart, beside 1 for telling leaf intents apart.
        before: Weight of what the heads made of a text before.
        keep: Weight of staying near the vectors before.
        warm_up: Part of the steps over which the learning rates rise.
        seed: Of choice, order, spoils and dropout.
    """

    tuned_layers: int = 6
    epochs: float = 1.3
    most_of_a_leaf: int = 1300
    most_parts: int = 10_000
    batch: int = 64
    learning_rate: float = 7e-5
    danger: float = 2.0
    before: float = 0.7
    keep: float = 0.3
    warm_up: float = 0.08
    seed: int = 1


def tune_further(
    network: SentenceNetwork,
    texts: Sequence[str],
    labels: Sequence[str],
    no_danger: Sequence[str],
    options: FurtherOptions,
) -> None:
    """Tune the network in place, and say how far it is.

    Args:
        network: The encoder that is kept.
        texts: Normalised messages.
        labels: The leaf intent of each.
        no_danger: Texts that have no leaf intent of their own, and are no danger.
        options: How.
    """
    torch.manual_seed(options.seed)
    chance = random.Random(options.seed)  # noqa: S311 - no secret
    parts = texts_to_teach(texts, labels, options.seed)[len(texts) :]
    chance.shuffle(parts)
    seen = [*texts, *no_danger, *parts[: options.most_parts]]
    targets = Targets.of(labels)
    leaf = _padded(targets.leaf, len(seen))
    harmless = np.full(len(no_danger), targets.dangers.index(NO_DANGER))
    danger = _padded(np.concatenate([targets.danger, harmless]), len(seen))
    before = torch.tensor(network.encode(seen, half=True))
    heads = Heads(before[: len(texts)].numpy(), targets)
    _fit(heads, before, leaf, danger)
    own = Heads(before[: len(texts)].numpy(), targets)
    own.load_state_dict(heads.state_dict())
    optimizer = optimizer_of(network.tunable, own, options.learning_rate)
    count = int(options.epochs * len(seen) / options.batch)
    steps, rows = Steps(optimizer, network.tunable, count, options.warm_up), batches(seen, options.batch, chance)
    for _ in range(count):
        chosen = next(rows)
        network.transformer.train()
        vectors, kept = network.vectors([augmented(seen[i], chance) for i in chosen]), before[chosen]
        leaves, dangers = own.leaf_scores(vectors), own.danger_scores(vectors)
        with torch.no_grad():
            leaves_before, dangers_before = heads.leaf_scores(kept), heads.danger_scores(kept)
        loss = of_labels(leaves, leaf[chosen]) + options.danger * of_labels(dangers, danger[chosen])
        moved = divergence(leaves, leaves_before) + divergence(dangers, dangers_before)
        steps.take(loss + options.before * moved + options.keep * (1 - (vectors * kept).sum(1)).mean())


def _fit(heads: Heads, vectors: Tensor, leaf: Tensor, danger: Tensor) -> None:
    """Fit heads to vectors that stay as they are."""
    optimizer = torch.optim.AdamW(heads.parameters(), lr=_HEADS_RATE, weight_decay=_HEADS_DECAY)
    labelled = torch.nonzero(danger != NO_LABEL)[:, 0]
    for _ in range(_HEADS_EPOCHS):
        order = labelled[torch.randperm(len(labelled))]
        for rows in order.split(_HEADS_BATCH):
            scores = heads.leaf_scores(vectors[rows]), heads.danger_scores(vectors[rows])
            loss = of_labels(scores[0], leaf[rows]) + of_labels(scores[1], danger[rows])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()


def _padded(numbers: np.ndarray, count: int) -> Tensor:
    return torch.tensor(np.concatenate([numbers, np.full(count - len(numbers), NO_LABEL)]))
