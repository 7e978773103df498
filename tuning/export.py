"""Writes the network as the product reads it: int8 ONNX, with the tokenizer beside it."""

import json
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions

from tuning.network import SentenceNetwork

OPSET = 14
_HEADS = 12


class _States(torch.nn.Module):
    """The network's states alone, with inputs by the names that the product gives."""

    def __init__(self, bert: torch.nn.Module) -> None:
        super().__init__()
        self._bert = bert

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Return a row of states for each word piece."""
        states: torch.Tensor = self._bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        return states


def export(network: SentenceNetwork, folder: Path) -> None:
    """Write ``model.onnx`` and ``tokenizer.json`` to a folder.

    Args:
        network: The network, as it is to be used.
        folder: Where to; it is made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    network.transformer.eval()
    network.transformer.set_attn_implementation("eager")
    sample = torch.ones((2, 8), dtype=torch.long)
    axes = {0: "batch", 1: "pieces"}
    with tempfile.TemporaryDirectory() as directory:
        plain, fused = Path(directory) / "plain.onnx", Path(directory) / "fused.onnx"
        torch.onnx.export(
            _States(network.transformer),
            (sample, sample, torch.zeros_like(sample)),
            str(plain),
            input_names=["input_ids", "attention_mask", "token_type_ids"],
            output_names=["last_hidden_state"],
            dynamic_axes=dict.fromkeys(("input_ids", "attention_mask", "token_type_ids", "last_hidden_state"), axes),
            opset_version=OPSET,
            dynamo=False,
        )
        options = FusionOptions("bert")
        options.enable_embed_layer_norm = False
        optimized = optimizer.optimize_model(
            str(plain), "bert", num_heads=_HEADS, hidden_size=network.dimensions, optimization_options=options
        )
        optimized.save_model_to_file(str(fused))
        quantize_dynamic(
            str(fused),
            str(folder / "model.onnx"),
            per_channel=True,
            weight_type=QuantType.QInt8,
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
    kept = json.loads(network.tokenizer_json)
    kept["truncation"] = kept["padding"] = None
    (folder / "tokenizer.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
