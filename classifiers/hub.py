"""A sequence classifier of Hugging Face in the encoder's place, for those who have a bigger model or a GPU.

Needs the packages ``transformers`` and ``torch``, which the service itself does not install.
"""

import hashlib
import importlib
import threading
from pathlib import Path
from typing import Any

import numpy as np

from classifiers import labels
from classifiers.encoder import Impression
from classifiers.errors import ArtifactError
from classifiers.gate import ILLEGAL, LICENSED
from classifiers.surface import Surface

ILLEGAL_NAME = "illegal"
"""The name of the positive class of a model that has two."""

_MOST_TOKENS = 512
_LICENSED_OR_ILLEGAL = ILLEGAL | LICENSED


class HubReader:
    """Reads with any sequence classifier whose classes are the taxonomy's, or ``illegal`` and one other.

    Contacts and long numbers are read as private-use characters, as by the shipped encoder: fine-tune on
    ``classifiers.surface.surface`` to have the model know them.
    """

    def __init__(self, model: Any, tokenizer: Any, names: tuple[str, ...], version: str) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._order = [names.index(key) for key in labels.KEYS] if set(names) == set(labels.KEYS) else []
        self._illegal = 0 if self._order else names.index(ILLEGAL_NAME)
        self._most = min(_MOST_TOKENS, tokenizer.model_max_length, model.config.max_position_embeddings)
        self._lock = threading.Lock()
        self.version = version

    @classmethod
    def load(cls, name: str) -> "HubReader":
        """Load the model in the folder *name*, or of that hub name (``owner/name`` or ``owner/name@revision``).

        A GPU is used where there is one.

        Raises:
            ArtifactError: the packages are missing, there is no such model, or its classes are not known here.
        """
        source, _, revision = (name, "", "") if Path(name).is_dir() else name.partition("@")
        try:
            torch = importlib.import_module("torch")
            transformers = importlib.import_module("transformers")
        except ImportError as error:
            raise ArtifactError(f"the encoder {name!r} needs the packages transformers and torch: {error}") from error
        try:
            # Neither code nor pickles of a stranger's are run.
            options = {"trust_remote_code": False, "revision": revision or None}
            tokenizer = transformers.AutoTokenizer.from_pretrained(source, **options)
            model = transformers.AutoModelForSequenceClassification.from_pretrained(
                source, use_safetensors=True, **options
            ).eval()
        except (OSError, ValueError, RuntimeError, ImportError) as error:
            raise ArtifactError(f"the encoder {name!r} can't be loaded: {error}") from error
        names = tuple(model.config.id2label[index] for index in range(model.config.num_labels))
        if set(names) != set(labels.KEYS) and not (len(names) == 2 and ILLEGAL_NAME in names):
            raise ArtifactError(
                f"the encoder {name!r} has the classes {', '.join(names)}; expected the {len(labels.KEYS)} of the"
                f" taxonomy, or {ILLEGAL_NAME!r} and one other"
            )
        model.to("cuda" if torch.cuda.is_available() else "cpu")
        commit = getattr(model.config, "_commit_hash", None) or _state_of(Path(source))
        return cls(model, tokenizer, names, f"{source}@{commit}")

    @property
    def knows_labels(self) -> bool:
        """Whether the model tells the labels apart, or only illegal from other."""
        return bool(self._order)

    def read(self, surface: Surface) -> Impression:
        """Return what the model makes of *surface*. It can't say which characters moved it."""
        torch = importlib.import_module("torch")
        # A tokeniser keeps how to truncate as state of its own, which two threads must not change at once.
        with self._lock:
            encoded = self._tokenizer(surface.text, truncation=True, max_length=self._most, return_tensors="pt")
        with torch.inference_mode():
            margins = self._model(**encoded.to(self._model.device)).logits[0].float().cpu().numpy().astype(np.float64)
        if not self._order:
            illegal = float(margins[self._illegal] - margins[1 - self._illegal])
            return Impression(illegal, np.zeros(len(labels.KEYS)), None)
        ordered = margins[self._order]
        illegal = float(np.logaddexp.reduce(ordered[ILLEGAL]) - np.logaddexp.reduce(ordered[~_LICENSED_OR_ILLEGAL]))
        return Impression(illegal, ordered, None)


def _state_of(folder: Path) -> str:
    """Return what changes when a file of *folder* does: names, sizes and times, for the contents are gigabytes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
