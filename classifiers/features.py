"""Texts to sparse vectors of hashed character n-grams, a whole batch at a time, in numpy alone.

Training and serving share this module, so that they can't differ. Nothing is stored but hashes: no vocabulary, hence
no text of anybody's, is in the model.

A text is read twice, as the normaliser understood it and as it was written: evasion is visible only in the
second, its meaning only in the first. Numbers are masked, because the digits of a contact, an amount or a case
number tell who wrote a text rather than what it does.
"""

import functools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint64]
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

FEATURES_VERSION = 1
"""Changes whenever the same text would give another vector; an artifact of another version is refused."""

NUMBER, LONG_NUMBER, EDGE, DROPPED = 0xE000, 0xE001, 0xE002, 0xE003
"""Private-use code points: a number, seven digits or more, either end of a text, and a character not to be read."""

_SIZES = (1, 2)
"""Single characters and pairs: longer n-grams fit the authors they were learnt from, and no others."""
_LONG_DIGITS = 7
_TABLE_SIZE = 0x20000
_SPACE, _DIGIT = 0x20, 0x30
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_FINISHER = np.uint64(0xD6E8FEB86659FD93)


@dataclass(frozen=True, slots=True)
class Passage:
    """What is read as one document: its normalised and its original wording, and signals outside the wording."""

    normalized: str
    original: str
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stream:
    """The masked code points of many texts end to end, the text each belongs to and its place there."""

    codes: Codes
    texts: Ints
    places: Ints


@dataclass(frozen=True, slots=True)
class Grams:
    """The n-grams of a stream: bucket, text, and first and last place covered in that text."""

    buckets: Ints
    texts: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True, slots=True)
class Matrix:
    """A sparse matrix by rows: row ``i`` holds ``columns`` and ``values`` from ``rows[i]`` to ``rows[i + 1]``."""

    rows: Ints
    columns: Ints
    values: Floats


def read(texts: Sequence[str]) -> Stream:
    """Return the folded and masked code points of *texts*: lower case, half width, numbers as one code."""
    framed = "".join(f"{chr(EDGE)}{text}{chr(EDGE)}" for text in texts)
    raw = np.frombuffer(framed.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter((len(text) + 2 for text in texts), dtype=np.int64, count=len(texts))
    owners = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    offsets = np.arange(raw.size, dtype=np.int64) - np.repeat(np.cumsum(lengths) - lengths, lengths) - 1
    return _mask_numbers(_fold(raw), owners, offsets)


def _fold(raw: NDArray[np.uint32]) -> NDArray[np.uint32]:
    table = _folding()
    within = raw < _TABLE_SIZE
    folded: NDArray[np.uint32] = np.where(within, table[np.where(within, raw, 0)], raw)
    return folded


@functools.cache
def _folding() -> NDArray[np.uint32]:
    """Map each code point to its lower-case half-width form, every digit to ``0`` and every space to one."""
    table = np.arange(_TABLE_SIZE, dtype=np.uint32)
    for code in range(_TABLE_SIZE):
        character = chr(code)
        if character.isdecimal():
            table[code] = _DIGIT
        elif character.isspace():
            table[code] = _SPACE
        elif character.isupper() or 0xFF00 <= code < 0xFF60:
            folded = unicodedata.normalize("NFKC", character).lower()
            table[code] = ord(folded) if len(folded) == 1 else code
    return table


def _mask_numbers(codes: NDArray[np.uint32], owners: Ints, offsets: Ints) -> Stream:
    digit = codes == _DIGIT
    starts = np.flatnonzero(digit & ~np.concatenate(([False], digit[:-1])))
    ends = np.flatnonzero(digit & ~np.concatenate((digit[1:], [False])))
    masked = codes.astype(np.uint64)
    masked[starts] = np.where(ends - starts + 1 >= _LONG_DIGITS, LONG_NUMBER, NUMBER)
    kept = (codes != _SPACE) & (codes != DROPPED)
    kept[digit] = False
    kept[starts] = True
    return Stream(masked[kept], owners[kept], offsets[kept])


def grams(stream: Stream, channel: int, bits: int) -> Grams:
    """Return every n-gram of *stream* hashed into ``2**bits`` buckets; *channel* keeps the two readings apart."""
    hashed = np.full(stream.codes.size, channel + 1, dtype=np.uint64) * _FINISHER
    parts: list[tuple[Ints, Ints, Ints, Ints]] = []
    for size in _SIZES:
        count = max(stream.codes.size - size + 1, 0)
        hashed = (hashed[:count] ^ stream.codes[size - 1 :]) * _MULTIPLIER
        hashed ^= hashed >> np.uint64(29)
        whole = stream.texts[:count] == stream.texts[size - 1 :]
        buckets = ((hashed[whole] * _FINISHER) >> np.uint64(64 - bits)).astype(np.int64)
        parts.append(
            (buckets, stream.texts[:count][whole], stream.places[:count][whole], stream.places[size - 1 :][whole])
        )
    return Grams(*(np.concatenate(column) for column in zip(*parts, strict=True)))


@dataclass(frozen=True, slots=True)
class Featurizer:
    """Turns passages into rows: the inverse document frequency of every n-gram present, scaled to unit length.

    How often an n-gram occurs in a text is left out, it made the model worse. ``idf`` has one weight a bucket.
    """

    bits: int
    idf: Floats

    def matrix(self, passages: Sequence[Passage]) -> Matrix:
        """Return one row for each of *passages*, with columns in ascending order."""
        rows, columns = present(passages, self.bits)
        return Matrix(rows, columns, unit_length(self.idf[columns], rows))


def present(passages: Sequence[Passage], bits: int) -> tuple[Ints, Ints]:
    """Return the buckets present in each of *passages*: where each row begins, and the columns."""
    normalized = grams(read([passage.normalized for passage in passages]), 0, bits)
    original = grams(read([passage.original for passage in passages]), 1, bits)
    keys = np.concatenate(
        [(part.texts << bits) | part.buckets for part in (normalized, original)] + [_signals(passages, bits)]
    )
    keys.sort()
    first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if keys.size else keys
    distinct = keys[first]
    rows = np.searchsorted(distinct >> bits, np.arange(len(passages) + 1)).astype(np.int64)
    return rows, distinct & ((1 << bits) - 1)


def _signals(passages: Sequence[Passage], bits: int) -> Ints:
    return np.array(
        [(row << bits) | signal_bucket(name, bits) for row, passage in enumerate(passages) for name in passage.signals],
        dtype=np.int64,
    )


@functools.cache
def signal_bucket(name: str, bits: int) -> int:
    """Return the bucket of the signal *name*."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return int((value * int(_FINISHER) & 0xFFFFFFFFFFFFFFFF) >> (64 - bits))


def unit_length(values: Floats, rows: Ints) -> Floats:
    """Scale each row of *values* to a Euclidean length of one."""
    norms = np.sqrt(row_sums(values.astype(np.float64) ** 2, rows))
    norms[norms == 0] = 1.0
    scaled: Floats = (values / np.repeat(norms, np.diff(rows))).astype(np.float32)
    return scaled


def row_sums(values: NDArray[Any], rows: Ints) -> NDArray[Any]:
    """Sum the entries of each row; a row without entries sums to zero."""
    sums = np.zeros((rows.size - 1, *values.shape[1:]), dtype=values.dtype)
    filled = np.diff(rows) > 0
    if filled.any():
        sums[filled] = np.add.reduceat(values, rows[:-1][filled], axis=0)
    return sums
