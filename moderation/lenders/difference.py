"""What a file would change: rows added, rows changed field by field, rows that the file does not have."""

from collections.abc import Mapping
from dataclasses import dataclass

from moderation.lenders import widening
from moderation.lenders.kinds import Fields, Kind
from moderation.lenders.refusals import Fault
from moderation.lenders.sheets import Reading


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one row: what it was and what the file says."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One record before and after; None where there was, or will be, none."""

    key: str
    before: Fields | None
    after: Fields | None

    @property
    def changes(self) -> tuple[FieldChange, ...]:
        """The fields that differ."""
        old, new = self.before or {}, self.after or {}
        return tuple(
            FieldChange(name, old.get(name, ""), new.get(name, ""))
            for name in dict.fromkeys((*new, *old))
            if old.get(name, "") != new.get(name, "")
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """What importing a file changes. ``missing`` rows are reported and stay as they are.

    ``widening`` tells, row by row, what could turn a block into an allow.
    """

    kind: Kind
    file_name: str
    sha256: str
    entries: tuple[Entry, ...] = ()
    unchanged: int = 0
    missing: tuple[str, ...] = ()
    warnings: tuple[Fault, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the registry is already what the file says."""
        return not self.entries

    @property
    def added(self) -> tuple[str, ...]:
        """Keys of the rows that are new."""
        return tuple(entry.key for entry in self.entries if entry.before is None)

    @property
    def changed(self) -> tuple[Entry, ...]:
        """The rows that are there and differ."""
        return tuple(entry for entry in self.entries if entry.before is not None)

    @property
    def widening(self) -> tuple[str, ...]:
        """Why this needs a second person; empty if it could turn no block into an allow."""
        return tuple(
            f"{entry.key}: {reason}"
            for entry in self.entries
            for reason in widening.reasons(self.kind, entry.before, entry.after)
        )


def of(reading: Reading, stored: Mapping[str, Fields], wanted: Mapping[str, Fields]) -> Difference:
    """Return what turns *stored* records into the *wanted* ones."""
    entries = [Entry(key, stored.get(key), fields) for key, fields in wanted.items()]
    differing = tuple(entry for entry in entries if entry.before is None or entry.changes)
    return Difference(
        kind=reading.sheet.kind,
        file_name=reading.file_name,
        sha256=reading.sha256,
        entries=differing,
        unchanged=len(entries) - len(differing),
        missing=tuple(key for key in stored if key not in wanted),
        warnings=reading.warnings,
    )
