"""Walking the chain from its first event to its head, and telling where it breaks first and how."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from moderation.audit.chain import GENESIS, ChainBroken, Head
from moderation.audit.models import AuditEvent, AuditHead
from moderation.audit.trail import HEAD_ROW
from moderation.db import Database
from moderation.privacy.vault import VaultError

BATCH = 1000

_COLUMNS: tuple[Any, ...] = tuple(AuditEvent.__table__.columns)
_FIELDS = ("actor", "action", "subject", "details")


class Fault(StrEnum):
    """What is wrong with the log."""

    ALTERED = "altered"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CUT_OFF = "cut off"
    HEAD = "head"
    SET_BACK = "set back"


@dataclass(frozen=True, slots=True)
class Finding:
    """The first event that does not fit: its number, what is wrong, and that in words."""

    fault: Fault
    number: int
    told: str


@dataclass(frozen=True, slots=True)
class Report:
    """How many events fit, the hash of the last of them, and what is wrong behind it, if anything is."""

    count: int
    hash: str
    finding: Finding | None = None


def verify(db: Database, expect: str | None = None) -> Report:
    """Check the whole log as it is at this instant; *expect* is a hash that must be in the chain.

    Rows are read in batches, so memory does not grow with the log.
    """
    with db.read() as session:
        if not db.is_sqlite:
            # Events that come in meanwhile must be neither half seen nor taken for a fault.
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        head = _head(session)
        if isinstance(head, Report):
            return head
        return _walk(session, head, expect)


def _head(session: Session) -> Head | Report:
    try:
        sealed = session.scalar(select(AuditHead.sealed).where(AuditHead.id == HEAD_ROW))
        if sealed is not None:
            return Head.opened(sealed)
    except (VaultError, ChainBroken) as error:
        return Report(
            0, GENESIS, Finding(Fault.HEAD, 0, f"the head cannot be read, so nothing can be checked: {error}")
        )
    if session.scalar(select(AuditEvent.id).limit(1)) is None:
        return Head.new()
    return Report(0, GENESIS, Finding(Fault.HEAD, 0, "there are events, but their head is gone"))


def _walk(session: Session, head: Head, expect: str | None) -> Report:
    count, last, met = 0, GENESIS, expect in {None, GENESIS}
    try:
        for row in _rows(session, select(*_COLUMNS)):
            if row.id != count + 1 or row.previous != last or not _is_genuine(head, row, row.id):
                return Report(count, last, _diagnose(session, head, row, count + 1, last))
            count, last = row.id, row.hash
            met = met or last == expect
    except _UnreadableError as found:
        told = f"event {found.number} holds a value that is no date or no JSON"
        return Report(count, last, Finding(Fault.ALTERED, found.number, told))
    return Report(count, last, _at_the_end(head, count, last) or (None if met else _unmet(count)))


def _at_the_end(head: Head, count: int, last: str) -> Finding | None:
    if count < head.last:
        told = f"events {count + 1} to {head.last} are gone from the end"
        return Finding(Fault.CUT_OFF, count + 1, told)
    if count > head.last or last != head.hash:
        told = f"the head is not that of event {count}: it was put back to one of an earlier time, or another history"
        return Finding(Fault.HEAD, min(count, head.last + 1), told)
    return None


def _unmet(count: int) -> Finding:
    return Finding(
        Fault.SET_BACK,
        count,
        "the chain fits, but the expected hash is not in it: the database was put back to an earlier time,"
        " or the hash is another database's",
    )


def _diagnose(session: Session, head: Head, row: Row[Any], number: int, last: str) -> Finding:
    """Tell what happened where event *number*, following the hash *last*, is expected and *row* is found."""
    moved = next((each.id for each in _followers(session, last) if _moved(head, each, number)), None)
    if row.id > number and moved is None:
        return Finding(Fault.REMOVED, number, f"event {number} is gone; the next one there is {row.id}")
    if row.id > number:
        return Finding(Fault.REORDERED, number, f"event {number} stands as {moved}")
    return _misfit(head, row, number, moved)


def _misfit(head: Head, row: Row[Any], number: int, moved: int | None) -> Finding:
    """Tell why *row* does not fit, which has the right number or none at all; *moved* is where the right one is."""
    if row.id < number or _is_genuine(head, row, number):
        return Finding(Fault.INSERTED, row.id, f"event {row.id} belongs to no place here, or to another history")
    was = next((each for each in range(1, head.last + 1) if _is_genuine(head, row, each)), None)
    if was is not None and moved is not None:
        return Finding(Fault.REORDERED, number, f"event {was} stands as {number}, and event {number} as {moved}")
    if was is not None and was > number:
        return Finding(Fault.REMOVED, number, f"event {number} is gone; event {was} took its number")
    if moved is not None or number > head.last:
        return Finding(Fault.INSERTED, number, f"event {number} was not written by the service")
    return Finding(Fault.ALTERED, number, f"event {number} is not as it was written")


def _followers(session: Session, last: str) -> Iterator[Row[Any]]:
    return _rows(session, select(*_COLUMNS).where(AuditEvent.previous == last))


def _moved(head: Head, row: Row[Any], number: int) -> bool:
    return row.id != number and _is_genuine(head, row, number)


def _is_genuine(head: Head, row: Row[Any], number: int) -> bool:
    """Whether the service wrote *row* as event *number*, after the hash that it names."""
    fields = {name: getattr(row, name) for name in _FIELDS}
    try:
        return bool(head.link(number, row.at, fields, row.previous) == row.hash)
    except (TypeError, ValueError, AttributeError):
        # SQLite keeps values of any type in any column.
        return False


class _UnreadableError(Exception):
    """The driver cannot make sense of the event ``number``."""

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


def _rows(session: Session, query: Select[Any]) -> Iterator[Row[Any]]:
    """Yield what *query* finds, by number, a batch at a time.

    Raises:
        _UnreadableError: a value cannot be converted.
    """
    ordered = query.order_by(AuditEvent.id)
    wanted = ordered
    while batch := _batch(session, wanted):
        yield from batch
        wanted = ordered.where(AuditEvent.id > batch[-1].id)


def _batch(session: Session, query: Select[Any]) -> list[Row[Any]]:
    try:
        return list(session.execute(query.limit(BATCH)).all())
    except (TypeError, ValueError):
        return _one(session, query)


def _one(session: Session, query: Select[Any]) -> list[Row[Any]]:
    # The next one alone: those before the one that cannot be read are still to be checked.
    try:
        return list(session.execute(query.limit(1)).all())
    except (TypeError, ValueError) as error:
        number = session.scalar(query.with_only_columns(AuditEvent.id).limit(1))
        raise _UnreadableError(number or 0) from error
