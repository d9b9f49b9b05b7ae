"""What a moderation service asks of a classifier: recall at a given share of innocent texts blocked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from classifiers.calibration import softmax
from classifiers.gate import Margins, Opinion, joint_margins, opinions_of
from classifiers.training.calibrating import Calibrated
from classifiers.training.samples import Sample

RATES = (0.005, 0.01, 0.03)
"""Shares of innocent texts blocked at which recall is reported."""

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """Samples with the score and main label an unseen gate gave them, as arrays for slicing."""

    score: Scores
    label: NDArray[np.str_]
    truth: NDArray[np.str_]
    illegal: NDArray[np.int8]
    """1 illegal, 0 benign, -1 neither (an ad of a licensed lender)."""
    authored: NDArray[np.bool_]
    part: NDArray[np.str_]
    evasive: NDArray[np.bool_]

    def where(self, chosen: NDArray[np.bool_]) -> "Judged":
        """Return the rows *chosen*."""
        return Judged(
            self.score[chosen],
            self.label[chosen],
            self.truth[chosen],
            self.illegal[chosen],
            self.authored[chosen],
            self.part[chosen],
            self.evasive[chosen],
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """How well scores part illegal from benign texts; ``recall`` follows RATES."""

    positives: int
    negatives: int
    auc: float
    recall: tuple[float, ...]


def judge(margins: Margins, calibrated: Calibrated, samples: Sequence[Sample]) -> Judged:
    """Return what became of the samples that were held out."""
    seen = ~np.isnan(margins.illegal)
    shipped = calibrated.margins(Margins(margins.illegal[seen], margins.labels[seen]))
    shares = softmax(shipped.labels)
    opinions = opinions_of(calibrated.curve.probability(joint_margins(shipped.illegal, shares)), shares)
    return judged_by(opinions, [sample for sample, was in zip(samples, seen, strict=True) if was])


def judged_by(opinions: Sequence[Opinion], samples: Sequence[Sample]) -> Judged:
    """Return *opinions* of *samples* as arrays for measuring."""
    return Judged(
        np.array([opinion.score for opinion in opinions]),
        np.array([opinion.main_label for opinion in opinions]),
        np.array([sample.label for sample in samples]),
        np.array([-1 if sample.illegal is None else int(sample.illegal) for sample in samples], dtype=np.int8),
        np.array([sample.authored for sample in samples]),
        np.array([sample.part for sample in samples]),
        np.array([sample.evasive for sample in samples]),
    )


def threshold(negatives: Scores, rate: float) -> float:
    """Return the lowest score that at most a share *rate* of *negatives* lies above."""
    ordered = np.sort(negatives)[::-1]
    return float(ordered[min(int(rate * ordered.size), ordered.size - 1)])


def summarize(judged: Judged) -> Summary:
    """Return the summary of *judged*; licensed lenders' ads count as neither."""
    positives, negatives = judged.score[judged.illegal == 1], judged.score[judged.illegal == 0]
    known = judged.illegal >= 0
    auc = float(roc_auc_score(judged.illegal[known], judged.score[known]))
    recall = tuple(share_above(positives, threshold(negatives, rate)) for rate in RATES)
    return Summary(positives.size, negatives.size, auc, recall)


def as_card(summary: Summary) -> dict[str, float]:
    """Return *summary* as a model's card tells it."""
    recalls = {f"recall_at_{rate:g}": round(value, 4) for rate, value in zip(RATES, summary.recall, strict=True)}
    return {"illegal": summary.positives, "benign": summary.negatives, "auc": round(summary.auc, 4), **recalls}


def told(summary: Summary) -> str:
    """Return *summary* as a log tells it."""
    recalls = ", ".join(f"{share:.1%} at {rate:.1%}" for rate, share in zip(RATES, summary.recall, strict=True))
    return f"AUC {summary.auc:.4f}, recall {recalls} of innocent texts blocked"


def share_above(scores: Scores, limit: float) -> float:
    """Return the share of *scores* above *limit*, zero of none."""
    return float((scores > limit).mean()) if scores.size else 0.0
