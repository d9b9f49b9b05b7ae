"""Writes a fitted gate and its card; the same fit gives the same bytes."""

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from classifiers import features, labels
from classifiers.calibration import Calibration
from classifiers.gate import FORMAT, NAME, Heads
from classifiers.training.fitting import Idf


def pack(idf: Idf, heads: Heads, curve: Calibration) -> bytes:
    """Return the archive that ``Gate.load`` reads."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        features=np.int64(features.FEATURES_VERSION),
        keys=np.array(labels.KEYS),
        idf=idf.steps,
        idf_scale=np.float64(idf.scale),
        illegal=heads.illegal,
        illegal_scale=np.float64(heads.illegal_scale),
        illegal_bias=np.float64(heads.illegal_bias),
        labels=heads.labels,
        label_scales=heads.label_scales,
        label_biases=heads.label_biases,
        margins=curve.margins,
        log_odds=curve.log_odds,
    )
    return buffer.getvalue()


def write(folder: Path, content: bytes, card: Mapping[str, Any]) -> None:
    """Write the model and its card, with the model's hash in the card, into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{NAME}.npz").write_bytes(content)
    full = {
        "name": NAME,
        "format": FORMAT,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        **card,
    }
    text = json.dumps(full, ensure_ascii=False, indent=2)
    (folder / f"{NAME}.card.json").write_text(text + "\n", encoding="utf-8")
