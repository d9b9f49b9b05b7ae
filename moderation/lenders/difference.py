"""What a file would change: rows added, rows changed field by field, rows that the file does not have."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moderation.lenders.refusals import Fault
from moderation.lenders.sheets import Kind

Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one row: what it was and what the file says."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """A row that is there and differs."""

    key: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What importing a file changes, or changed. ``missing`` rows are reported and stay as they are."""

    kind: Kind
    file_name: str
    sha256: str
    added: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()
    unchanged: int = 0
    missing: tuple[str, ...] = ()
    warnings: tuple[Fault, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the registry is already what the file says."""
        return not (self.added or self.changed)

    def as_json(self) -> dict[str, Any]:
        """Return the difference as history keeps it."""
        changed = {change.key: {each.field: [each.old, each.new] for each in change.fields} for change in self.changed}
        return {
            "added": list(self.added),
            "changed": changed,
            "missing": list(self.missing),
            "unchanged": self.unchanged,
        }


def compare(stored: Mapping[str, Fields], wanted: Mapping[str, Fields]) -> tuple[list[str], list[Change], list[str]]:
    """Return the keys added, the rows changed and the keys missing, in the order of their mappings.

    A field that the file does not have is not compared: it stays as it is.
    """
    added = [key for key in wanted if key not in stored]
    pairs = [(key, _changes(stored[key], fields)) for key, fields in wanted.items() if key in stored]
    changed = [Change(key, changes) for key, changes in pairs if changes]
    return added, changed, [key for key in stored if key not in wanted]


def sha256(data: bytes) -> str:
    """Return the hash that tells one file from another."""
    return hashlib.sha256(data).hexdigest()


def _changes(old: Fields, new: Fields) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(name, old.get(name, ""), value) for name, value in new.items() if old.get(name, "") != value
    )
