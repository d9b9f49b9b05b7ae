"""Fits the curve from margins to probabilities, and the sharpness of the label head, on out-of-fold margins."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

from classifiers import labels
from classifiers.calibration import Calibration, softmax
from classifiers.gate import Heads, Margins, joint_margins
from classifiers.training.samples import Sample

LOUDNESS = 5.4
"""Turns the binary head's margins into log-odds, so that they can be added to the label head's."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A curve for the joint margins, and the factors by which both heads' margins are multiplied before that."""

    curve: Calibration
    sharpness: float
    loudness: float = LOUDNESS

    def margins(self, raw: Margins) -> Margins:
        """Return *raw* margins as the shipped gate gives them."""
        return Margins(raw.illegal * self.loudness, raw.labels * self.sharpness)

    def heads(self, raw: Heads) -> Heads:
        """Return *raw* heads as they ship, the factors in their scales."""
        return Heads(
            raw.illegal,
            raw.illegal_scale * self.loudness,
            raw.illegal_bias * self.loudness,
            raw.labels,
            raw.label_scales * self.sharpness,
            raw.label_biases * self.sharpness,
        )


def calibrate(margins: Margins, samples: Sequence[Sample]) -> Calibrated:
    """Fit both on *margins*, which come from gates that did not see the samples."""
    seen = ~np.isnan(margins.illegal)
    known = seen & np.array([sample.illegal is not None for sample in samples])
    target = np.array([bool(sample.illegal) for sample in samples])[known].astype(np.float64)
    sharpness = _sharpness(margins.labels[seen], samples, seen)
    shares = softmax(margins.labels[known] * sharpness)
    return Calibrated(_curve(joint_margins(margins.illegal[known] * LOUDNESS, shares), target), sharpness)


def _curve(margins: NDArray[np.float64], target: NDArray[np.float64]) -> Calibration:
    """Fit Platt's two parameters; they are enough, see the reliability table in docs/gate.md."""
    model = LogisticRegression(C=1e6).fit(margins[:, None], target)
    ends = np.array([-20.0, 20.0])
    return Calibration(ends, ends * float(model.coef_[0, 0]) + float(model.intercept_[0]))


def _sharpness(margins: NDArray[np.float64], samples: Sequence[Sample], seen: NDArray[np.bool_]) -> float:
    number = {key: index for index, key in enumerate(labels.KEYS)}
    judged = [sample for sample, was in zip(samples, seen, strict=True) if was]
    authored = np.array([sample.authored for sample in judged])
    target = np.array([number[sample.label] for sample in judged])[authored]
    rows = margins[authored]

    def loss(log_factor: float) -> float:
        shares = softmax(rows * np.exp(log_factor))
        return float(-np.log(shares[np.arange(target.size), target] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-1.0, 3.5), method="bounded").x))
