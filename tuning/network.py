"""Encoders as PyTorch networks: full weights, mean pooling, rows of length one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

MAX_TOKENS = 96
# With AVX-512 products in half precision are more than twice as quick; without it they are twenty times as slow.
_HALF_IS_QUICK = torch.backends.cpu.get_cpu_capability().startswith("AVX512")


class SentenceNetwork:
    """Encodes texts with a pre-trained transformer, of which the upper layers can be tuned.

    Args:
        transformer: The transformer, without a pooling layer.
        folder: Where its ``tokenizer.json`` stands.
        tuned_layers: How many of its layers, counted from above, may change.

    Attributes:
        dimensions: How many numbers a row has.
        tokenizer_json: What stands in the tokenizer's file.
        tunable: The weights that may change.
    """

    def __init__(self, transformer: Any, folder: Path, tuned_layers: int) -> None:
        self.transformer = transformer
        self.tokenizer_json = (folder / "tokenizer.json").read_text(encoding="utf-8")
        self._tokenizer = Tokenizer.from_str(self.tokenizer_json)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        layers: int = transformer.config.num_hidden_layers
        self.dimensions: int = transformer.config.hidden_size
        tuned = tuple(f"encoder.layer.{layer}." for layer in range(layers - tuned_layers, layers))
        for name, weights in transformer.named_parameters():
            weights.requires_grad = name.startswith(tuned)
        self.tunable = [weights for weights in transformer.parameters() if weights.requires_grad]

    def vectors(self, texts: Sequence[str], *, half: bool = True) -> Tensor:
        """Return one row of numbers a text, of length one, which gradients flow through.

        Args:
            texts: The texts, at least one.
            half: Whether products are computed in half precision where the processor is quick at it.
        """
        pieces = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        shape = len(pieces), max(map(len, pieces))
        ids = torch.full(shape, self.transformer.config.pad_token_id, dtype=torch.long)
        mask = torch.zeros(shape, dtype=torch.long)
        for row, each in enumerate(pieces):
            ids[row, : len(each)] = torch.tensor(each)
            mask[row, : len(each)] = 1
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half and _HALF_IS_QUICK):
            states = self.transformer(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask[:, :, None].float()
        return functional.normalize((states.float() * weights).sum(1) / weights.sum(1), dim=1)

    def encode(self, texts: Sequence[str], *, half: bool = False, batch: int = 64) -> np.ndarray:
        """Return the rows of many texts, in the order given, without gradients."""
        self.transformer.eval()
        result = np.zeros((len(texts), self.dimensions), np.float32)
        order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), texts[i]))
        with torch.no_grad():
            for start in range(0, len(order), batch):
                chosen = order[start : start + batch]
                result[chosen] = self.vectors([texts[i] for i in chosen], half=half).numpy()
        return result
