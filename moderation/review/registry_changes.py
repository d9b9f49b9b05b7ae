"""Changes of the registry as its pages show them: lists without records, and one change record by record."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from moderation.lenders import cells, changes, store, widening
from moderation.lenders.difference import Entry
from moderation.lenders.kinds import Kind
from moderation.lenders.models import APPLIED, PROPOSED, REJECTED, RegistryChange

STATES = (PROPOSED, APPLIED, REJECTED)
PAGE = 25
RECORDS = 25
BRIEF, FULL = 300, 50_000
"""Characters of a cell that are shown: in the list of records, and when one record is looked at alone."""
SHARES = ("widening", "added", "changed", "removed")
_LISTS = frozenset(
    {
        "former_names", "brands_supported", "brands_unverified", "domains", "domains_unverified", "brands", "products",
        "statuses",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A change in a list: its records are not loaded, only counted."""

    change: RegistryChange
    records: int


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a list, newest first; ``before`` is the cursor of the next one, None at the end."""

    lines: list[Line]
    before: int | None


@dataclass(frozen=True, slots=True)
class Side:
    """A cell before or after: its value, or of a list only what the other side lacks.

    ``left`` tells how much is not shown, in ``unit``: 字 (characters) or 项 (parts of a list).
    """

    shown: tuple[str, ...]
    left: int = 0
    unit: str = "字"


@dataclass(frozen=True, slots=True)
class Cell:
    """A field that a change alters; ``kept`` counts the parts of a list that stay."""

    field: str
    old: Side
    new: Side
    kept: int = 0

    @property
    def clipped(self) -> bool:
        """Whether something of it is not shown."""
        return bool(self.old.left or self.new.left)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a change. ``position`` counts from 0 in the order of the file."""

    position: int
    entry: Entry
    reasons: tuple[str, ...]
    moved: bool

    @property
    def share(self) -> str:
        """What happens to the record."""
        if self.entry.before is None:
            return "added"
        return "removed" if self.entry.after is None else "changed"

    @property
    def lender(self) -> str | None:
        """Legal name of the lender that the record is of or about; None for an operator's."""
        return _lender(self.entry)

    def cells(self, most: int = BRIEF) -> list[Cell]:
        """Return the fields that differ, with about *most* characters of each."""
        return [_cell(each.field, each.old, each.new, most) for each in self.entry.changes]


def page(session: Session, states: Collection[str], before: int | None = None, size: int = PAGE) -> Page:
    """Return up to *size* changes in one of *states* that are older than the change *before* (None: the newest)."""
    length = func.json_array_length if session.get_bind().dialect.name == "sqlite" else func.jsonb_array_length
    query = select(RegistryChange, length(RegistryChange.entries)).where(RegistryChange.state.in_(states))
    if before is not None:
        query = query.where(RegistryChange.id < before)
    # An import's records may take megabytes, and a list needs none of them.
    light = query.options(defer(RegistryChange.entries), defer(RegistryChange.missing))
    rows = session.execute(light.order_by(RegistryChange.id.desc()).limit(size + 1)).all()
    lines = [Line(change, records) for change, records in rows[:size]]
    return Page(lines, lines[-1].change.id if len(rows) > size else None)


def counts(session: Session) -> dict[str, int]:
    """Return how many changes are in each state."""
    rows = session.execute(select(RegistryChange.state, func.count()).group_by(RegistryChange.state))
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in rows}


def records(session: Session, change: RegistryChange) -> list[Record]:
    """Return a change's records, those that need a second person first."""
    moved = moved_keys(session, change)
    found = [
        Record(
            position, entry, widening.reasons(cast(Kind, change.kind), entry.before, entry.after), entry.key in moved
        )
        for position, entry in enumerate(_entries(change))
    ]
    return sorted(found, key=lambda record: not record.reasons)


def shares(found: Iterable[Record]) -> dict[str, int]:
    """Return how many records fall into each of ``SHARES``."""
    counted = dict.fromkeys(SHARES, 0)
    for record in found:
        counted[record.share] += 1
        counted["widening"] += bool(record.reasons)
    return counted


def moved_keys(session: Session, change: RegistryChange) -> set[str]:
    """Return the records that were changed since the change was proposed (or, if it is live, since it was applied)."""
    if change.state == REJECTED:
        return set()
    entries = _entries(change)
    there = store.some(session, cast(Kind, change.kind), [entry.key for entry in entries])
    return {
        entry.key
        for entry in entries
        if there.get(entry.key) != (entry.before if change.state == PROPOSED else entry.after)
    }


def concerning(session: Session, lender: str, most: int) -> list[Line]:
    """Return the newest changes that touched *lender*, each with how many of its records are the lender's."""
    touching = changes.about(session, lender, most)
    lines = [Line(change, sum(_lender(entry) == lender for entry in _entries(change))) for change in touching]
    # An operator may be called like the lender that is asked for; its changes are not the lender's.
    return [line for line in lines if line.records]


def _lender(entry: Entry) -> str | None:
    return (entry.after or entry.before or {}).get("legal_name")


def _entries(change: RegistryChange) -> list[Entry]:
    return [Entry(*each) for each in change.entries]


def _cell(field: str, old: str, new: str, most: int) -> Cell:
    if field not in _LISTS:
        return Cell(field, _clipped(old, most), _clipped(new, most))
    was, becomes = cells.parts(old), cells.parts(new)
    common = set(was) & set(becomes)
    gone, come = ([part for part in side if part not in common] for side in (was, becomes))
    return Cell(field, _some(gone, most), _some(come, most), len(common))


def _clipped(text: str, most: int) -> Side:
    return Side((text[:most],) if text else (), max(0, len(text) - most))


def _some(parts: Sequence[str], most: int) -> Side:
    """Return the first parts that *most* characters hold, one at least."""
    shown: list[str] = []
    for part in parts:
        if shown and sum(map(len, shown)) + len(part) > most:
            break
        shown.append(part)
    return Side(tuple(shown), len(parts) - len(shown), "项")
