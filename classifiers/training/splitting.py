"""Which samples are learnt from and which are held, and a gate that knows only the former."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.gate import Gate
from classifiers.training import calibrating, folds
from classifiers.training.fitting import Recipe, fit
from classifiers.training.folds import Prepared
from classifiers.training.samples import Sample

_HELD_TENTH = 10

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Split:
    """Rows that are learnt from, and rows that are held: those of unseen authors, and a tenth of the real texts."""

    taught: Rows
    held: Rows


def split(prepared: Prepared, held: Sequence[str]) -> Split:
    """Hold the authored parts *held* and a tenth of the real groups; what nearly duplicates them is in neither.

    Raises:
        ValueError: one of *held* is no part.
    """
    parts = np.array([sample.part for sample in prepared.samples])
    strangers = set(held) - set(parts.tolist())
    if strangers:
        raise ValueError(f"there is no author {', '.join(sorted(strangers))} to hold")
    authored = np.array([sample.authored for sample in prepared.samples])
    chosen = np.isin(parts, held) | (~authored & _tenth(prepared))
    near = np.isin(prepared.groups, np.unique(prepared.groups[chosen]))
    return Split(np.flatnonzero(~near), np.flatnonzero(chosen))


def _tenth(prepared: Prepared) -> NDArray[np.bool_]:
    """Choose groups by what they say, so that more or other data don't change which real texts are held."""
    first: dict[int, str] = {}
    for group, sample in zip(prepared.groups.tolist(), prepared.samples, strict=True):
        if not sample.authored:
            first[group] = min(first.get(group, sample.text), sample.text)
    held = {group for group, text in first.items() if _number(text) % _HELD_TENTH == 0}
    return np.array([group in held for group in prepared.groups.tolist()])


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def digest(samples: Sequence[Sample]) -> str:
    """Return what tells whether the real ones of *samples* are the same texts as elsewhere."""
    texts = sorted(sample.text for sample in samples if not sample.authored)
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:16]


def gate_without(prepared: Prepared, parts: Split, shipped: Gate) -> Gate:
    """Return a gate trained on what is taught, with the curve of the *shipped* one, in whose place it stands."""
    fitted = fit(prepared.ngrams, prepared.samples, parts.taught, Recipe())
    found = folds.margins(fitted, prepared.ngrams, parts.held)
    calibrated = calibrating.calibrate(found, [prepared.samples[index] for index in parts.held])
    return Gate.made(fitted.idf.values(), calibrated.heads(fitted.heads), shipped.calibration)
