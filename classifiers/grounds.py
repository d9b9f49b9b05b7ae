"""Which words moved the model: what each character adds to the margin, as stretches of the original text."""

from dataclasses import dataclass

import numpy as np

from classifiers import features
from classifiers.assessment import Evidence
from classifiers.gate import Doubles, Gate
from classifiers.passages import Reading, whole

_MOST = 5
_JOINED_GAP = 1
_WORTH = 0.12
"""A stretch is shown when it carries at least this share of everything that spoke for the verdict."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    end: int
    weight: float


def find(weights: Doubles, reading: Reading, code: str, label: str) -> tuple[Evidence, ...]:
    """Return the few stretches of the text that spoke loudest for its being illegal, the loudest first.

    *weights* says how much each character of the plain reading spoke for it.
    """
    against = float(weights[weights > 0].sum())
    stretches = [each for each in _stretches(weights) if each.weight >= _WORTH * against]
    loudest = sorted(stretches, key=lambda each: (-each.weight, each.start))[:_MOST]
    return tuple(_evidence(reading, each, code, label) for each in loudest)


def of_gate(gate: Gate, reading: Reading) -> Doubles:
    """Share each n-gram's contribution to the margin among the characters of the normalised text it covers."""
    passage = whole(reading)
    matrix = gate.featurizer.matrix([passage])
    grams = features.grams(features.read([passage.normalized]), 0, gate.featurizer.bits)
    at = np.searchsorted(matrix.columns, grams.buckets)
    times = np.bincount(at, minlength=matrix.columns.size)
    gained = matrix.values[at] * gate.heads.illegal[grams.buckets] * gate.heads.illegal_scale / times[at]
    length = len(passage.normalized)
    inside = (grams.starts >= 0) & (grams.ends < length)
    starts, ends = grams.starts[inside], grams.ends[inside]
    share = gained[inside] / (ends - starts + 1)
    steps = np.bincount(starts, share, length + 1) - np.bincount(ends + 1, share, length + 1)
    return np.cumsum(steps)[:length]


def _stretches(weights: Doubles) -> list[_Stretch]:
    """Join characters that stand out, over gaps of one."""
    if not weights.size:
        return []
    level = max(float(weights.max()) * 0.25, 1e-6)
    places = np.flatnonzero(weights >= level)
    breaks = np.flatnonzero(np.diff(places) > _JOINED_GAP + 1) + 1
    return [
        _Stretch(int(run[0]), int(run[-1]) + 1, float(weights[run[0] : run[-1] + 1].sum()))
        for run in np.split(places, breaks)
        if run.size
    ]


def _evidence(reading: Reading, stretch: _Stretch, code: str, label: str) -> Evidence:
    normalized = reading.normalized
    term = normalized.text[stretch.start : stretch.end]
    return Evidence(code, "model", label, term, round(stretch.weight, 4), normalized.span(stretch.start, stretch.end))
