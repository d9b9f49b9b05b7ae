"""The evaluation as a page of Markdown. It quotes no text, only counts and shares."""

import itertools
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers import labels
from classifiers.training import measures, thresholds
from classifiers.training.markdown import per_ten_thousand, percent, table
from classifiers.training.measures import RATES, Judged, share_above, threshold

_RATE_HEADS = [f"recall @{rate * 100:g} %" for rate in RATES]
_BINS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


def page(judged: Judged) -> str:
    """Return the whole report on *judged*, every row of which was held out."""
    authored = judged.where(judged.authored)
    limits = thresholds.recommend(judged)
    sections: Sequence[tuple[str, str]] = (
        ("Unseen authors, part by part", _by_part(judged, authored)),
        ("Recall by label, at 1 % of unseen authors' innocent texts blocked", _by_label(authored)),
        ("Plain and evasive texts, at the same point", _by_evasion(authored)),
        ("Recommended thresholds", _at_thresholds(judged, limits)),
        ("False blocks by label, at the recommended block threshold", _blocked_by_label(judged, limits["block"])),
        ("Real texts by set", _by_set(judged, limits["block"])),
        ("Calibration", _reliability(judged)),
        ("The main label", _label_quality(authored)),
    )
    return "\n\n".join(f"## {title}\n\n{table}" for title, table in sections)


def _by_part(judged: Judged, authored: Judged) -> str:
    parts = sorted(set(authored.part.tolist()), key=lambda name: (len(name), name))
    rows = [_summary_row(part, authored.where(authored.part == part)) for part in parts]
    rows.append(_summary_row("**all authored, pooled**", authored))
    rows.append(_summary_row("**authored and real, pooled**", judged))
    return table(["held out", "illegal", "benign", "AUC", *_RATE_HEADS], rows)


def _summary_row(name: str, judged: Judged) -> list[str]:
    summary = measures.summarize(judged)
    counts = [name, str(summary.positives), str(summary.negatives), f"{summary.auc:.4f}"]
    return counts + [percent(value) for value in summary.recall]


def _hard_limit(authored: Judged) -> float:
    return threshold(authored.score[authored.illegal == 0], 0.01)


def _by_label(authored: Judged) -> str:
    limit = _hard_limit(authored)
    rows = []
    for label in (each for each in labels.TAXONOMY if each.key in labels.ILLEGAL):
        scores = authored.score[authored.truth == label.key]
        rows.append([f"`{label.key}` {label.zh}", str(scores.size), percent(share_above(scores, limit))])
    return table(["label", "texts", "recall"], rows)


def _by_evasion(authored: Judged) -> str:
    limit = _hard_limit(authored)
    kinds: Sequence[tuple[str, NDArray[np.bool_]]] = (("plain", ~authored.evasive), ("evasive", authored.evasive))
    rows = []
    for name, chosen in kinds:
        illegal = authored.score[chosen & (authored.illegal == 1)]
        benign = authored.score[chosen & (authored.illegal == 0)]
        rows.append(
            [
                name,
                str(illegal.size),
                percent(share_above(illegal, limit)),
                str(benign.size),
                percent(share_above(benign, limit)),
            ]
        )
    return table(["texts", "illegal", "recall", "benign", "blocked by mistake"], rows)


def _at_thresholds(judged: Judged, limits: dict[str, float]) -> str:
    real = ~judged.authored
    groups: Sequence[tuple[NDArray[np.bool_], Callable[[float], str]]] = (
        (judged.authored & (judged.illegal == 1), percent),
        (real & (judged.illegal == 1), percent),
        (judged.authored & (judged.illegal == 0), percent),
        (real & (judged.illegal == 0), per_ten_thousand),
    )
    rows = [
        [f"`{name}`", f"{limit:.3f}", *(shown(share_above(judged.score[chosen], limit)) for chosen, shown in groups)]
        for name, limit in limits.items()
    ]
    counts = [str(int(chosen.sum())) for chosen, _ in groups]
    heads = [
        "threshold",
        "score",
        "recall, authored",
        "recall, real",
        "authored benign above",
        "real benign above, per 10,000",
    ]
    return table(heads, [*rows, ["texts", "", *counts]])


def _blocked_by_label(judged: Judged, limit: float) -> str:
    rows = []
    for label in labels.TAXONOMY:
        chosen = judged.truth == label.key
        if label.key not in labels.ILLEGAL and chosen.any():
            own, real = (judged.score[chosen & side] for side in (judged.authored, ~judged.authored))
            rows.append([f"`{label.key}`", str(own.size), percent(share_above(own, limit)), *_real_cells(real, limit)])
    return table(["label", "authored", "above", "real", "above, per 10,000"], rows)


def _real_cells(scores: measures.Scores, limit: float) -> list[str]:
    return [str(scores.size), per_ten_thousand(share_above(scores, limit)) if scores.size else ""]


def _by_set(judged: Judged, limit: float) -> str:
    rows = []
    for name in sorted(set(judged.part[~judged.authored].tolist())):
        chosen = judged.part == name
        illegal, benign = (judged.score[chosen & (judged.illegal == value)] for value in (1, 0))
        recall = percent(share_above(illegal, limit)) if illegal.size else ""
        rows.append([name, str(illegal.size), recall, *_real_cells(benign, limit)])
    return table(["set", "illegal", "recall", "benign", "above, per 10,000"], rows)


def _reliability(judged: Judged) -> str:
    known = judged.where(judged.illegal >= 0)
    rows = []
    for low, high in itertools.pairwise(_BINS):
        inside = (known.score >= low) & (known.score < high)
        if inside.any():
            shares = [known.score[inside].mean(), (known.illegal[inside] == 1).mean()]
            rows.append([f"{low:g} to {high:g}", str(int(inside.sum())), *(f"{share:.3f}" for share in shares)])
    return table(["score", "texts", "mean score", "share illegal"], rows)


def _label_quality(authored: Judged) -> str:
    rows = []
    for label in labels.TAXONOMY:
        given, true = authored.label == label.key, authored.truth == label.key
        both = float((given & true).sum())
        rows.append(
            [
                f"`{label.key}`",
                str(int(true.sum())),
                percent(both / max(given.sum(), 1)),
                percent(both / max(true.sum(), 1)),
            ]
        )
    accuracy = percent(float((authored.label == authored.truth).mean()))
    return table(
        ["label", "texts", "precision", "recall"],
        [*rows, ["**all (accuracy)**", str(authored.truth.size), "", accuracy]],
    )
