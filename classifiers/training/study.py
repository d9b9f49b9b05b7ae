"""One training from data to artifact: prepare, judge out of fold, calibrate, fit on everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifiers.training import calibrating, duplicates, folds, matrices, measures, samples
from classifiers.training.calibrating import Calibrated
from classifiers.training.fitting import BITS, Fit, Recipe, fit
from classifiers.training.folds import Log, Prepared
from classifiers.training.measures import Judged
from classifiers.training.samples import Sample


@dataclass(frozen=True, slots=True)
class Study:
    """What was learnt about a recipe from gates that did not see what they judged."""

    prepared: Prepared
    calibrated: Calibrated
    judged: Judged


def prepare(folder: Path, log: Log) -> Prepared:
    """Read *folder* and compute n-grams and near-duplicate groups."""
    rows = samples.load(folder)
    log(f"{len(rows)} texts; normalising")
    prepared = Prepared(rows, matrices.ngrams(rows, BITS), duplicates.groups([row.text for row in rows]))
    log(f"{np.unique(prepared.groups).size} groups of near-duplicates")
    return prepared


def study(prepared: Prepared, recipe: Recipe, log: Log) -> Study:
    """Judge every sample out of fold and calibrate on that."""
    margins = folds.out_of_fold(prepared, folds.assign(prepared.samples, prepared.groups), recipe, log)
    calibrated = calibrating.calibrate(margins, prepared.samples)
    return Study(prepared, calibrated, measures.judge(margins, calibrated, prepared.samples))


def final(prepared: Prepared, recipe: Recipe) -> Fit:
    """Fit the gate that ships, on all samples."""
    return fit(prepared.ngrams, prepared.samples, np.arange(len(prepared.samples)), recipe)


def texts_by_set(rows: Sequence[Sample]) -> dict[str, int]:
    """Return how many texts each set gave."""
    names, counts = np.unique([row.part for row in rows], return_counts=True)
    return {str(name): int(count) for name, count in zip(names, counts, strict=True)}
