"""Joins what the gate and the encoder say of a text: one score, one distribution over the labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.calibration import logistic, softmax
from classifiers.errors import ArtifactError
from classifiers.gate import ILLEGAL, LICENSED, Opinion, log_odds_of_labels, opinions_of

Doubles = NDArray[np.float64]

_FLOOR = 1e-12
_FEATURES = 3


@dataclass(frozen=True, slots=True)
class Stack:
    """A logistic regression over both models' margins, fitted on texts of authors that neither had read.

    ``weights`` belong to the gate's log-odds, the encoder's binary margin and the encoder's label log-odds.
    ``label_gate`` and ``label_encoder`` scale the two models' label margins before they are added.
    """

    intercept: float
    weights: Doubles
    label_gate: float
    label_encoder: float

    @classmethod
    def of(cls, card: Mapping[str, Any]) -> "Stack":
        """Return the stack that a *card* describes.

        Raises:
            ArtifactError: it doesn't describe one.
        """
        try:
            stack = card["stack"]
            weights = np.array(stack["weights"], dtype=np.float64)
            scales = [float(stack[name]) for name in ("intercept", "label_gate", "label_encoder")]
        except (KeyError, TypeError, ValueError) as error:
            raise ArtifactError(f"the encoder's card doesn't say how to join it with the gate: {error!r}") from error
        if weights.shape != (_FEATURES,) or not np.isfinite([*weights, *scales]).all():
            raise ArtifactError(f"the encoder's card can't join it with the gate: weights {weights}, scales {scales}")
        return cls(scales[0], weights, *scales[1:])

    def as_dict(self) -> dict[str, Any]:
        """Return the stack as a card describes it."""
        return {
            "intercept": self.intercept,
            "weights": self.weights.tolist(),
            "label_gate": self.label_gate,
            "label_encoder": self.label_encoder,
        }

    def join(self, opinions: Sequence[Opinion], illegal: Doubles, by_label: Doubles) -> list[Opinion]:
        """Return the joint opinion of texts of which the gate has these *opinions* and the encoder these margins."""
        if not opinions:
            return []
        shares = np.stack([opinion.labels for opinion in opinions])
        margins = features(opinions, illegal, by_label) @ self.weights + self.intercept
        joined = self.label_gate * np.log(shares + _FLOOR) + self.label_encoder * by_label
        return opinions_of(logistic(margins), softmax(joined))


def features(opinions: Sequence[Opinion], illegal: Doubles, by_label: Doubles) -> Doubles:
    """Return the three numbers a text that the stack weighs, one row each."""
    shares = np.stack([opinion.labels for opinion in opinions])
    scores = np.array([opinion.score for opinion in opinions])
    benign: Doubles = shares[:, ~ILLEGAL & ~LICENSED].sum(axis=1)
    gate = np.log(scores + _FLOOR) - np.log(benign + _FLOOR)
    return np.column_stack((gate, illegal, log_odds_of_labels(softmax(by_label))))
