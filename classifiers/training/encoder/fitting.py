"""Fine-tunes a network on lessons, alone or after a teacher."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from classifiers import labels
from classifiers.gate import Margins
from classifiers.training.encoder.batches import Batch, Desk, Noise, in_order, tokenized
from classifiers.training.encoder.lessons import Lesson
from classifiers.training.encoder.network import Network
from classifiers.training.folds import Log

_REPORT_EVERY = 100
_MINED = -1

_IN_HARDWARE = ("avx512_bf16", "amx_bf16", "bf16")

_LENDING_TALK = frozenset({"complaint", "news_education", "service_notice", "other_ad"})


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything about a run that was chosen.

    An epoch is all authored lessons, the ``mined`` innocent real ones that the network took most for offers at the
    beginning, and ``real`` others. ``rate`` is the topmost layer's learning rate, ``fading``
    the factor from each layer to the one below it; ``frozen`` layers and the embeddings keep their pretrained weights.
    """

    epochs: int
    real: int
    rate: float
    frozen: int
    mined: int = 0
    fading: float = 0.93
    head_rate: float = 1e-3
    weight_decay: float = 0.1
    warm_up: float = 0.06
    smoothing: float = 0.05
    label_share: float = 0.5
    real_weight: float = 0.5
    noise: Noise = field(default_factory=Noise)
    seed: int = 20260101


def fine_tune(
    network: Network,
    lessons: Sequence[Lesson],
    tokenizer: Tokenizer,
    schedule: Schedule,
    log: Log,
    teacher: Network | None = None,
) -> None:
    """Train *network* in place; with a *teacher*, to make of every passage what the teacher makes of it."""
    torch.manual_seed(schedule.seed)
    desk = Desk(lessons, tokenizer, schedule.seed)
    pools = _Pools.of(lessons, mined(network, lessons, tokenizer, schedule.mined))
    targets = _Targets.of(lessons, schedule)
    optimizer = torch.optim.AdamW(_groups(network, schedule), betas=(0.9, 0.98))
    total, step, running = 0, 0, 0.0
    for epoch in range(schedule.epochs):
        batches = desk.epoch(pools.draw(desk, schedule.real), schedule.noise)
        total = total or len(batches) * schedule.epochs
        network.train()
        for batch in batches:
            _set_rate(optimizer, step, total, schedule.warm_up)
            loss = _step(network, batch, targets, teacher)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            step += 1
            running += (float(loss.detach()) - running) / min(step, _REPORT_EVERY)
            if step % _REPORT_EVERY == 0:
                log(f"epoch {epoch + 1} of {schedule.epochs}, step {step} of {total}, loss {running:.4f}")


def mined(network: Network, lessons: Sequence[Lesson], tokenizer: Tokenizer, count: int) -> NDArray[np.int64]:
    """Return the rows of the *count* innocent real lessons that *network* takes most for offers."""
    innocent = np.array([row for row, each in enumerate(lessons) if not each.authored and each.illegal is False])
    if not count or not innocent.size:
        return np.empty(0, dtype=np.int64)
    found = margins(network, [lessons[row].passages[:1] for row in innocent], tokenizer)
    return np.sort(innocent[np.argsort(-found.illegal, kind="stable")[:count]])


def half() -> torch.autocast:
    """Compute in sixteen bits where the processor can: there twice as fast; where it can't, twenty times as slow."""
    able = torch.cpu.get_capabilities()
    return torch.autocast("cpu", torch.bfloat16, enabled=any(able.get(name, False) for name in _IN_HARDWARE))


def margins(network: Network, passages: Sequence[Sequence[str]], tokenizer: Tokenizer) -> Margins:
    """Return what *network* makes of texts, each given by its passages: the margins of the most illegal one."""
    illegal = np.full(len(passages), -math.inf)
    by_label = np.zeros((len(passages), len(labels.KEYS)))
    network.eval()
    with torch.inference_mode(), half():
        for batch in in_order(tokenized(passages, tokenizer)):
            binary, shares = network(batch.tokens, batch.mask)
            for row, margin, label_margins in zip(batch.rows, binary.tolist(), shares.float().numpy(), strict=True):
                if margin > illegal[row]:
                    illegal[row], by_label[row] = margin, label_margins
    return Margins(illegal, by_label)


