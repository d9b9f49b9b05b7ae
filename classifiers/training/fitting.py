"""Fits the gate's two heads and cuts their weights down to bytes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.svm import LinearSVC

from classifiers import labels
from classifiers.gate import Heads
from classifiers.training import matrices
from classifiers.training.matrices import NGrams
from classifiers.training.samples import Sample

BITS, LABEL_BITS = 20, 18
_SEED = 20260101
_IDF_STEPS = 255


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything about a fit that was chosen, on held-out authors (see the model card)."""

    cost: float = 4.0
    real_weight: float = 0.3
    window_weight: float = 0.5
    label_cost: float = 4.0
    label_real_share: float = 0.25
    rarest: int = 2


@dataclass(frozen=True, slots=True)
class Idf:
    """Inverse document frequencies in 255 steps."""

    steps: NDArray[np.uint8]
    scale: float

    def values(self) -> NDArray[np.float32]:
        """Return the frequencies as the gate uses them."""
        return self.steps.astype(np.float32) * np.float32(self.scale)


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted gate before calibration."""

    idf: Idf
    heads: Heads


def fit(ngrams: NGrams, samples: Sequence[Sample], chosen: NDArray[np.int64], recipe: Recipe) -> Fit:
    """Fit both heads on the *chosen* ones of *samples*, whose n-grams are *ngrams*."""
    idf = _idf(ngrams.whole[chosen], recipe.rarest)
    rows = matrices.weighted(ngrams.whole[chosen], idf.values())
    windows = np.flatnonzero(ngrams.telling & np.isin(ngrams.owners, chosen))
    inner = matrices.weighted(ngrams.windows[windows], idf.values())
    taught = [samples[index] for index in chosen]
    owners = [samples[index] for index in ngrams.owners[windows]]
    illegal, bias = _illegal_head(vstack([rows, inner], format="csr"), taught, owners, recipe)
    weights, biases = _label_head(rows, taught, recipe)
    scale, scales = _scale(illegal), np.array([_scale(column) for column in weights])
    heads = Heads(_bytes(illegal, scale), scale, bias, _bytes(weights.T, scales), scales, biases)
    return Fit(idf, heads)


def _idf(present: csr_matrix, rarest: int) -> Idf:
    frequency = np.bincount(present.indices, minlength=present.shape[1])
    idf = np.log((1 + present.shape[0]) / (1 + frequency)) + 1
    idf[frequency < rarest] = 0.0
    scale = float(idf.max()) / _IDF_STEPS
    return Idf(np.rint(idf / scale).astype(np.uint8), scale)


def _illegal_head(
    rows: csr_matrix, taught: Sequence[Sample], owners: Sequence[Sample], recipe: Recipe
) -> tuple[NDArray[np.float64], float]:
    samples = [*taught, *owners]
    known = np.flatnonzero([sample.illegal is not None for sample in samples])
    target = np.array([samples[index].illegal for index in known], dtype=np.int64)
    weight = np.array([1.0 if sample.authored else recipe.real_weight for sample in samples])
    weight[len(taught) :] *= recipe.window_weight
    model = LinearSVC(C=recipe.cost, tol=1e-2, max_iter=500, random_state=_SEED)
    model.fit(rows[known], target, sample_weight=weight[known])
    return model.coef_[0], float(model.intercept_[0])


def _label_head(
    rows: csr_matrix, samples: Sequence[Sample], recipe: Recipe
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit one against the rest for every label, on all authored texts and a share of the real ones.

    Labels nobody in *samples* has keep zero weights and a bias that says so.
    """
    chosen = _label_rows(samples, recipe.label_real_share)
    target = np.array([samples[index].label for index in chosen])
    weight = _label_weights(target)
    narrow = matrices.folded(rows[chosen], LABEL_BITS)
    weights, biases = np.zeros((len(labels.KEYS), 1 << LABEL_BITS)), np.full(len(labels.KEYS), -3.0)
    for row, key in enumerate(labels.KEYS):
        if 0 < (target == key).sum() < target.size:
            model = LinearSVC(C=recipe.label_cost, tol=1e-2, max_iter=500, random_state=_SEED)
            model.fit(narrow, target == key, sample_weight=weight)
            weights[row], biases[row] = model.coef_[0], float(model.intercept_[0])
    return weights, biases


def _label_rows(samples: Sequence[Sample], share: float) -> NDArray[np.int64]:
    generator = np.random.default_rng(_SEED)
    drawn = generator.random(len(samples)) < share
    kept = [
        sample.authored or sample.illegal or sample.label in {"service_notice", "complaint", "other_ad"} or draw
        for sample, draw in zip(samples, drawn, strict=True)
    ]
    return np.flatnonzero(kept)


def _label_weights(target: NDArray[np.str_]) -> NDArray[np.float64]:
    """Weigh a label's texts by the fourth root of its rarity: full balance makes rare labels loud."""
    _, inverse, counts = np.unique(target, return_inverse=True, return_counts=True)
    rarity = (counts.mean() / counts) ** 0.25
    return np.asarray(rarity[inverse], dtype=np.float64)


def _scale(weights: NDArray[np.float64]) -> float:
    return max(float(np.abs(weights).max()) / 127.0, 1e-9)


def _bytes(weights: NDArray[np.float64], scale: float | NDArray[np.float64]) -> NDArray[np.int8]:
    return np.rint(weights / scale).astype(np.int8)
