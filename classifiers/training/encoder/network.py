"""The network: the pretrained transformer's layers, mean pooling, and two heads."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from classifiers import labels
from classifiers.training.encoder.pieces import PAD
from classifiers.training.encoder.pretrained import Floats, Pretrained, Sizes

_NAMES: Mapping[str, str] = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_KINDS: Mapping[str, str] = {"w": "weight", "b": "bias"}


class Network(nn.Module):  # type: ignore[misc]
    """Reads token numbers, gives two kinds of margins: illegal or benign, and one for each label."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(0.1)
        self.illegal = nn.Linear(config.hidden_size, 1)
        self.labels = nn.Linear(config.hidden_size, len(labels.KEYS))

    @property
    def depth(self) -> int:
        """The number of layers."""
        return int(self.encoder.config.num_hidden_layers)

    def states(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return the last layer's state for every token."""
        states: Tensor = self.encoder(input_ids=tokens, attention_mask=mask).last_hidden_state
        return states

    def heads(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return the binary margins (one a text) and the label margins (one a text and label), of the mean state."""
        weights = mask.unsqueeze(-1).to(states.dtype)
        mean = self.dropout((states * weights).sum(dim=1) / weights.sum(dim=1))
        return self.illegal(mean).squeeze(-1), self.labels(mean)

    def forward(self, tokens: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return both kinds of margins."""
        return self.heads(self.states(tokens, mask), mask)

    def explained(self, tokens: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return both kinds of margins, and what each token adds to the binary one."""
        states = self.states(tokens, mask)
        illegal, by_label = self.heads(states, mask)
        weights = mask.to(states.dtype)
        # Written as a product, for a matrix of one column has no scale a channel when it is quantised.
        parts = (states * self.illegal.weight[0]).sum(dim=2) * weights / weights.sum(dim=1, keepdim=True)
        return illegal, by_label, parts

    def layer_of(self, name: str) -> int | None:
        """Return the layer that the parameter *name* belongs to: -1 for the embeddings, ``None`` for the heads."""
        if name.startswith("encoder.embeddings."):
            return -1
        return int(name.split(".")[3]) if name.startswith("encoder.encoder.layer.") else None


def start(pretrained: Pretrained, origins: Sequence[Sequence[int]], layers: Sequence[int]) -> Network:
    """Return a network of the chosen *layers*, its embeddings cut down to *origins*; the heads are new."""
    network = Network(config(pretrained.sizes, len(origins), len(layers)))
    word = pretrained.tensors["emb.word"]
    state = {
        "embeddings.word_embeddings.weight": np.stack([word[list(origin)].mean(axis=0) for origin in origins]),
        "embeddings.position_embeddings.weight": pretrained.tensors["emb.pos"],
        "embeddings.token_type_embeddings.weight": pretrained.tensors["emb.type"][:1],
        "embeddings.LayerNorm.weight": pretrained.tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": pretrained.tensors["emb.ln.b"],
    }
    for place, layer in enumerate(layers):
        state.update(_layer(pretrained.tensors, layer, place))
    network.encoder.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in state.items()})
    return network


def _layer(tensors: Mapping[str, Floats], layer: int, place: int) -> dict[str, Floats]:
    return {
        f"encoder.layer.{place}.{name}.{kind}": tensors[f"l{layer}.{short}.{letter}"]
        for short, name in _NAMES.items()
        for letter, kind in _KINDS.items()
    }


def config(sizes: Sizes, vocabulary: int, layers: int) -> BertConfig:
    """Return what ``Network`` needs to know for *layers* layers of the given sizes over *vocabulary* tokens."""
    return BertConfig(
        vocab_size=vocabulary,
        hidden_size=sizes.hidden,
        num_hidden_layers=layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.feed_forward,
        max_position_embeddings=sizes.positions,
        type_vocab_size=1,
        layer_norm_eps=sizes.epsilon,
        pad_token_id=PAD,
        hidden_dropout_prob=0.1,
        attention_probs_dropout_prob=0.0,
    )


def student(teacher: Network, layers: Sequence[int]) -> Network:
    """Return a network that starts from the chosen *layers* of *teacher*, and its embeddings and heads."""
    config = BertConfig.from_dict(teacher.encoder.config.to_dict() | {"num_hidden_layers": len(layers)})
    network = Network(config)
    kept = {f"encoder.encoder.layer.{layer}.": f"encoder.encoder.layer.{place}." for place, layer in enumerate(layers)}
    state = {}
    for name, value in teacher.state_dict().items():
        prefix = next((old for old in kept if name.startswith(old)), None)
        if prefix is not None:
            state[kept[prefix] + name.removeprefix(prefix)] = value
        elif teacher.layer_of(name) in (None, -1):
            state[name] = value
    network.load_state_dict(state)
    return network