@dataclass(frozen=True, slots=True)
class _Pools:
    """Lessons by what they are good for: an epoch takes all authored and mined ones and a share of each other kind."""

    mined: NDArray[np.int64]
    authored: NDArray[np.int64]
    illegal: NDArray[np.int64]
    lending: NDArray[np.int64]
    everyday: NDArray[np.int64]

    @classmethod
    def of(cls, lessons: Sequence[Lesson], mined: NDArray[np.int64]) -> "_Pools":
        kinds = np.array([_kind(lesson) for lesson in lessons])
        kinds[mined] = _MINED
        return cls(mined, *(np.flatnonzero(kinds == kind) for kind in range(4)))

    def draw(self, desk: Desk, real: int) -> NDArray[np.int64]:
        illegal = desk.choose(self.illegal, real // 8)
        lending = desk.choose(self.lending, real // 3)
        everyday = desk.choose(self.everyday, real - illegal.size - lending.size)
        return np.concatenate((self.authored, self.mined, illegal, lending, everyday))


def _kind(lesson: Lesson) -> int:
    if lesson.authored:
        return 0
    if lesson.illegal:
        return 1
    return 2 if labels.KEYS[lesson.label] in _LENDING_TALK else 3


@dataclass(frozen=True, slots=True)
class _Targets:
    """What each lesson is to give, and how much it counts."""

    illegal: Tensor
    known: Tensor
    label: Tensor
    weight: Tensor
    label_weights: Tensor
    schedule: Schedule

    @classmethod
    def of(cls, lessons: Sequence[Lesson], schedule: Schedule) -> "_Targets":
        counts = np.bincount([each.label for each in lessons if each.authored], minlength=len(labels.KEYS))
        rare = np.clip(np.sqrt(counts.mean() / np.maximum(counts, 1)), 0.5, 3.0)
        edge = schedule.smoothing / 2
        return cls(
            torch.tensor([1.0 - edge if each.illegal else edge for each in lessons]),
            torch.tensor([float(each.illegal is not None) for each in lessons]),
            torch.tensor([each.label for each in lessons]),
            torch.tensor([1.0 if each.authored else schedule.real_weight for each in lessons]),
            torch.tensor(rare, dtype=torch.float32),
            schedule,
        )

    def loss(self, rows: Tensor, illegal: Tensor, by_label: Tensor) -> Tensor:
        weight = self.weight[rows]
        binary = functional.binary_cross_entropy_with_logits(illegal, self.illegal[rows], reduction="none")
        label = functional.cross_entropy(
            by_label, self.label[rows], self.label_weights, reduction="none", label_smoothing=self.schedule.smoothing
        )
        return (binary * self.known[rows] * weight + self.schedule.label_share * label * weight).mean()


_SOFTNESS = 2.0
_OWN_SHARE, _STATE_SHARE = 0.3, 1.0


def _step(network: Network, batch: Batch, targets: _Targets, teacher: Network | None) -> Tensor:
    rows = torch.from_numpy(batch.rows)
    with half():
        states = network.states(batch.tokens, batch.mask)
        illegal, by_label = network.heads(states, batch.mask)
    own = targets.loss(rows, illegal.float(), by_label.float())
    if teacher is None:
        return own
    with torch.inference_mode(), half():
        shown = teacher.states(batch.tokens, batch.mask)
        taught, taught_labels = teacher.heads(shown, batch.mask)
    return _OWN_SHARE * own + _imitation(
        (states.float(), illegal.float(), by_label.float()),
        (shown.float().clone(), taught.float().clone(), taught_labels.float().clone()),
        batch.mask,
    )


def _imitation(own: tuple[Tensor, Tensor, Tensor], teacher: tuple[Tensor, Tensor, Tensor], mask: Tensor) -> Tensor:
    """How far the network is from its teacher: in both heads, softened, and in what it thinks of every token."""
    states, illegal, by_label = own
    shown, taught, taught_labels = teacher
    binary = functional.binary_cross_entropy_with_logits(illegal / _SOFTNESS, torch.sigmoid(taught / _SOFTNESS))
    label = functional.kl_div(
        functional.log_softmax(by_label / _SOFTNESS, dim=1),
        functional.softmax(taught_labels / _SOFTNESS, dim=1),
        reduction="batchmean",
    )
    weights = mask.unsqueeze(-1).float()
    apart = ((states - shown) ** 2 * weights).sum() / (weights.sum() * states.shape[-1] * shown.var())
    return _SOFTNESS**2 * (binary + 0.5 * label) + _STATE_SHARE * apart


def _groups(network: Network, schedule: Schedule) -> list[dict[str, object]]:
    depth = network.depth
    groups: list[dict[str, object]] = []
    for name, parameter in network.named_parameters():
        layer = network.layer_of(name)
        if layer is not None and layer < schedule.frozen:
            parameter.requires_grad_(False)
            continue
        rate = schedule.head_rate if layer is None else schedule.rate * schedule.fading ** (depth - layer)
        plain = name.endswith("bias") or "LayerNorm" in name
        groups.append(
            {"params": [parameter], "lr": rate, "full": rate, "weight_decay": 0.0 if plain else schedule.weight_decay}
        )
    return groups


def _set_rate(optimizer: torch.optim.Optimizer, step: int, total: int, warm_up: float) -> None:
    factor = min((step + 1) / (warm_up * total), 1.0) * max(1.0 - step / total, 0.02)
    for group in optimizer.param_groups:
        group["lr"] = group["full"] * factor
