"""Reading and writing the rows of policies: whose they are, what happened to them, the lock and the counter."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, defer

from moderation.access.models import Tenant
from moderation.audit import trail
from moderation.db import insert_new
from moderation.errors import NotFound
from moderation.policies.models import LIVE, SHADOW, PolicyEvent, PolicyState, StoredPolicy

_ROW = 1


def lock(session: Session) -> None:
    """Let one change of policies after another happen: two at once must not both compare with the same one."""
    # The row is made by whoever comes first: FOR UPDATE locks nothing where there is none.
    insert_new(session, PolicyState, [{"id": _ROW, "counter": 0}], ("id",))
    session.scalar(select(PolicyState.id).where(PolicyState.id == _ROW).with_for_update())


def stir(session: Session) -> None:
    """Have every process read anew which policies judge."""
    session.execute(update(PolicyState).values(counter=PolicyState.counter + 1))


def counter(session: Session) -> int:
    """Return how often what judges items changed, with one small query."""
    return session.scalar(select(PolicyState.counter).where(PolicyState.id == _ROW)) or 0


def tenant_id(session: Session, name: str) -> int:
    """Return the id of the tenant called *name*.

    Raises:
        NotFound: there is none.
    """
    found = session.scalar(select(Tenant.id).where(Tenant.name == name))
    if found is None:
        raise NotFound(f"there is no tenant {name}")
    return found


def known(session: Session, tenant: int, digest: str) -> StoredPolicy | None:
    """Return the tenant's document *digest*, or that which is ``live`` or in ``shadow``; None if there is none."""
    wanted = StoredPolicy.state == digest if digest in {LIVE, SHADOW} else StoredPolicy.digest == digest
    return session.scalar(
        select(StoredPolicy).where(StoredPolicy.tenant_id == tenant, wanted).execution_options(populate_existing=True)
    )


def find(session: Session, tenant: int, digest: str) -> StoredPolicy:
    """Return the same.

    Raises:
        NotFound: there is none, or it is another tenant's.
    """
    row = known(session, tenant, digest)
    if row is None:
        what = f"no {digest} policy" if digest in {LIVE, SHADOW} else f"no policy {digest}"
        raise NotFound(f"there is {what} of this tenant")
    return row


def page(session: Session, tenant: int, limit: int, offset: int = 0) -> Sequence[StoredPolicy]:
    """Return the tenant's documents, newest first, without their texts."""
    query = (
        select(StoredPolicy).where(StoredPolicy.tenant_id == tenant).options(defer(StoredPolicy.source, raiseload=True))
    )
    return session.scalars(query.order_by(StoredPolicy.id.desc()).limit(limit).offset(offset)).all()


def count(session: Session, tenant: int) -> int:
    """Return how many documents the tenant has."""
    return session.scalar(select(func.count()).where(StoredPolicy.tenant_id == tenant)) or 0


def events(session: Session, policy_id: int) -> Sequence[PolicyEvent]:
    """Return what was done with a policy, in order."""
    return session.scalars(select(PolicyEvent).where(PolicyEvent.policy_id == policy_id).order_by(PolicyEvent.id)).all()


def record(session: Session, row: StoredPolicy, what: str, by: str, **detail: Any) -> None:
    """Append an event, to the audit log too, and write what else was changed."""
    session.add(PolicyEvent(policy_id=row.id, what=what, actor=by[:100], detail=detail))
    actor = by if by.startswith("key:") else trail.person(by)
    action = f"policy.{what.replace(' ', '_')}"
    trail.append(session, trail.Event(actor[:120], action, f"policy:{row.digest}", {"tenant": row.tenant_id}))
