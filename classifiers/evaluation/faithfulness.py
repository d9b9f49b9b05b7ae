"""Is the evidence what moved the model? Take it away and see, beside taking away as much of something else."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.cascade import Classifier
from classifiers.lexicon.boundaries import Segmenter

_SEED = 20260101


@dataclass(frozen=True, slots=True)
class Deletion:
    """What the score's log-odds lose when the evidence is removed, and when other words of the same length are."""

    evidence: NDArray[np.float64]
    others: NDArray[np.float64]

    @property
    def wins(self) -> int:
        """How many texts lose more with their evidence than with other words."""
        return int((self.evidence > self.others).sum())


def by_deletion(classifier: Classifier, texts: Sequence[str], block: float) -> Deletion:
    """Remove the evidence of those of *texts* that score *block* or more, then other words instead (jieba's).

    Texts with more evidence than other words leave too little to draw from and are passed over.
    """
    dice, segmenter = random.Random(_SEED), Segmenter()
    pairs: list[tuple[str, str]] = []
    scores: list[float] = []
    for text, assessment in zip(texts, classifier.assess(texts), strict=True):
        spans = [(each.span.start, each.span.end) for each in assessment.evidence if each.source == "model"]
        gone = {place for start, end in spans for place in range(start, end)}
        others = _others(text, gone, segmenter, dice)
        if assessment.score >= block and gone and len(others) >= len(gone):
            pairs.append((_without(text, gone), _without(text, others)))
            scores.append(assessment.score)
    before = _log_odds(scores)
    without, besides = (_log_odds([each.score for each in classifier.assess(side)]) for side in _columns(pairs))
    return Deletion(before - without, before - besides)


def _columns(pairs: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    return [first for first, _ in pairs], [second for _, second in pairs]


def _others(text: str, gone: set[int], segmenter: Segmenter, dice: random.Random) -> set[int]:
    """Draw whole words outside of the evidence until as many characters are gone."""
    words: list[range] = []
    place = 0
    for word in segmenter.words(text):
        words.append(range(place, place + len(word)))
        place += len(word)
    free = [places for places in words if not gone.intersection(places)]
    dice.shuffle(free)
    drawn: set[int] = set()
    for places in free:
        if len(drawn) >= len(gone):
            break
        drawn.update(places)
    return drawn


def _without(text: str, gone: set[int]) -> str:
    return "".join(character for place, character in enumerate(text) if place not in gone)


def _log_odds(scores: Sequence[float]) -> NDArray[np.float64]:
    bounded = np.clip(np.array(scores, dtype=np.float64), 1e-9, 1 - 1e-9)
    odds: NDArray[np.float64] = np.log(bounded / (1 - bounded))
    return odds
