"""The gate: a linear model over hashed n-grams, thousands of texts a second on one core, numpy alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers import artifact, features, labels
from classifiers.artifact import Artifact
from classifiers.calibration import Calibration, softmax
from classifiers.errors import ArtifactError
from classifiers.features import Featurizer, Matrix, Passage
from classifiers.passages import Reading, whole, windows

NAME, FORMAT = "gate", 1

Doubles = NDArray[np.float64]

ILLEGAL = np.array([key in labels.ILLEGAL for key in labels.KEYS])
"""Which of ``labels.KEYS`` are illegal, as a mask over columns; likewise the ads of licensed lenders."""
LICENSED = np.array([key in {"licensed_ad", "licensed_noncompliant_ad"} for key in labels.KEYS])
_CHUNK = 512
"""Texts read at a time: more only costs memory."""


@dataclass(frozen=True, slots=True)
class Margins:
    """The raw output of both heads: one number a text, one number a text and label."""

    illegal: Doubles
    labels: Doubles


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model says of one text: ``labels`` follows ``labels.KEYS``; those of ILLEGAL sum to ``score``."""

    score: float
    labels: Doubles

    @property
    def main_label(self) -> str:
        """The likeliest label on the likelier side, illegal or not."""
        return self.likeliest(illegal=self.score >= 0.5)

    def likeliest(self, *, illegal: bool) -> str:
        """Return the likeliest of the illegal labels, or of all others."""
        return labels.KEYS[int(np.argmax(np.where(illegal == ILLEGAL, self.labels, -1.0)))]


@dataclass(frozen=True, slots=True)
class Heads:
    """The weights: a byte for each bucket, and for each coarser bucket and label, with their scales."""

    illegal: NDArray[np.int8]
    illegal_scale: float
    illegal_bias: float
    labels: NDArray[np.int8]
    label_scales: Doubles
    label_biases: Doubles

    def margins(self, matrix: Matrix) -> Margins:
        """Return what both heads make of each row of *matrix*."""
        values = matrix.values.astype(np.float64)
        illegal = features.row_sums(values * self.illegal[matrix.columns], matrix.rows)
        coarse = matrix.columns // (self.illegal.size // self.labels.shape[0])
        by_label = features.row_sums(matrix.values[:, None] * self.labels[coarse], matrix.rows)
        return Margins(
            illegal * self.illegal_scale + self.illegal_bias,
            by_label * self.label_scales + self.label_biases,
        )


@dataclass(frozen=True, slots=True)
class Gate:
    """A trained gate, ready to read."""

    featurizer: Featurizer
    heads: Heads
    calibration: Calibration
    explain_from: float
    """The score from which on a text is worth explaining."""
    version: str

    @classmethod
    def load(cls, folder: Path) -> "Gate":
        """Read the gate in *folder*.

        Raises:
            ArtifactError: it is missing, damaged, or of another format.
        """
        stored = artifact.read(folder, NAME, FORMAT)
        try:
            return cls.of(stored)
        except (KeyError, ValueError, IndexError) as error:
            raise ArtifactError(f"{folder / NAME}.npz lacks what a gate is made of: {error}") from error

    @classmethod
    def of(cls, stored: Artifact) -> "Gate":
        """Return the gate that *stored* holds."""
        arrays = stored.arrays
        if int(arrays["features"]) != features.FEATURES_VERSION or tuple(arrays["keys"]) != labels.KEYS:
            raise ArtifactError("the gate was trained on other features or another taxonomy; train it again")
        idf = arrays["idf"].astype(np.float32) * np.float32(arrays["idf_scale"])
        heads = Heads(
            arrays["illegal"],
            float(arrays["illegal_scale"]),
            float(arrays["illegal_bias"]),
            arrays["labels"],
            arrays["label_scales"],
            arrays["label_biases"],
        )
        calibration = Calibration(arrays["margins"], arrays["log_odds"])
        explain_from = float(stored.card["thresholds"]["review_from"])
        return replace(cls.made(idf, heads, calibration), explain_from=explain_from, version=stored.sha256)

    @classmethod
    def made(cls, idf: NDArray[np.float32], heads: Heads, calibration: Calibration) -> "Gate":
        """Return a gate that was just trained and lies in no file yet."""
        return cls(Featurizer(int(idf.size).bit_length() - 1, idf), heads, calibration, 1.0, "unwritten")

    def judge(self, readings: Sequence[Reading]) -> list[Opinion]:
        """Return an opinion of each of *readings*; none depends on the others."""
        opinions: list[Opinion] = []
        for start in range(0, len(readings), _CHUNK):
            margins = self.margins(readings[start : start + _CHUNK])
            shares = softmax(margins.labels)
            opinions += opinions_of(self.calibration.probability(joint_margins(margins.illegal, shares)), shares)
        return opinions

    def margins(self, readings: Sequence[Reading]) -> Margins:
        """Return the output of both heads for *readings*, the windows of long ones taken into account."""
        parts = [windows(reading) for reading in readings]
        owners = np.repeat(np.arange(len(readings)), [len(part) for part in parts])
        inner = [passage for part in parts for passage in part]
        entire = self.passage_margins([whole(reading) for reading in readings])
        return with_windows(entire, self.passage_margins(inner), owners)

    def passage_margins(self, passages: Sequence[Passage]) -> Margins:
        """Return the output of both heads for *passages*, each on its own."""
        return self.heads.margins(self.featurizer.matrix(passages))


