"""Learns, on texts that neither model has read, how to join them, where to block and what to send to the encoder."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from classifiers import labels
from classifiers.calibration import softmax
from classifiers.gate import Margins, Opinion
from classifiers.second import Band
from classifiers.stacking import Stack, features
from classifiers.training.measures import Judged
from classifiers.training.samples import Sample

_LOST = 0.001
"""The share of illegal texts that the band may lose at its lower end."""

_FLOOR = 1e-12


def fit_stack(opinions: Sequence[Opinion], encoder: Margins, samples: Sequence[Sample]) -> Stack:
    """Return the stack that fits *samples* best, given both models' views of them."""
    known = np.array([sample.illegal is not None for sample in samples])
    target = np.array([bool(sample.illegal) for sample in samples])
    rows = features(opinions, encoder.illegal, encoder.labels)
    model = LogisticRegression(C=1e4, max_iter=1000).fit(rows[known], target[known])
    gate, own = _label_scales(opinions, encoder.labels, samples)
    return Stack(float(model.intercept_[0]), model.coef_[0].astype(np.float64), gate, own)


def _label_scales(
    opinions: Sequence[Opinion], by_label: NDArray[np.float64], samples: Sequence[Sample]
) -> tuple[float, float]:
    number = {key: index for index, key in enumerate(labels.KEYS)}
    authored = np.array([sample.authored for sample in samples])
    target = np.array([number[sample.label] for sample in samples])[authored]
    gate = np.log(np.stack([opinion.labels for opinion in opinions]) + _FLOOR)[authored]
    own = by_label[authored]

    def loss(scales: NDArray[np.float64]) -> float:
        shares = softmax(scales[0] * gate + scales[1] * own)
        return float(-np.log(shares[np.arange(target.size), target] + _FLOOR).mean())

    found = minimize(loss, np.array([0.5, 0.5]), method="Nelder-Mead")
    return float(found.x[0]), float(found.x[1])


@dataclass(frozen=True, slots=True)
class _Ends:
    gate: NDArray[np.float64]
    blocked: NDArray[np.bool_]
    suspected: NDArray[np.bool_]
    illegal: NDArray[np.bool_]
    innocent: NDArray[np.bool_]


def fit_band(gate: Judged, joined: Judged, block: float, review_from: float) -> Band:
    """Return the narrowest band outside of which the gate may decide alone.

    Below it hardly an illegal text is lost that both models together would show to a person (from *review_from*);
    above it, where the gate blocks by itself (from *block*), no innocent one is blocked that they would spare.
    """
    hard = gate.authored & (gate.illegal == 0)
    ends = _Ends(gate.score, joined.score >= block, joined.score >= review_from, gate.illegal == 1, hard)
    candidates = np.unique(np.round(ends.gate, 4))
    below = (float(score) for score in candidates if score <= block)
    low = max((score for score in below if _lost(ends, score) <= _LOST), default=0.0)
    above = (float(score) for score in candidates if score > max(low, block))
    high = min((score for score in above if not _unspared(ends, score)), default=1.1)
    return Band(low, high)


def _lost(ends: _Ends, low: float) -> float:
    return float((ends.illegal & ends.suspected & (ends.gate < low)).sum() / max(ends.illegal.sum(), 1))


def _unspared(ends: _Ends, high: float) -> bool:
    return bool((ends.innocent & ~ends.blocked & (ends.gate >= high)).any())
