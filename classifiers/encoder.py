"""The encoder: a small transformer that reads what the gate can't settle. ONNX Runtime and tokenizers, no torch."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as runtime
from tokenizers import Encoding, Tokenizer

from classifiers import labels
from classifiers.errors import ArtifactError
from classifiers.surface import SURFACE_VERSION, Surface

NAME, FORMAT = "encoder", 1
CARD, MODEL, PIECES = f"{NAME}.card.json", f"{NAME}.onnx", f"{NAME}.tokenizer.json"

MOST_TOKENS = 160
"""Tokens read at once. Ordinary passages have fewer; what rare characters draw out is read in several pieces."""

_OVERLAP = 20

_RUNTIME_ERRORS = (
    runtime.Fail,
    runtime.InvalidArgument,
    runtime.InvalidGraph,
    runtime.InvalidProtobuf,
    runtime.NotImplemented,
    runtime.RuntimeException,
)
"""What ONNX Runtime raises of a model that it can't take; these share no base but Exception."""

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Impression:
    """What the encoder makes of one passage.

    ``illegal`` is the margin of the binary head, ``labels`` those of the label head (in the order of ``labels.KEYS``).
    ``shares`` says how much each character of the passage's plain reading adds to ``illegal``: the network ends in a
    mean over tokens and a linear head, so that the margin is a sum of one part a token (those of the frame and of the
    original wording are left out here). It is ``None`` of a model that isn't built like this.
    """

    illegal: float
    labels: Doubles
    shares: Doubles | None


class Encoder:
    """A trained encoder, ready to read. Safe to share between threads; load it after forking, not before."""

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer, version: str) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self.version = version

    @classmethod
    def load(cls, folder: Path, threads: int = 1) -> "Encoder":
        """Read the encoder in *folder*; it will use *threads* threads for each text.

        Raises:
            ArtifactError: it is missing, damaged, or of another format.
        """
        card = read_card(folder)
        model, pieces = (_intact(folder / name, card["files"].get(name)) for name in (MODEL, PIECES))
        try:
            return cls.made(model, pieces, threads)
        except _RUNTIME_ERRORS as error:
            raise ArtifactError(f"{folder / MODEL} is no model that this ONNX Runtime reads: {error}") from error

    @classmethod
    def made(cls, model: bytes, pieces: bytes, threads: int = 1) -> "Encoder":
        """Return the encoder that the contents of its two files make."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_str(pieces.decode())
        tokenizer.enable_truncation(MOST_TOKENS, stride=_OVERLAP)
        return cls(session, tokenizer, hashlib.sha256(model + pieces).hexdigest())

    def read(self, surface: Surface) -> Impression:
        """Return what the encoder makes of *surface*: of one with too many tokens, of its most incriminating piece.

        Texts are read one by one: the eight-bit network takes its scales from whatever it is given at once, so
        that a text's neighbours would move its score; and on one thread a batch is no faster.
        """
        first = self._tokenizer.encode(surface.text)
        return max((self._read(piece, surface) for piece in (first, *first.overflowing)), key=lambda each: each.illegal)

    def _read(self, encoding: Encoding, surface: Surface) -> Impression:
        tokens = np.array([encoding.ids], dtype=np.int64)
        illegal, by_label, parts = self._session.run(None, {"tokens": tokens, "mask": np.ones_like(tokens)})
        shares = _by_character(parts[0], encoding.offsets, surface.places)
        return Impression(float(illegal[0]), by_label[0].astype(np.float64), shares)


def read_card(folder: Path) -> Mapping[str, Any]:
    """Return the card of the encoder in *folder*.

    Raises:
        ArtifactError: it is missing, no card, or speaks of another format, surface or taxonomy.
    """
    try:
        card = json.loads((folder / CARD).read_bytes())
        found = (card["format"], card["surface"], tuple(card["labels"]))
        card["files"].items()
        float(card["thresholds"]["review_from"])
    except OSError as error:
        raise ArtifactError(f"{folder / CARD} can't be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArtifactError(f"{folder / CARD} is no card of an encoder: {error!r}") from error
    if found != (FORMAT, SURFACE_VERSION, labels.KEYS):
        raise ArtifactError(f"the encoder in {folder} is of another format or taxonomy; train it again")
    return dict(card)


def _intact(path: Path, sha256: str | None) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ArtifactError(f"{path} can't be read: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ArtifactError(f"{path} is damaged or not the file of its card")
    return content


def _by_character(parts: NDArray[np.float32], offsets: list[tuple[int, int]], places: tuple[int, ...]) -> Doubles:
    """Share each token's part among the characters of the plain reading that it covers."""
    shares = np.zeros(places[-1] + 1 if places else 0)
    for part, (start, end) in zip(parts.tolist(), offsets, strict=True):
        covered = places[start:end]
        for place in covered:
            shares[place] += part / len(covered)
    return shares
