"""Claiming items by lease, and giving them back.

``due_at`` is the queue's order and the lease at once. Every statement that ends a claim names its token, and
looks at the row count: a worker whose lease ran out finds that its successor was there first.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from moderation.items.models import DECIDED, PENDING, QUARANTINED, Item


@dataclass(frozen=True, slots=True)
class Claim:
    """Rows owned until the lease ends; ``token`` proves it."""

    token: str
    items: list[Item]


def claim(session: Session, lane: str, now: datetime, limit: int, lease_seconds: float) -> Claim:
    """Claim up to *limit* due items of *lane*; their attempts are counted now, before anything can go wrong.

    An item that was tried before comes first, and alone: what brought a batch down cannot take its neighbours
    with it a second time.
    """
    lease_until = now + timedelta(seconds=lease_seconds)
    retried = _take(session, _due(lane, now).where(Item.attempts > 0).limit(1), lease_until)
    return (
        retried
        if retried.items
        else _take(session, _due(lane, now).where(Item.attempts == 0).limit(limit), lease_until)
    )


def complete(session: Session, token: str, items: Sequence[Item]) -> set[int]:
    """Mark claimed *items* decided; return the ids of those that this claim still owned."""
    return _settle(session, token, items, state=DECIDED, due_at=None, lease=None)


def give_back(session: Session, token: str, items: Sequence[Item], due_at: datetime, error: str) -> set[int]:
    """End the claim without a verdict; the items are due again at *due_at*."""
    return _settle(session, token, items, due_at=due_at, lease=None, last_error=error[:500])


def quarantine(session: Session, token: str, items: Sequence[Item], error: str) -> set[int]:
    """Take claimed *items* out of the queue for a person to look at."""
    return _settle(session, token, items, state=QUARANTINED, due_at=None, lease=None, last_error=error[:500])


def redrive(session: Session, item_id: int, now: datetime) -> bool:
    """Put a quarantined item back at the end of the queue with fresh attempts; return whether it was one."""
    again = (
        update(Item)
        .where(Item.id == item_id, Item.state == QUARANTINED)
        .values(state=PENDING, due_at=now, attempts=0, last_error=None)
        .returning(Item.id)
    )
    return session.scalar(again) is not None


def waiting(session: Session, lane: str, before: datetime) -> bool:
    """Return whether *lane* has items that have been due since before *before*."""
    return session.scalar(_due(lane, before).limit(1)) is not None


def _due(lane: str, now: datetime) -> Select[int]:
    return select(Item.id).where(Item.lane == lane, Item.due_at <= now).order_by(Item.due_at, Item.id)


def _take(session: Session, wanted: Select[int], lease_until: datetime) -> Claim:
    token = secrets.token_hex(16)
    # SQLite ignores FOR UPDATE: there BEGIN IMMEDIATE has already made this the only writer.
    # The CTE keeps PostgreSQL from running the locking query more than once.
    due = wanted.with_for_update(skip_locked=True).cte("due")
    taken = (
        update(Item)
        .where(Item.id.in_(select(due.c.id)))
        .values(due_at=lease_until, lease=token, attempts=Item.attempts + 1)
        .returning(Item)
        .execution_options(synchronize_session=False)
    )
    items = sorted(session.scalars(taken), key=lambda item: item.id)
    return Claim(token, items)


def _settle(session: Session, token: str, items: Sequence[Item], **values: object) -> set[int]:
    owned = (
        update(Item)
        .where(Item.id.in_([item.id for item in items]), Item.lease == token)
        .values(**values)
        .returning(Item.id)
        .execution_options(synchronize_session=False)
    )
    return set(session.scalars(owned))
