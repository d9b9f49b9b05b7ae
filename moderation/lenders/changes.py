"""Changes of the registry: proposed by one person, let in by another, and never forgotten.

A change that could turn a block into an allow (see ``widening``) waits until somebody else than its proposer approves
it. Every other one goes live at once: who takes a lender or a partner out must not have to wait. A change is undone
by its opposite, which is a change like any other.
"""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from moderation.audit import trail
from moderation.db import utcnow
from moderation.errors import Conflict, NotFound, SecondPersonNeeded
from moderation.lenders import store
from moderation.lenders.difference import Difference, Entry
from moderation.lenders.facts import Facts
from moderation.lenders.kinds import Kind
from moderation.lenders.models import APPLIED, PROPOSED, REJECTED, RegistryChange, RegistryState

_MOST_REASONS = 200
"""Reasons why a change widens that are kept; a file of thousands of rows gives as many."""


def propose(session: Session, found: Difference, *, by: str, note: str = "") -> RegistryChange:
    """Record what *found* tells as a change by *by*; it goes live at once unless it widens."""
    change = _record(session, found, by, note)
    return _told(session, change if change.widening else _apply(session, change, by), by)


def admit(session: Session, found: Difference, *, by: str) -> RegistryChange:
    """Record and apply a change that was reviewed elsewhere: the files that come with a release."""
    return _apply(session, _record(session, found, by, ""), by)


def approve(session: Session, number: int, *, by: str) -> RegistryChange:
    """Let a proposed change in.

    Raises:
        SecondPersonNeeded: *by* proposed it.
        Conflict: it was decided already, or one of its records was changed since it was proposed.
        NotFound: there is no such change.
    """
    store.lock(session)
    change = _proposed(session, number)
    if change.proposed_by == by:
        raise SecondPersonNeeded(f"change {number} was proposed by {by}; somebody else must approve it")
    return _told(session, _apply(session, change, by), by, "approved")


def reject(session: Session, number: int, *, by: str, note: str = "") -> RegistryChange:
    """Turn a proposed change down; its proposer may do so, too.

    Raises:
        Conflict: it was decided already.
        NotFound: there is no such change.
    """
    store.lock(session)
    change = _proposed(session, number)
    change.state, change.decided_by, change.decided_at = REJECTED, by, utcnow()
    change.note = note or change.note
    return _told(session, change, by, REJECTED)


def undo(session: Session, number: int, *, by: str) -> RegistryChange:
    """Propose the opposite of a change that went live; it goes live at once unless it widens.

    Raises:
        Conflict: the change isn't live, its opposite is live or waits, or one of its records was changed again since.
        NotFound: there is no such change.
    """
    store.lock(session)
    change = find(session, number)
    if change.state != APPLIED:
        raise Conflict(f"change {number} is {change.state}, so there is nothing to undo")
    if (other := undoing(session, number)) is not None:
        raise Conflict(f"change {other.id} undoes change {number} already; it is {other.state}")
    opposite = tuple(Entry(key, after, before) for key, before, after in change.entries)
    found = Difference(cast(Kind, change.kind), change.file_name, change.sha256, opposite)
    _check(session, found.kind, opposite, number)
    undone = _record(session, found, by, f"undoes change {number}", undoes=change.id)
    return _told(session, undone if undone.widening else _apply(session, undone, by), by)


def undoing(session: Session, number: int) -> RegistryChange | None:
    """Return the change that undoes change *number*, or proposes to, if there is one."""
    query = select(RegistryChange).where(RegistryChange.undoes == number, RegistryChange.state != REJECTED)
    light = query.options(defer(RegistryChange.entries), defer(RegistryChange.missing))
    return session.scalar(light.order_by(RegistryChange.id.desc()).limit(1))


def find(session: Session, number: int) -> RegistryChange:
    """Return a change by its number.

    Raises:
        NotFound: there is none.
    """
    change = session.get(RegistryChange, number)
    if change is None:
        raise NotFound(f"there is no change {number} of the registry")
    return change


def history(session: Session, limit: int = 50, state: str | None = None) -> Sequence[RegistryChange]:
    """Return changes, newest first; with *state* only those in it."""
    query = select(RegistryChange).order_by(RegistryChange.id.desc()).limit(limit)
    return session.scalars(query if state is None else query.where(RegistryChange.state == state)).all()


def about(session: Session, key: str, limit: int = 50) -> list[RegistryChange]:
    """Return the changes that touched the record or lender *key*, newest first."""
    rows = session.scalars(select(RegistryChange).order_by(RegistryChange.id.desc()))
    touching = (change for change in rows if any(_concerns(entry[0], key) for entry in change.entries))
    return [change for _, change in zip(range(limit), touching, strict=False)]


def facts_hash(session: Session) -> str:
    """Return the hash of the facts as the last change left them."""
    return session.scalar(select(RegistryState.facts)) or Facts().fingerprint


def seal(session: Session) -> None:
    """Vouch for records that a migration of the schema carried over, if one did."""
    state = session.get(RegistryState, 1)
    if state is not None and not state.facts:
        state.facts = store.facts(session).fingerprint
        session.flush()


def _told(session: Session, change: RegistryChange, by: str, done: str | None = None) -> RegistryChange:
    """Have the audit log tell what *by* did with *change*: *done*, by default what became of it."""
    details: trail.Details = {"kind": change.kind, "records": len(change.entries), "undoes": change.undoes}
    event = trail.Event(trail.person(by), f"registry.{done or change.state}", f"registry:{change.id}", details)
    trail.append(session, event)
    return change


def _concerns(entry: str, key: str) -> bool:
    return entry == key or entry.startswith(f"{key} / ")


def _proposed(session: Session, number: int) -> RegistryChange:
    change = find(session, number)
    if change.state != PROPOSED:
        raise Conflict(f"change {number} was {change.state} already, by {change.decided_by}")
    return change


def _record(session: Session, found: Difference, by: str, note: str, undoes: int | None = None) -> RegistryChange:
    change = RegistryChange(
        kind=found.kind,
        file_name=found.file_name[:255],
        sha256=found.sha256,
        entries=[[entry.key, entry.before, entry.after] for entry in found.entries],
        missing=list(found.missing),
        widening=list(found.widening[:_MOST_REASONS]),
        state=PROPOSED,
        proposed_by=by[:100],
        note=note,
        undoes=undoes,
    )
    session.add(change)
    session.flush()
    return change


def _apply(session: Session, change: RegistryChange, by: str) -> RegistryChange:
    kind = cast(Kind, change.kind)
    entries = [Entry(*each) for each in change.entries]
    _check(session, kind, entries, change.id)
    change.state, change.decided_by, change.decided_at = APPLIED, by[:100], utcnow()
    store.replace(session, change, kind, entries)
    change.facts = store.facts(session).fingerprint
    state = session.get(RegistryState, 1)
    if state is None:
        session.add(RegistryState(id=1, facts=change.facts, counter=1))
    else:
        state.facts, state.counter, state.changed_at = change.facts, state.counter + 1, utcnow()
    session.flush()
    return change


def _check(session: Session, kind: Kind, entries: Sequence[Entry], number: int) -> None:
    there = store.some(session, kind, [entry.key for entry in entries])
    moved = [entry.key for entry in entries if there.get(entry.key) != entry.before]
    if moved:
        raise Conflict(f"since change {number}, {moved[0]} was changed again ({len(moved)} such records)")
