"""What stands on a network while it is tuned: a direction for each leaf intent, and a classifier of danger."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from helpline.nlu.intents import danger_label

# The number of what has no label.
NO_LABEL = -1
# What cosines to the directions, and vectors for the classifier of danger, are multiplied with.
SCALE = 20.0
DANGER_SCALE = 10.0


@dataclass(frozen=True)
class Targets:
    """What the labels of messages are to the heads.

    Attributes:
        leaves: The leaf intents, sorted.
        leaf: The number of each message's leaf intent.
        dangers: The labels of danger, sorted.
        danger: The number of each message's label of danger.
    """

    leaves: list[str]
    leaf: np.ndarray
    dangers: list[str]
    danger: np.ndarray

    @classmethod
    def of(cls, labels: Sequence[str]) -> "Targets":
        """Return the targets of the leaf intents of messages."""
        leaves, leaf = np.unique(labels, return_inverse=True)
        dangers, danger = np.unique([danger_label(label) for label in labels], return_inverse=True)
        return cls(leaves.tolist(), leaf, dangers.tolist(), danger)


class Heads(torch.nn.Module):
    """Scores leaf intents by cosines to directions, and dangers by a linear classifier.

    Args:
        vectors: The untuned vectors of messages: a leaf intent's direction begins as the mean of its messages'.
        targets: What their labels are.
    """

    def __init__(self, vectors: np.ndarray, targets: Targets) -> None:
        super().__init__()
        means = np.stack([vectors[targets.leaf == number].mean(axis=0) for number in range(len(targets.leaves))])
        self.directions = torch.nn.Parameter(functional.normalize(torch.tensor(means), dim=1))
        self.danger = torch.nn.Linear(vectors.shape[1], len(targets.dangers))

    def leaf_scores(self, vectors: Tensor) -> Tensor:
        """Return a row of scores of the leaf intents for each vector."""
        return SCALE * (vectors @ functional.normalize(self.directions, dim=1).T)

    def danger_scores(self, vectors: Tensor) -> Tensor:
        """Return a row of scores of the labels of danger for each vector."""
        scores: Tensor = self.danger(DANGER_SCALE * vectors)
        return scores


def optimizer_of(network_weights: Sequence[Tensor], heads: Heads, rate: float) -> torch.optim.Optimizer:
    """Return the optimizer of a network and its heads; the heads learn much faster."""
    heads_rate = 5e-3
    return torch.optim.AdamW(
        [
            {"params": network_weights, "lr": rate, "weight_decay": 0.01},
            {"params": [heads.directions], "lr": heads_rate, "weight_decay": 0.0},
            {"params": heads.danger.parameters(), "lr": heads_rate, "weight_decay": 1e-3},
        ]
    )


def divergence(scores: Tensor, taught: Tensor) -> Tensor:
    """Return how far the probabilities of scores are from those of other scores, such as a teacher's."""
    own, other = functional.log_softmax(scores, 1), functional.log_softmax(taught, 1)
    return functional.kl_div(own, other, log_target=True, reduction="batchmean")


def of_labels(scores: Tensor, numbers: Tensor) -> Tensor:
    """Return the cross entropy over what has a label; nothing where none has."""
    if not (numbers != NO_LABEL).any():
        return scores.sum() * 0.0
    return functional.cross_entropy(scores, numbers, ignore_index=NO_LABEL)
