"""Appending to the audit log.

An event is written by the transaction that does what it tells, so that both happen or neither. The head's row is
locked from the append to the commit: append last, when all other locks are held, so that nobody waits in a circle.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from moderation.audit.chain import ChainBroken, Head
from moderation.audit.event import SYSTEM, Details, Event, person
from moderation.audit.models import AuditEvent, AuditHead
from moderation.db import Database, insert_new, utcnow

__all__ = ["SYSTEM", "Details", "Event", "append", "lock", "person", "record"]

HEAD_ROW = 1


def append(session: Session, event: Event) -> int:
    """Append *event* within the transaction of *session*; return its number.

    Raises:
        ChainBroken: the head of the chain is gone or was replaced.
        VaultError: none of the encryption keys opens the head.
    """
    return follow(session, lock(session), event)


def record(db: Database, event: Event) -> int:
    """Append *event* in a transaction of its own: for what changes nothing else in the database."""
    with db.write() as session:
        return append(session, event)


def lock(session: Session) -> Head:
    """Write what the session holds back, then lock the head and return it; the first to come makes it."""
    session.flush()
    wanted = select(AuditHead.sealed).where(AuditHead.id == HEAD_ROW).with_for_update()
    sealed = session.scalar(wanted)
    if sealed is None:
        insert_new(session, AuditHead, [{"id": HEAD_ROW, "sealed": Head.new().sealed()}], ("id",))
        sealed = session.scalars(wanted).one()
    head = Head.opened(sealed)
    # A new head is for a new chain only: rows without their head must not get another.
    if head.last == 0 and session.scalar(select(AuditEvent.id).limit(1)) is not None:
        raise ChainBroken("the audit log has events, but its head is gone")
    return head


def follow(session: Session, head: Head, event: Event) -> int:
    """Append *event* after *head*, which this session has locked; return its number."""
    number, at = head.last + 1, utcnow()
    link = head.link(number, at, event.fields, head.hash)
    session.add(AuditEvent(id=number, at=at, previous=head.hash, hash=link, **event.fields))
    sealed = Head(head.secret, number, link).sealed()
    session.execute(update(AuditHead).where(AuditHead.id == HEAD_ROW).values(sealed=sealed))
    session.flush()
    return number
