"""Samples to the sparse matrix a gate learns from: the very features it is served with."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classifiers import features
from classifiers.contacts import find_contacts
from classifiers.features import Matrix
from classifiers.normalize import normalize
from classifiers.passages import Reading, whole

_CHUNK = 4000


def readings(texts: Sequence[str]) -> list[Reading]:
    """Return the readings of *texts*, as the classifier makes them."""
    normalized = [normalize(text) for text in texts]
    return [Reading(each, find_contacts(each)) for each in normalized]


def presence(texts: Sequence[str], bits: int) -> csr_matrix:
    """Return a row for each of *texts*, with a one for every bucket present."""
    lengths: list[NDArray[np.int64]] = []
    columns: list[NDArray[np.int32]] = []
    for start in range(0, len(texts), _CHUNK):
        passages = [whole(reading) for reading in readings(texts[start : start + _CHUNK])]
        rows, found = features.present(passages, bits)
        lengths.append(np.diff(rows))
        columns.append(found.astype(np.int32))
    indices = np.concatenate(columns)
    starts = np.concatenate(([0], np.cumsum(np.concatenate(lengths))))
    return csr_matrix((np.ones(indices.size, dtype=np.float32), indices, starts), shape=(len(texts), 1 << bits))


def weighted(present: csr_matrix, idf: features.Floats) -> csr_matrix:
    """Return *present* with the inverse document frequency in place of the ones, rows scaled to unit length."""
    values = features.unit_length(idf[present.indices], present.indptr)
    return csr_matrix((values, present.indices, present.indptr), shape=present.shape)


def as_matrix(rows: csr_matrix) -> Matrix:
    """Return *rows* as the gate reads them."""
    return Matrix(rows.indptr.astype(np.int64), rows.indices.astype(np.int64), rows.data)


def folded(rows: csr_matrix, bits: int) -> csr_matrix:
    """Return *rows* with neighbouring buckets added up until ``2**bits`` are left, as the label head sees them."""
    merged = csr_matrix((rows.data, rows.indices // (rows.shape[1] >> bits), rows.indptr), shape=(rows.shape[0], 1 << bits))
    merged.sum_duplicates()
    return merged
