"""Reads and checks the term files."""

from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any, Literal

import yaml

from classifiers.errors import ArtifactError
from classifiers.labels import LABELS

Strength = Literal["strong", "weak"]
_FIELDS = {"term", "strength", "needs"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One term in its normalised form, the evidence code it gives and the label it speaks for.

    A ``weak`` term counts only beside one of the words of ``needs``; a strong one may have ``needs`` too.
    """

    term: str
    code: str
    label: str
    strength: Strength
    needs: tuple[str, ...]


def _reject(file: str, entry: object, fault: str) -> ArtifactError:
    return ArtifactError(f"{file}: entry {entry!r}: {fault}")


def _word(file: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _reject(file, value, "must be a word; quote what YAML takes for a number or a truth value")
    if value != value.casefold() or value != value.strip():
        raise _reject(file, value, "must be in its normalised form: lower case, no space around it")
    return value


def _entry(file: str, head: dict[str, Any], row: object) -> Entry:
    fields = {"term": row} if isinstance(row, str) else row
    if not isinstance(fields, dict) or "term" not in fields:
        raise _reject(file, row, "must be a word or a mapping with `term`")
    if unknown := set(fields) - _FIELDS:
        raise _reject(file, row, f"unknown fields {sorted(map(str, unknown))}")
    strength = fields.get("strength", "strong")
    if strength not in {"strong", "weak"}:
        raise _reject(file, row, "`strength` must be strong or weak")
    # A cue that is part of the term itself would support nothing.
    cues = [cue for cue in head["cues"] if cue not in str(fields["term"])] if strength == "weak" else []
    needs = fields.get("needs", cues)
    if not isinstance(needs, list):
        raise _reject(file, row, "`needs` must be a list of words")
    if strength == "weak" and not needs:
        raise _reject(file, row, "a weak term must say what it `needs`")
    return Entry(
        _word(file, fields["term"]),
        f"lexicon.{head['code']}",
        head["label"],
        strength,
        tuple(_word(file, need) for need in needs),
    )


def _head(file: str, content: object) -> dict[str, Any]:
    if not isinstance(content, dict) or not isinstance(content.get("terms"), list):
        raise ArtifactError(f"{file}: must be a mapping with `label` and a list of `terms`")
    if content.get("label") not in LABELS:
        raise ArtifactError(f"{file}: `label` {content.get('label')!r} is no label of the taxonomy")
    cues = content.get("cues", [])
    if not isinstance(cues, list):
        raise ArtifactError(f"{file}: `cues` must be a list of words")
    return {"label": content["label"], "code": file.removesuffix(".yaml"), "cues": cues}


def read_entries(path: Traversable) -> list[Entry]:
    """Return the entries of one file.

    Raises:
        ArtifactError: names the file, and the entry where one is at fault.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ArtifactError(f"{path.name}: cannot be read: {error}") from error
    head = _head(path.name, content)
    entries = [_entry(path.name, head, row) for row in content["terms"]]
    seen: set[str] = set()
    for entry in entries:
        if entry.term in seen:
            raise _reject(path.name, entry.term, "stands there twice")
        seen.add(entry.term)
    return entries
