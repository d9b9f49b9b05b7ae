"""The second stage of the cascade: a reader of passages beside the gate, and when to ask it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from classifiers import labels, passages
from classifiers.assessment import Evidence
from classifiers.encoder import Impression
from classifiers.errors import ArtifactError
from classifiers.features import Passage
from classifiers.gate import Doubles, Gate, Opinion
from classifiers.passages import Reading
from classifiers.stacking import Stack
from classifiers.surface import Surface, surface

EXCERPT = 200
"""Characters of a long text read around a suspicious window: stance often shows in the sentence beside an offer."""

_MOST_EXCERPTS = 3


class Reader(Protocol):
    """A model that reads one passage at a time."""

    version: str

    def read(self, surface: Surface) -> Impression:
        """Return what the model makes of *surface*."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """The last word on a text, and how much each character of its plain reading spoke for its being illegal.

    ``weights`` is ``None`` if the model can't tell.
    """

    opinion: Opinion
    weights: Doubles | None


@dataclass(frozen=True, slots=True)
class Band:
    """The gate's scores that leave a doubt: from ``low`` up to, but not including, ``high``."""

    low: float
    high: float

    @classmethod
    def of(cls, card: Mapping[str, Any]) -> "Band":
        """Return the band that a *card* describes.

        Raises:
            ArtifactError: it doesn't describe one.
        """
        try:
            return cls(float(card["band"]["low"]), float(card["band"]["high"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ArtifactError(f"the encoder's card doesn't say when to ask it: {error!r}") from error

    def holds(self, score: float) -> bool:
        """Tell whether *score* lies inside."""
        return self.low <= score < self.high


@dataclass(frozen=True, slots=True)
class SecondStage:
    """Reads what the gate doubts, whole or, of a long text, where the gate found it worst."""

    gate: Gate
    reader: Reader
    stack: Stack
    band: Band

    @property
    def version(self) -> str:
        """What changes with the model that reads, when it is asked, and what weight it has."""
        told = f"{self.reader.version} {self.stack.as_dict()} {self.band}"
        return hashlib.sha256(told.encode()).hexdigest()

    def doubts(self, opinion: Opinion, found: Sequence[Evidence]) -> bool:
        """Tell whether a text of which the gate has this *opinion* needs a second one.

        A text with a term of an illegal label is read however innocent the gate thinks it: such terms are few in
        everyday texts, and the gate has been wrong about the barest of offers.
        """
        named = opinion.score < self.band.low and any(each.label in labels.ILLEGAL for each in found)
        return named or self.band.holds(opinion.score)

    def judge(self, readings: Sequence[Reading], opinions: Sequence[Opinion]) -> list[Ruling]:
        """Return the ruling on each of *readings*, given the gate's *opinions*; none depends on the others."""
        if not readings:
            return []
        worst = [self.worst(reading) for reading in readings]
        illegal = np.array([impression.illegal for _, impression in worst])
        joined = self.stack.join(opinions, illegal, np.stack([impression.labels for _, impression in worst]))
        return [
            Ruling(opinion, _weights(reading, start, impression))
            for opinion, reading, (start, impression) in zip(joined, readings, worst, strict=True)
        ]

    def worst(self, reading: Reading) -> tuple[int, Impression]:
        """Return where the most incriminating passage begins in the plain reading, and the impression it makes."""
        found = [
            (start, self.reader.read(surface(passage, disguised=reading.normalized.disguised > 0)))
            for start, passage in excerpts(self.gate, reading)
        ]
        return max(found, key=lambda each: each[1].illegal)


def excerpts(gate: Gate, reading: Reading) -> list[tuple[int, Passage]]:
    """Return the passages worth reading, each with its place in the plain reading: of a short text, the whole.

    Of a long one they are stretches around the windows that the *gate* finds most illegal.
    """
    bounds = passages.bounds(reading)
    if not bounds:
        return [(0, passages.whole(reading))]
    margins = gate.passage_margins(passages.windows(reading)).illegal
    chosen: list[tuple[int, int]] = []
    for index in np.argsort(-margins, kind="stable"):
        start, end = bounds[index]
        if len(chosen) < _MOST_EXCERPTS and all(end <= first or last <= start for first, last in chosen):
            chosen.append((start, end))
    return [widened(reading, start, end) for start, end in chosen]


def widened(reading: Reading, start: int, end: int) -> tuple[int, Passage]:
    """Return EXCERPT characters around the window from *start* to *end*, or a wider one whole, and where they begin."""
    if end - start >= EXCERPT:
        return start, passages.excerpt(reading, start, end)
    length = len(reading.normalized.text)
    first = max(min(start - (EXCERPT - (end - start)) // 2, length - EXCERPT), 0)
    return first, passages.excerpt(reading, first, min(first + EXCERPT, length))


def _weights(reading: Reading, start: int, impression: Impression) -> Doubles | None:
    if impression.shares is None:
        return None
    weights = np.zeros(len(reading.normalized.text))
    weights[start : start + impression.shares.size] = impression.shares
    return weights