def with_windows(entire: Margins, inner: Margins, owners: NDArray[np.int64]) -> Margins:
    """Give each text that has windows the mean of its own margins and those of its most illegal window.

    ``owners`` names the text of each window, in ascending order. The window finds an offer buried in a long text, the
    whole keeps one harmless sentence out of context from deciding; either alone did worse.
    """
    if not owners.size:
        return entire
    texts, firsts = np.unique(owners, return_index=True)
    worst = [
        first + int(np.argmax(part)) for first, part in zip(firsts, np.split(inner.illegal, firsts[1:]), strict=True)
    ]
    illegal, by_label = entire.illegal.copy(), entire.labels.copy()
    illegal[texts] = (illegal[texts] + inner.illegal[worst]) / 2
    by_label[texts] = (by_label[texts] + inner.labels[worst]) / 2
    return Margins(illegal, by_label)


def joint_margins(illegal: Doubles, shares: Doubles) -> Doubles:
    """Add to the binary head's margins the log-odds that the label head sees of illegal against benign.

    Learning what kind of offer a text is teaches more of what an offer is than yes and no do: for unseen authors the
    sum is far better than the binary head alone.
    """
    joint: Doubles = illegal + log_odds_of_labels(shares)
    return joint


def log_odds_of_labels(shares: Doubles) -> Doubles:
    """Return the log-odds of illegal against benign that each row of *shares* holds, kept from running to infinity."""
    floor = 1e-6
    odds: Doubles = np.log(shares[:, ILLEGAL].sum(axis=1) + floor) - np.log(_benign_mass(shares) + floor)
    return odds


def opinions_of(illegal: Doubles, shares: Doubles) -> list[Opinion]:
    """Join both heads.

    *illegal* is the probability of being illegal of a text that is no licensed lender's ad: no such ad taught that
    head. Whether it is one, and which label fits best on either side, is the label head's to say (*shares*).
    """
    licensed = shares[:, LICENSED].sum(axis=1)
    scores = illegal * (1.0 - licensed)
    mass = np.where(ILLEGAL, scores[:, None], (1.0 - licensed - scores)[:, None])
    own = np.where(ILLEGAL, shares[:, ILLEGAL].sum(axis=1)[:, None], _benign_mass(shares)[:, None])
    joined = np.where(LICENSED, shares, shares * mass / np.maximum(own, 1e-300))
    joined /= joined.sum(axis=1, keepdims=True)
    return [Opinion(float(score), row) for score, row in zip(scores, joined, strict=True)]


def _benign_mass(shares: Doubles) -> Doubles:
    mass: Doubles = shares[:, ~ILLEGAL & ~LICENSED].sum(axis=1)
    return mass
