"""Shares with intervals, calibration error: the numbers of the model card."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

_SEED = 20260101
_RESAMPLES = 1000
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """A share of so many texts, with the 95 % interval by Wilson."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share; not a number of no texts."""
        return self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval, the whole range of no texts (Wilson 1927)."""
        if not self.of:
            return 0.0, 1.0
        centre = (self.value + _Z**2 / (2 * self.of)) / (1 + _Z**2 / self.of)
        inner = self.value * (1 - self.value) / self.of + _Z**2 / (4 * self.of**2)
        half = _Z * math.sqrt(inner) / (1 + _Z**2 / self.of)
        return max(centre - half, 0.0), min(centre + half, 1.0)


@dataclass(frozen=True, slots=True)
class Quality:
    """Precision, recall and F1 of one label, each with a 95 % bootstrap interval over texts."""

    texts: int
    precision: tuple[float, float, float]
    recall: tuple[float, float, float]
    f1: tuple[float, float, float]


def quality(given: NDArray[np.bool_], true: NDArray[np.bool_]) -> Quality:
    """Return how well *given* matches *true*, one entry a text; not a number where there is nothing to count."""
    outcomes = np.array([(given & true).sum(), (given & ~true).sum(), (~given & true).sum(), (~given & ~true).sum()])
    # Resampling texts is drawing the four counts anew from their shares.
    drawn = np.random.default_rng(_SEED).multinomial(given.size, outcomes / given.size, _RESAMPLES)
    return Quality(
        int(true.sum()),
        _with_interval(outcomes, drawn, lambda counts: _ratio(counts[..., 0], counts[..., 0] + counts[..., 1])),
        _with_interval(outcomes, drawn, lambda counts: _ratio(counts[..., 0], counts[..., 0] + counts[..., 2])),
        _with_interval(
            outcomes,
            drawn,
            lambda counts: _ratio(2 * counts[..., 0], 2 * counts[..., 0] + counts[..., 1] + counts[..., 2]),
        ),
    )


def _with_interval(
    counts: NDArray[np.int64], drawn: NDArray[np.int64], statistic: Callable[[NDArray[np.int64]], Doubles]
) -> tuple[float, float, float]:
    values = statistic(drawn)
    low, high = np.nanquantile(values, (0.025, 0.975)) if np.isfinite(values).any() else (math.nan, math.nan)
    return float(statistic(counts)), float(low), float(high)


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> Doubles:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts whose scores lie together: how many, their mean score, the share that is illegal."""

    texts: int
    score: float
    illegal: float


def reliability(score: Doubles, illegal: NDArray[np.bool_], bins: int = 10) -> list[Bin]:
    """Return the texts in *bins* ranges of score of equal width, empty ones left out."""
    places = np.minimum((score * bins).astype(np.int64), bins - 1)
    return [
        Bin(int((places == place).sum()), float(score[places == place].mean()), float(illegal[places == place].mean()))
        for place in np.unique(places)
    ]


def expected_calibration_error(score: Doubles, illegal: NDArray[np.bool_]) -> float:
    """Return the mean distance between score and share, weighted by texts, over ten bins (Naeini et al. 2015)."""
    found = reliability(score, illegal)
    return sum(each.texts * abs(each.score - each.illegal) for each in found) / max(score.size, 1)
