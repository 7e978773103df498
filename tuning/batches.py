"""Batches of messages of like length, and how the steps of a tuning go."""

import random
import time
from collections.abc import Iterator, Sequence

import torch

# Messages are put into batches of like length: so many batches are cut from one sorted heap.
_BATCHES_OF_A_HEAP = 20
_SAID_EVERY = 100


def batches(texts: Sequence[str], size: int, chance: random.Random) -> Iterator[list[int]]:
    """Yield rows for ever, each epoch in another order; the few left over at an epoch's end wait for the next."""
    while True:
        order = list(range(len(texts)))
        chance.shuffle(order)
        heap = size * _BATCHES_OF_A_HEAP
        for start in range(0, len(order), heap):
            rows = sorted(order[start : start + heap], key=lambda i: len(texts[i]))
            cut = [rows[first : first + size] for first in range(0, len(rows) - size + 1, size)]
            chance.shuffle(cut)
            yield from cut


class Steps:
    """Takes the steps of an optimizer: learning rates rise at first and fall to nothing, gradients are clipped.

    Args:
        optimizer: The optimizer.
        clipped: The weights whose gradients are clipped together.
        count: How many steps there are.
        warm_up: Part of them over which the rates rise.
    """

    def __init__(
        self, optimizer: torch.optim.Optimizer, clipped: Sequence[torch.Tensor], count: int, warm_up: float
    ) -> None:
        self._optimizer, self._clipped, self._count = optimizer, clipped, count
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min(1.0, (step + 1) / (warm_up * count)) * (1 - step / count)
        )
        self._started, self._recent = time.monotonic(), 0.0
        self._taken = 0

    def take(self, loss: torch.Tensor) -> None:
        """Take a step against a loss, and say now and then how far it is."""
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._clipped, 1.0)
        self._optimizer.step()
        self._schedule.step()
        self._recent += loss.item()
        self._taken += 1
        if self._taken % _SAID_EVERY == 0:
            seconds = time.monotonic() - self._started
            print(
                f"step {self._taken} of {self._count}, loss {self._recent / _SAID_EVERY:.3f}, {seconds:.0f} s",
                flush=True,
            )
            self._recent = 0.0
