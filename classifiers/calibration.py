"""Turns a model's margin into a probability by a monotone curve fitted on texts of unseen authors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising, piecewise linear curve from margins to log-odds; it goes on straight beyond its ends.

    Linear in log-odds rather than in probability, so that two margins never give the same score: a policy's
    thresholds stay meaningful far out in the tails.
    """

    margins: NDArray[np.float64]
    log_odds: NDArray[np.float64]

    def probability(self, margins: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the calibrated probability of each of *margins*."""
        slopes = np.diff(self.log_odds) / np.diff(self.margins)
        inner = np.interp(margins, self.margins, self.log_odds)
        below = np.minimum(margins - self.margins[0], 0.0) * slopes[0]
        above = np.maximum(margins - self.margins[-1], 0.0) * slopes[-1]
        return logistic(inner + below + above)


def logistic(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``1 / (1 + exp(-x))``, without overflow."""
    bounded = np.clip(log_odds, -30.0, 30.0)
    odds: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-bounded))
    return odds


def softmax(margins: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rows of *margins* as probabilities that sum to 1."""
    raised = np.exp(margins - margins.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return shares
