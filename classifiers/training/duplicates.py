"""Groups near-duplicates, so that no text has a twin on the other side of a split."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from classifiers.features import Stream, read

SHINGLE = 6
_BANDS, _ROWS = 8, 4
"""Eight bands of four minima: two texts that share six shingles in ten meet with probability 2/3, eight in ten .98."""

_SEED = 20260101
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def groups(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return a group number for each of *texts*; near-duplicates, also by way of others, share one."""
    if not texts:
        return np.zeros(0, dtype=np.int64)
    hashes, starts = _shingles(read(texts), len(texts))
    keys = _band_keys(hashes, starts)
    _, columns = np.unique(keys.ravel(), return_inverse=True)
    rows = np.repeat(np.arange(len(texts)), keys.shape[1])
    meeting = csr_matrix((np.ones(rows.size, dtype=np.int8), (rows, columns)))
    size = sum(meeting.shape)
    square = csr_matrix(
        (meeting.data, meeting.indices + len(texts), np.pad(meeting.indptr, (0, size - len(texts)), "edge")),
        shape=(size, size),
    )
    _, components = connected_components(square, directed=False)
    numbers: NDArray[np.int64] = components[: len(texts)].astype(np.int64)
    return numbers


def _shingles(stream: Stream, count: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the hash of the shingle that begins at each character, and where each text's hashes begin.

    Shingles run on into the edge of a text, so that a text shorter than a shingle still has some.
    """
    padded = np.concatenate((stream.codes, np.zeros(SHINGLE, dtype=np.uint64)))
    owners = np.concatenate((stream.texts, np.full(SHINGLE, -1)))
    hashed = np.zeros(stream.codes.size, dtype=np.uint64)
    for offset in range(SHINGLE):
        window = slice(offset, offset + stream.codes.size)
        own = owners[window] == stream.texts
        hashed = (hashed ^ np.where(own, padded[window], np.uint64(0))) * _MULTIPLIER
        hashed ^= hashed >> np.uint64(31)
    return hashed, np.searchsorted(stream.texts, np.arange(count)).astype(np.int64)


def _band_keys(hashes: NDArray[np.uint64], starts: NDArray[np.int64]) -> NDArray[np.uint64]:
    generator = np.random.default_rng(_SEED)
    keys = np.zeros((starts.size, _BANDS), dtype=np.uint64)
    for band in range(_BANDS):
        for _ in range(_ROWS):
            factor, shift = generator.integers(1, 2**63, size=2, dtype=np.uint64)
            mixed = (hashes ^ shift) * (factor | np.uint64(1))
            least = np.minimum.reduceat(mixed ^ (mixed >> np.uint64(32)), starts)
            keys[:, band] = (keys[:, band] ^ least) * _MULTIPLIER + np.uint64(band)
    return keys
