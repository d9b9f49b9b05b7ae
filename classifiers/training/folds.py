"""Out-of-fold margins: every sample is judged by a gate that saw neither its author nor a near-duplicate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classifiers.gate import Margins, with_windows
from classifiers.training import matrices
from classifiers.training.fitting import Fit, Recipe, fit
from classifiers.training.matrices import NGrams
from classifiers.training.samples import PUBLISHER_PART, Sample

_CHUNK = 4000
_MOST_FOLDS = 10

Log = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Samples with their n-grams and near-duplicate groups, row by row."""

    samples: Sequence[Sample]
    ngrams: NGrams
    groups: NDArray[np.int64]


def assign(samples: Sequence[Sample], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the fold of each sample: every authored part whole in one of ten, the real sets spread over them by group.

    A part is judged by a gate that has read neither its author nor the few who share the fold.

    The publisher part is of several subjects and too small to be judged on; it is in no fold (-1), only learnt from.
    """
    parts = sorted({sample.part for sample in samples if sample.authored and sample.part != PUBLISHER_PART})
    count = min(len(parts), _MOST_FOLDS)
    number = {part: index % count for index, part in enumerate(parts)}
    folds = [
        number.get(sample.part, -1) if sample.authored else int(group) % count
        for sample, group in zip(samples, groups, strict=True)
    ]
    return np.array(folds, dtype=np.int64)


def out_of_fold(prepared: Prepared, folds: NDArray[np.int64], recipe: Recipe, log: Log) -> Margins:
    """Return margins for all samples; those in no fold get not-a-number."""
    count = int(folds.max()) + 1
    illegal = np.full(folds.size, np.nan)
    by_label: NDArray[np.float64] | None = None
    for fold in range(count):
        held = np.flatnonzero(folds == fold)
        taught = np.flatnonzero(~np.isin(prepared.groups, np.unique(prepared.groups[held])) & (folds != fold))
        found = margins(fit(prepared.ngrams, prepared.samples, taught, recipe), prepared.ngrams, held)
        if by_label is None:
            by_label = np.full((folds.size, found.labels.shape[1]), np.nan)
        illegal[held], by_label[held] = found.illegal, found.labels
        log(f"fold {fold + 1} of {count}: learnt from {taught.size}, judged {held.size}")
    if by_label is None:
        raise ValueError("there is no authored part to hold out")
    return Margins(illegal, by_label)


def margins(fitted: Fit, ngrams: NGrams, chosen: NDArray[np.int64]) -> Margins:
    """Return what *fitted* makes of the *chosen* texts, which are in ascending order."""
    windows = np.flatnonzero(np.isin(ngrams.owners, chosen))
    owners = np.searchsorted(chosen, ngrams.owners[windows]).astype(np.int64)
    return with_windows(_margins(fitted, ngrams.whole[chosen]), _margins(fitted, ngrams.windows[windows]), owners)


def _margins(fitted: Fit, present: csr_matrix) -> Margins:
    rows = matrices.weighted(present, fitted.idf.values())
    parts = [
        fitted.heads.margins(matrices.as_matrix(rows[start : start + _CHUNK]))
        for start in range(0, max(rows.shape[0], 1), _CHUNK)
    ]
    return Margins(np.concatenate([part.illegal for part in parts]), np.concatenate([part.labels for part in parts]))
