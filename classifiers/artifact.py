"""Reads a model and its card from disk, and believes neither before the hashes agree."""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.errors import ArtifactError

Arrays = Mapping[str, NDArray[Any]]

SHIPPED = Path(__file__).parent / "artifacts"
"""Where the models that come with this package lie."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A model's arrays, its card, and the SHA-256 of the file they came from."""

    arrays: Arrays
    card: Mapping[str, Any]
    sha256: str


def read(folder: Path, name: str, version: int) -> Artifact:
    """Read ``name.npz`` and ``name.card.json`` from *folder*.

    Raises:
        ArtifactError: a file is missing or damaged, the model isn't the one its card speaks of, or its format is
            not *version*.
    """
    card = _card(folder / f"{name}.card.json")
    if card.get("format") != version:
        raise ArtifactError(f"{name}.card.json has format {card.get('format')!r}, this version reads {version}")
    path = folder / f"{name}.npz"
    content = _bytes(path)
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != card.get("sha256"):
        raise ArtifactError(f"{path} is damaged or not the model of its card: its SHA-256 is {sha256}")
    return Artifact(_arrays(path, content), card, sha256)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ArtifactError(f"{path} can't be read: {error.strerror}") from error


def _card(path: Path) -> dict[str, Any]:
    try:
        card = json.loads(_bytes(path))
    except ValueError as error:
        raise ArtifactError(f"{path} is not JSON: {error}") from error
    if not isinstance(card, dict):
        raise ArtifactError(f"{path} holds no JSON object")
    return card


def _arrays(path: Path, content: bytes) -> dict[str, NDArray[Any]]:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error, AttributeError) as error:
        raise ArtifactError(f"{path} is no archive of arrays: {error}") from error
