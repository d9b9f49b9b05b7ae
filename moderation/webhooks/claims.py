"""Claiming due deliveries by lease: fairly between endpoints, in order within an item, not into an open circuit."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, Select, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from moderation.webhooks import signing
from moderation.webhooks.models import ACTIVE, PENDING, WebhookDelivery, WebhookEndpoint

_MOST_ENDPOINTS = 1000
_Ready = Row[str, datetime | None]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process owns until ``lease_until``, with all that sending takes.

    ``secrets`` are the live ones. ``attempts`` counts this claim. ``probe``: the endpoint's circuit was open,
    and this delivery finds out whether it may close.
    """

    id: str
    endpoint_id: str
    url: str
    secrets: tuple[str, ...]
    body: bytes
    attempts: int
    created_at: datetime
    lease: str
    lease_until: datetime
    probe: bool


def claim(
    session: Session, now: datetime, limit: int, lease_seconds: float, quota: Callable[[str], int] | None = None
) -> list[Claimed]:
    """Claim up to *limit* due deliveries, an equal share for each endpoint that has some.

    *quota* says how many an endpoint may have at most. Of one item's messages to one endpoint only the lowest
    pending number is claimed. An endpoint whose circuit was open long enough gets a single delivery.
    """
    until = now + timedelta(seconds=lease_seconds)
    rooms = [(row, limit if quota is None else quota(row.id)) for row in _ready(session, now, _MOST_ENDPOINTS)]
    open_rooms = [(row, room) for row, room in rooms if room > 0]
    share = -(-limit // max(len(open_rooms), 1))
    wanted: dict[str, Sequence[str]] = {}
    for row, room in open_rooms:
        most = 1 if row.circuit_until is not None else min(share, room, limit)
        wanted[row.id] = session.scalars(_due(row.id, now, most)).all()
        limit -= len(wanted[row.id])
        if limit <= 0:
            break
    probes = _begin_probes(session, [row for row, _ in open_rooms if wanted.get(row.id)], until)
    chosen = [one for key, ids in wanted.items() if probes.get(key, True) for one in ids]
    return _take(session, chosen, now, until, probes)


def waiting(session: Session, before: datetime) -> bool:
    """Return whether a delivery that may be sent has been due since before *before*."""
    return bool(_ready(session, before, 1))


def _ready(session: Session, now: datetime, limit: int) -> Sequence[_Ready]:
    """Return the endpoints with something due that may be called, the longest waiting first."""
    oldest = (
        select(func.min(WebhookDelivery.due_at))
        .where(WebhookDelivery.endpoint_id == WebhookEndpoint.id, WebhookDelivery.due_at <= now)
        .scalar_subquery()
    )
    query = (
        select(WebhookEndpoint.id, WebhookEndpoint.circuit_until)
        .where(WebhookEndpoint.state == ACTIVE, oldest.is_not(None))
        .where(or_(WebhookEndpoint.circuit_until.is_(None), WebhookEndpoint.circuit_until <= now))
        .order_by(oldest)
        .limit(limit)
    )
    return session.execute(query).all()


def _due(endpoint_id: str, now: datetime, limit: int) -> Select[str]:
    earlier = aliased(WebhookDelivery)
    blocked = exists().where(
        earlier.item_id == WebhookDelivery.item_id,
        earlier.endpoint_id == WebhookDelivery.endpoint_id,
        earlier.seq < WebhookDelivery.seq,
        earlier.state == PENDING,
    )
    # SQLite ignores FOR UPDATE: there BEGIN IMMEDIATE has already made this the only writer.
    return (
        select(WebhookDelivery.id)
        .where(WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.due_at <= now, ~blocked)
        .order_by(WebhookDelivery.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True, of=WebhookDelivery)
    )


def _begin_probes(session: Session, ready: Iterable[_Ready], until: datetime) -> dict[str, bool]:
    """For each endpoint with an open circuit, say whether we were the first to try it; it stays open for others.

    In the order of ids, as wherever endpoints are locked: two processes cannot wait for each other.
    """
    probes = {}
    for row in sorted(ready, key=lambda row: row.id):
        if row.circuit_until is not None:
            taken = (
                update(WebhookEndpoint)
                .where(WebhookEndpoint.id == row.id, WebhookEndpoint.circuit_until == row.circuit_until)
                .values(circuit_until=until)
                .returning(WebhookEndpoint.id)
                .execution_options(synchronize_session=False)
            )
            probes[row.id] = session.scalar(taken) is not None
    return probes


def _take(
    session: Session, chosen: Sequence[str], now: datetime, until: datetime, probes: Mapping[str, bool]
) -> list[Claimed]:
    if not chosen:
        return []
    token = secrets.token_hex(16)
    row = WebhookDelivery
    taken = (
        update(row)
        .where(row.id.in_(chosen))
        .values(due_at=until, lease=token, attempts=row.attempts + 1)
        .returning(row.id, row.endpoint_id, row.body, row.attempts, row.created_at)
        .execution_options(synchronize_session=False)
    )
    rows = session.execute(taken).all()
    receivers = _receivers(session, {one.endpoint_id for one in rows}, now)
    claimed = [
        Claimed(
            id=one.id,
            endpoint_id=one.endpoint_id,
            url=receivers[one.endpoint_id][0],
            secrets=receivers[one.endpoint_id][1],
            body=one.body,
            attempts=one.attempts,
            created_at=one.created_at,
            lease=token,
            lease_until=until,
            probe=one.endpoint_id in probes,
        )
        for one in rows
    ]
    return sorted(claimed, key=lambda one: one.id)


def _receivers(session: Session, ids: Iterable[str], now: datetime) -> dict[str, tuple[str, tuple[str, ...]]]:
    query = select(WebhookEndpoint.id, WebhookEndpoint.url, WebhookEndpoint.secrets).where(WebhookEndpoint.id.in_(ids))
    return {key: (url, tuple(signing.live(entries, now))) for key, url, entries in session.execute(query)}
