"""The held texts as arrays, to be sliced by whatever a table asks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.evaluation.held import Held
from classifiers.evaluation.measures import Share

Mask = NDArray[np.bool_]

CASCADE = "cascade"
"""The name of the system that ships."""


@dataclass(frozen=True, slots=True)
class View:
    """The held texts as arrays."""

    held: Held
    illegal: Mask
    innocent: Mask
    authored: Mask
    truth: NDArray[np.str_]
    part: NDArray[np.str_]
    block: float

    @classmethod
    def of(cls, held: Held) -> "View":
        """Return the arrays of *held*."""
        samples = held.samples
        return cls(
            held,
            np.array([sample.illegal is True for sample in samples]),
            np.array([sample.illegal is False for sample in samples]),
            np.array([sample.authored for sample in samples]),
            np.array([sample.label for sample in samples]),
            np.array([sample.part for sample in samples]),
            held.thresholds["block"],
        )

    def score(self, system: str = CASCADE) -> NDArray[np.float64]:
        """Return what *system* gives every text."""
        return self.held.systems.judged[system].score

    def blocked(self, chosen: Mask) -> Share:
        """Return the share of the *chosen* texts that the cascade would block."""
        return Share(int((self.score()[chosen] >= self.block).sum()), int(chosen.sum()))

    def labels(self, system: str = CASCADE) -> NDArray[np.str_]:
        """Return the main label that *system* gives every text."""
        given = self.held.systems.judged[system].label
        if given is None:
            raise ValueError(f"{system} names no labels")
        return given
