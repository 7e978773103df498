"""Reads the weights of the kept encoder back from its int8 ONNX file, so that tuning can go on from them.

Each weight comes back to within half a step of its eight bits, which is what the product reads too.
"""

from collections.abc import Iterator

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from helpline.text.encoder_files import MODEL, encoder_file
from tuning.network import SentenceNetwork
from tuning.weights import untuned_student

_EMBEDDINGS = ("word_embeddings", "position_embeddings", "token_type_embeddings")
# A layer's products beside those of attention, in the order in which they are computed.
_PRODUCTS = ("attention.output.dense", "intermediate.dense", "output.dense")
_ATTENTION = ("query", "key", "value")
# The exported network's own part of names.
_PREFIX = "_bert."


def kept_student(tuned_layers: int) -> SentenceNetwork:
    """Return the encoder that the product uses, as it is kept.

    Args:
        tuned_layers: How many of its six layers, counted from above, may change.
    """
    network = untuned_student(tuned_layers)
    model = onnx.load(str(encoder_file(MODEL)))
    stored = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    weights = network.transformer.state_dict()
    found = dict(_weights(model, stored))
    missing = set(weights) ^ set(found)
    if missing:
        raise SystemExit(f"{MODEL} was not written by tuning/export.py of this version: {', '.join(sorted(missing))}.")
    network.transformer.load_state_dict({name: torch.tensor(array) for name, array in found.items()})
    return network


def _weights(model: onnx.ModelProto, stored: dict[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the network's weights by PyTorch's names."""
    for name, array in stored.items():
        if name.startswith(_PREFIX) and array.dtype == np.float32 and array.ndim == 1:
            yield name.removeprefix(_PREFIX), array
    for table in _EMBEDDINGS:
        yield f"embeddings.{table}.weight", _whole(stored, f"{_PREFIX}embeddings.{table}.weight")
    attention = [node.input[1] for node in model.graph.node if node.op_type == "QAttention"]
    products = [node.input[1] for node in model.graph.node if node.op_type == "MatMulInteger"]
    for layer, table in enumerate(attention):
        own = f"encoder.layer.{layer}"
        name = table.removesuffix("_weight_quantized")
        parts = np.split(_whole(stored, f"{name}_weight"), 3, axis=1)
        biases = np.split(stored[f"{name}_bias"], 3)
        for each, weight, bias in zip(_ATTENTION, parts, biases, strict=True):
            yield f"{own}.attention.self.{each}.weight", weight.T
            yield f"{own}.attention.self.{each}.bias", bias
        for each, product in zip(_PRODUCTS, products[3 * layer : 3 * layer + 3], strict=True):
            yield f"{own}.{each}.weight", _whole(stored, product.removesuffix("_quantized")).T


def _whole(stored: dict[str, np.ndarray], name: str) -> np.ndarray:
    """Return a table that is kept in eight bits, as it is meant."""
    steps = stored[f"{name}_quantized"].astype(np.float32) - stored[f"{name}_zero_point"].astype(np.float32)
    table: np.ndarray = np.ascontiguousarray(steps * stored[f"{name}_scale"])
    return table
