"""Samples to the sparse matrix a gate learns from: the very features it is served with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classifiers import features
from classifiers.features import Matrix, Passage
from classifiers.passages import Reading, whole, windows
from classifiers.training.samples import Sample

_CHUNK = 4000


@dataclass(frozen=True, slots=True)
class NGrams:
    """A row for each text and for each window of a long text, with a one for every bucket present.

    ``owners`` names the text of each window. ``telling`` marks the windows that may be learnt from: those of innocent
    texts, and those of illegal texts that hold a stretch their author marked as the offer.
    """

    whole: csr_matrix
    windows: csr_matrix
    owners: NDArray[np.int64]
    telling: NDArray[np.bool_]


def ngrams(samples: Sequence[Sample], bits: int) -> NGrams:
    """Return the n-grams of *samples* in ``2**bits`` buckets."""
    entire: list[csr_matrix] = []
    inner: list[csr_matrix] = []
    owners: list[int] = []
    telling: list[bool] = []
    for start in range(0, len(samples), _CHUNK):
        chunk = samples[start : start + _CHUNK]
        readings = [Reading.of(sample.text) for sample in chunk]
        parts = [windows(reading) for reading in readings]
        entire.append(_presence([whole(reading) for reading in readings], bits))
        inner.append(_presence([passage for part in parts for passage in part], bits))
        owners += [start + index for index, part in enumerate(parts) for _ in part]
        telling += [_tells(sample, passage) for sample, part in zip(chunk, parts, strict=True) for passage in part]
    return NGrams(_stack(entire), _stack(inner), np.array(owners, dtype=np.int64), np.array(telling, dtype=np.bool_))


def _tells(sample: Sample, passage: Passage) -> bool:
    if sample.illegal:
        return sample.solicits_in(passage.original)
    return sample.illegal is False


def _presence(passages: Sequence[Passage], bits: int) -> csr_matrix:
    rows, columns = features.present(passages, bits)
    ones = np.ones(columns.size, dtype=np.float32)
    return csr_matrix((ones, columns.astype(np.int32), rows), shape=(len(passages), 1 << bits))


def _stack(parts: Sequence[csr_matrix]) -> csr_matrix:
    lengths = [np.diff(part.indptr) for part in parts]
    starts = np.concatenate(([0], np.cumsum(np.concatenate(lengths))))
    columns = np.concatenate([part.indices for part in parts])
    ones = np.ones(columns.size, dtype=np.float32)
    return csr_matrix((ones, columns, starts), shape=(starts.size - 1, parts[0].shape[1]))


def weighted(present: csr_matrix, idf: features.Floats) -> csr_matrix:
    """Return *present* with the inverse document frequency in place of the ones, rows scaled to unit length."""
    values = features.unit_length(idf[present.indices], present.indptr)
    return csr_matrix((values, present.indices, present.indptr), shape=present.shape)


def as_matrix(rows: csr_matrix) -> Matrix:
    """Return *rows* as the gate reads them."""
    return Matrix(rows.indptr.astype(np.int64), rows.indices.astype(np.int64), rows.data)


def folded(rows: csr_matrix, bits: int) -> csr_matrix:
    """Return *rows* with neighbouring buckets added up until ``2**bits`` are left, as the label head sees them."""
    columns = rows.indices // (rows.shape[1] >> bits)
    merged = csr_matrix((rows.data, columns, rows.indptr), shape=(rows.shape[0], 1 << bits))
    merged.sum_duplicates()
    return merged
