"""Recommends where to block and where to ask a person, from scores of unseen authors' texts."""

import math

from classifiers.training.measures import Judged, threshold

BLOCK_RATE, REVIEW_RATE, CERTAIN_RATE = 0.03, 0.08, 0.005
"""Shares of hard innocent texts above the block threshold and above either end of the band left to people."""


def recommend(judged: Judged) -> dict[str, float]:
    """Return ``block``, ``review_from`` and ``review_to``: scores, rounded up so as not to block more.

    They are taken from the authored benign texts: written to be mistaken, and much harder than what a platform sees.
    """
    hard = judged.score[judged.authored & (judged.illegal == 0)]
    return {
        "block": _up(threshold(hard, BLOCK_RATE)),
        "review_from": _up(threshold(hard, REVIEW_RATE)),
        "review_to": _up(threshold(hard, CERTAIN_RATE)),
    }


def _up(score: float) -> float:
    return math.ceil(score * 1000) / 1000
