"""Reading records from the database, as they are or as they were known at an instant, and replacing them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from moderation.lenders.difference import Entry
from moderation.lenders.facts import Facts, assemble
from moderation.lenders.kinds import Fields, Kind
from moderation.lenders.models import RegistryChange, RegistryRecord, RegistryState

_MANY = 500


def lock(session: Session) -> None:
    """Let one change after another happen: two at once must not both compare with the same state."""
    session.scalar(select(RegistryState).with_for_update())


def keys(session: Session, kind: Kind) -> set[str]:
    """Return the keys of the records that there are."""
    return set(session.scalars(select(RegistryRecord.key).where(RegistryRecord.kind == kind, _CURRENT)))


def current(session: Session, kind: Kind) -> dict[str, Fields]:
    """Return the records that there are, by key, in the order in which they were entered."""
    query = select(RegistryRecord.key, RegistryRecord.fields).where(RegistryRecord.kind == kind, _CURRENT)
    return {row.key: row.fields for row in session.execute(query.order_by(RegistryRecord.id))}


def some(session: Session, kind: Kind, wanted: Collection[str]) -> dict[str, Fields]:
    """Return those of the *wanted* records that there are."""
    found: dict[str, Fields] = {}
    for few in _few(sorted(wanted)):
        query = select(RegistryRecord.key, RegistryRecord.fields).where(
            RegistryRecord.kind == kind, RegistryRecord.key.in_(few), _CURRENT
        )
        found |= {row.key: row.fields for row in session.execute(query)}
    return found


def about(session: Session, lender: str, known_at: datetime | None = None) -> list[tuple[Kind, Fields]]:
    """Return all records that are of or about the lender with this legal name, the lender's own first."""
    rows = select(RegistryRecord.kind, RegistryRecord.fields).where(
        (RegistryRecord.key == lender) | RegistryRecord.key.startswith(f"{lender} / ", autoescape=True),
        RegistryRecord.kind != "operators",
        _CURRENT if known_at is None else _known(known_at),
    )
    found = [(cast(Kind, kind), fields) for kind, fields in session.execute(rows.order_by(RegistryRecord.id))]
    return sorted(found, key=lambda record: record[0] != "lenders")


def facts(session: Session, known_at: datetime | None = None) -> Facts:
    """Return all facts: those that the registry holds, or held at the instant *known_at*."""
    query = select(RegistryRecord.kind, RegistryRecord.fields).where(_CURRENT if known_at is None else _known(known_at))
    return assemble((cast(Kind, kind), fields) for kind, fields in session.execute(query.order_by(RegistryRecord.id)))


def replace(session: Session, change: RegistryChange, kind: Kind, entries: Sequence[Entry]) -> None:
    """Write *entries* as the outcome of *change*: what was there ends with it, what follows begins."""
    for few in _few([entry.key for entry in entries if entry.before is not None]):
        ended = update(RegistryRecord).where(RegistryRecord.kind == kind, RegistryRecord.key.in_(few), _CURRENT)
        session.execute(ended.values(until_id=change.id), execution_options={"synchronize_session": False})
    rows = [
        {"kind": kind, "key": entry.key, "fields": entry.after, "since_id": change.id}
        for entry in entries
        if entry.after is not None
    ]
    if rows:
        session.execute(insert(RegistryRecord), rows)


_CURRENT: ColumnElement[bool] = RegistryRecord.until_id.is_(None)


def _known(at: datetime) -> ColumnElement[bool]:
    begun, ended = aliased(RegistryChange), aliased(RegistryChange)
    since = select(begun.id).where(begun.id == RegistryRecord.since_id, begun.decided_at <= at).exists()
    until = select(ended.id).where(ended.id == RegistryRecord.until_id, ended.decided_at <= at).exists()
    return since & or_(RegistryRecord.until_id.is_(None), ~until)


def _few(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    """Cut *keys* into lists that every database takes as parameters."""
    return (keys[start : start + _MANY] for start in range(0, len(keys), _MANY))
