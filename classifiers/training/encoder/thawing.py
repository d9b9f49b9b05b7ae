"""From the file that is served back to a network that can be trained on."""

from collections.abc import Iterator, Mapping

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from transformers import BertConfig

from classifiers.training.encoder.network import Network, config
from classifiers.training.encoder.pretrained import Floats, Sizes

_FRAME = "network."
_PRODUCT = "/MatMul_quant"
_HEAD_WEIGHT = "weight_Transposed"
_HEADS, _EPSILON = 12, 1e-12
"""Of multilingual-e5-small; the file doesn't tell."""


def thawed(model: bytes, heads: int = _HEADS) -> Network:
    """Return the network in *model*, made by ``export.quantized``; its weights have lost what that file leaves out.

    Raises:
        KeyError: it is another kind of model.
    """
    graph = onnx.load_from_string(model).graph
    stored = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    state = dict(_weights(graph, stored))
    network = Network(_config(state, heads))
    network.load_state_dict({name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in state.items()})
    return network


def _weights(graph: onnx.GraphProto, stored: Mapping[str, NDArray[np.generic]]) -> Iterator[tuple[str, Floats]]:
    for name, value in stored.items():
        bare = name.removeprefix(_FRAME)
        if bare != name and value.dtype == np.float32 and not name.endswith("_scale"):
            yield bare, value.astype(np.float32)
        elif bare.endswith(f"{_HEAD_WEIGHT}_quantized"):
            yield bare.removesuffix("_Transposed_quantized"), _whole(stored, name).T
        elif bare != name and bare.endswith("_quantized"):
            yield bare.removesuffix("_quantized"), _whole(stored, name)
    for node in graph.node:
        if node.op_type == "MatMulInteger" and node.name.endswith(_PRODUCT):
            module = node.name.removesuffix(_PRODUCT).removeprefix("/").replace("/", ".")
            yield f"{module}.weight", _whole(stored, node.input[1]).T


def _whole(stored: Mapping[str, NDArray[np.generic]], name: str) -> Floats:
    """Undo the quantisation of the tensor *name*: one scale for all of it, or one a column."""
    stem = name.removesuffix("_quantized")
    numbers = stored[name].astype(np.float32) - stored[f"{stem}_zero_point"].astype(np.float32)
    whole: Floats = (numbers * stored[f"{stem}_scale"].astype(np.float32)).astype(np.float32)
    return whole


def _config(state: Mapping[str, Floats], heads: int) -> BertConfig:
    vocabulary, hidden = state["encoder.embeddings.word_embeddings.weight"].shape
    feed_forward = state["encoder.encoder.layer.0.intermediate.dense.weight"].shape[0]
    positions = state["encoder.embeddings.position_embeddings.weight"].shape[0]
    layers = sum(name.endswith("attention.self.query.weight") for name in state)
    sizes = Sizes(hidden, layers, heads, feed_forward, vocabulary, positions, _EPSILON)
    return config(sizes, vocabulary, layers)
