"""Accepting items: all of a batch or none of it, once for each id."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from moderation.db import insert_new
from moderation.decisions.append import newest
from moderation.errors import Conflict, NotFound
from moderation.items.models import Item
from moderation.items.schemas import ItemIn, RecordOut


@dataclass(frozen=True, slots=True)
class Accepted:
    """The rows of a batch in its order, one for each item sent; ``new`` counts those that were not there before."""

    rows: list[Item]
    new: int


def accept(session: Session, tenant_id: int, items: Sequence[ItemIn], lane: str, now: datetime) -> Accepted:
    """Store *items* of *tenant_id* as pending.

    The same id with the same content is the same item, whose row is returned; it is not judged again.

    Raises:
        Conflict: an id is known, or stands twice in the batch, with other content. Nothing is stored.
    """
    hashes = [item.content_hash() for item in items]
    unique = {item.id: _row(tenant_id, item, digest, lane, now) for item, digest in zip(items, hashes, strict=True)}
    new = insert_new(session, Item, list(unique.values()), ("tenant_id", "external_id"))
    rows = _by_id(session, tenant_id, list(unique))
    conflicts = [
        {"loc": f"/items/{place}/id", "id": item.id, "msg": "this id was sent before with other content"}
        for place, (item, digest) in enumerate(zip(items, hashes, strict=True))
        if rows[item.id].content_hash != digest
    ]
    if conflicts:
        raise Conflict(
            f"{len(conflicts)} of {len(items)} ids are known with other content; nothing of this request was stored",
            errors=conflicts,
        )
    return Accepted([rows[item.id] for item in items], new)


def records(session: Session, rows: Sequence[Item]) -> list[RecordOut]:
    """Return the answer for each row: its state and its standing decision."""
    decisions = newest(session, [row.id for row in rows if row.seq])
    return [_record(row, decisions[row.id].document if row.id in decisions else None) for row in rows]


def find(session: Session, tenant_id: int, external_id: str) -> Item:
    """Return the tenant's item with the caller's id.

    Raises:
        NotFound: there is none, or it is another tenant's.
    """
    row = session.scalar(select(Item).where(Item.tenant_id == tenant_id, Item.external_id == external_id))
    if row is None:
        raise NotFound(f"there is no item {external_id!r}")
    return row


def pending(session: Session, ids: Sequence[int]) -> bool:
    """Return whether any of these items still waits for its first verdict."""
    waiting = select(Item.id).where(Item.id.in_(ids), Item.due_at.is_not(None), Item.seq == 0).limit(1)
    return session.scalar(waiting) is not None


def reload(session: Session, ids: Sequence[int]) -> list[Item]:
    """Return the rows of *ids* as they are now, in that order."""
    rows = {row.id: row for row in session.scalars(select(Item).where(Item.id.in_(ids)))}
    return [rows[item_id] for item_id in ids]


def _by_id(session: Session, tenant_id: int, ids: Sequence[str]) -> dict[str, Item]:
    found = select(Item).where(Item.tenant_id == tenant_id, Item.external_id.in_(ids))
    columns = load_only(
        Item.external_id, Item.content_hash, Item.state, Item.received_at, Item.seq, Item.body, Item.due_at
    )
    return {row.external_id: row for row in session.scalars(found.options(columns))}


def _row(tenant_id: int, item: ItemIn, digest: str, lane: str, now: datetime) -> dict[str, Any]:
    return {
        "tenant_id": tenant_id,
        "external_id": item.id,
        "content_hash": digest,
        "kind": item.kind,
        "body": item.stored(),
        "published_at": item.published_at,
        "received_at": now,
        "lane": lane,
        "due_at": now,
    }


def _record(row: Item, document: dict[str, Any] | None) -> RecordOut:
    decision = None if document is None else document | {"sequence": row.seq}
    return RecordOut.model_validate(
        {
            "id": row.external_id,
            "state": row.state,
            "received_at": row.received_at,
            "decision": decision,
            "context": row.body.get("context"),
        }
    )
