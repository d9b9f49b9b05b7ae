"""From a trained network to the file that is served: ONNX, in whole numbers."""

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from classifiers.training.encoder.network import Network

_OPSET = 17


def to_onnx(network: Network, path: Path) -> None:
    """Write *network* to *path*: inputs ``tokens`` and ``mask``, outputs ``illegal``, ``labels`` and ``parts``."""
    network.eval()
    example = (torch.ones(2, 8, dtype=torch.int64), torch.ones(2, 8, dtype=torch.int64))
    sides = {0: "texts", 1: "length"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Plain(network),
            example,
            str(path),
            input_names=["tokens", "mask"],
            output_names=["illegal", "labels", "parts"],
            dynamic_axes={
                "tokens": sides,
                "mask": sides,
                "illegal": {0: "texts"},
                "labels": {0: "texts"},
                "parts": sides,
            },
            opset_version=_OPSET,
            dynamo=False,
        )


class _Plain(nn.Module):  # type: ignore[misc]
    """The same network with attention written out in operations that quantise well."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        network.encoder.config._attn_implementation = "eager"
        self.network = network

    def forward(self, tokens: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        return self.network.explained(tokens, mask)


def quantized(network: Network, path: Path) -> None:
    """Write *network* to *path* with activations in eight bits and weights in seven, a scale a channel."""
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        to_onnx(network, plain)
        quantize_dynamic(
            plain,
            path,
            per_channel=True,
            # Seven bits: with eight, sums overflow on processors without VNNI, and verdicts would hang on the machine.
            reduce_range=True,
            weight_type=QuantType.QInt8,
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
