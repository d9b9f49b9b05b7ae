"""The life of a policy document: draft → shadow → live → retired, and back by publishing it again.

What could turn a block into an allow (see ``policy.comparing.widening``) waits, as ``proposed``, until somebody else
than who asked for it approves it. What can only block more is live at once.
"""

from sqlalchemy.orm import Session

from moderation.db import utcnow
from moderation.errors import Conflict, SecondPersonNeeded
from moderation.policies import shadowing, store
from moderation.policies.models import DRAFT, LIVE, PROPOSED, RETIRED, SHADOW, StoredPolicy
from moderation.policy.comparing import widening
from moderation.policy.config import Policy, PolicyError


def draft(session: Session, tenant: int, source: str, *, by: str, note: str = "") -> tuple[StoredPolicy, bool]:
    """Store the document *source*; return its row, and whether it is new.

    A document that says the same, whatever its layout and comments, is the same and stays as it is.

    Raises:
        PolicyError: the document makes no sense; nothing is stored.
    """
    digest = Policy.parse(source).digest
    store.lock(session)
    row = store.known(session, tenant, digest)
    if row is not None:
        return row, False
    row = StoredPolicy(tenant_id=tenant, digest=digest, source=source, state=DRAFT, note=note, author=by[:100])
    session.add(row)
    session.flush()
    store.record(session, row, "drafted", by, note=note)
    return row, True


def shadow(session: Session, tenant: int, digest: str, *, by: str) -> StoredPolicy:
    """Let a draft, or a retired document, judge beside the live one, without consequence; its counts begin anew.

    Raises:
        Conflict: it is proposed, live or in shadow already, or another document is in shadow.
        NotFound: the tenant has no such document.
        PolicyError: this version of the program doesn't read it.
    """
    store.lock(session)
    row = store.find(session, tenant, digest)
    other = store.known(session, tenant, SHADOW)
    if row.state not in {DRAFT, RETIRED}:
        raise Conflict(f"policy {row.digest} is {row.state}; only a draft or a retired one can be put in shadow")
    if other is not None:
        raise Conflict(f"policy {other.digest} is in shadow; withdraw it first")
    Policy.parse(row.source, row.digest)
    shadowing.forget(session, row.id)
    row.state, row.shadow_since = SHADOW, utcnow()
    store.stir(session)
    store.record(session, row, "shadowed", by)
    return row


def withdraw(session: Session, tenant: int, digest: str, *, by: str) -> StoredPolicy:
    """Take a document out of shadow; it is a draft again, and what was counted stays to be read.

    Raises:
        Conflict: it isn't in shadow.
        NotFound: the tenant has no such document.
    """
    store.lock(session)
    row = store.find(session, tenant, digest)
    if row.state != SHADOW:
        raise Conflict(f"policy {row.digest} is {row.state}, not in shadow")
    row.state = DRAFT
    store.stir(session)
    store.record(session, row, "withdrawn", by)
    return row


def publish(session: Session, tenant: int, digest: str, *, by: str) -> StoredPolicy:
    """Put a document in force if that can only block more than what is; else propose it to somebody else.

    A proposed document may be proposed again, which compares it with what is in force now.

    Raises:
        Conflict: it is live already.
        NotFound: the tenant has no such document.
        PolicyError: this version of the program doesn't read it.
    """
    store.lock(session)
    row = store.find(session, tenant, digest)
    if row.state == LIVE:
        raise Conflict(f"policy {row.digest} is live already")
    policy = Policy.parse(row.source, row.digest)
    before = row.state
    _ask(row, by, in_force(session, tenant), _reasons(session, tenant, policy))
    if not row.widening:
        return _go_live(session, row, by)
    row.state = PROPOSED
    if before == SHADOW:
        store.stir(session)
    store.record(session, row, "proposed", by, widening=row.widening, against=row.against)
    return row


def retire(session: Session, tenant: int, digest: str = LIVE, *, by: str) -> StoredPolicy:
    """Take the live document out of force, so that the shipped one counts; that waits for somebody else if it widens.

    Raises:
        Conflict: the document isn't live.
        NotFound: the tenant has no such document.
    """
    store.lock(session)
    row = store.find(session, tenant, digest)
    if row.state != LIVE:
        raise Conflict(f"policy {row.digest} is {row.state}, not live")
    shipped = Policy.load()
    _ask(row, by, shipped.digest, _reasons(session, tenant, shipped))
    if not row.widening:
        return _end(session, row, by)
    row.retiring = True
    store.record(session, row, "retirement proposed", by, widening=row.widening)
    return row


def approve(session: Session, tenant: int, digest: str, *, by: str) -> StoredPolicy:
    """Let in what waits: a proposed document, or the retirement of the live one.

    Raises:
        SecondPersonNeeded: *by* asked for it.
        Conflict: nothing waits, or what it was compared with is no longer in force.
        NotFound: the tenant has no such document.
        PolicyError: this version of the program doesn't read it.
    """
    store.lock(session)
    row = _waiting(session, tenant, digest)
    if row.proposed_by == by:
        raise SecondPersonNeeded(f"{by} asked for this; somebody else must approve it")
    base = Policy.load().digest if row.retiring else in_force(session, tenant)
    if base != row.against:
        raise Conflict(
            f"policy {row.digest} was compared with {row.against}, and since then {base} took its place:"
            " ask for it again, and look at the new difference"
        )
    if row.retiring:
        return _end(session, row, by)
    Policy.parse(row.source, row.digest)
    return _go_live(session, row, by)


def reject(session: Session, tenant: int, digest: str, *, by: str, note: str = "") -> StoredPolicy:
    """Turn down what waits: a proposed document is a draft again, a live one stays live. Its proposer may do so, too.

    Raises:
        Conflict: nothing waits.
        NotFound: the tenant has no such document.
    """
    store.lock(session)
    row = _waiting(session, tenant, digest)
    row.state = LIVE if row.retiring else DRAFT
    row.retiring, row.decided_by, row.decided_at = False, by[:100], utcnow()
    store.record(session, row, "rejected", by, note=note)
    return row


def in_force(session: Session, tenant: int) -> str:
    """Return the digest of the document that decides the tenant's items."""
    row = store.known(session, tenant, LIVE)
    return Policy.load().digest if row is None else row.digest


def _reasons(session: Session, tenant: int, after: Policy) -> list[str]:
    row = store.known(session, tenant, LIVE)
    try:
        before = Policy.load() if row is None else Policy.parse(row.source, row.digest)
    except PolicyError:
        return ["the document in force can't be read by this version, so nobody can tell what it would block"]
    return list(widening(before, after))


def _ask(row: StoredPolicy, by: str, against: str, reasons: list[str]) -> None:
    row.proposed_by, row.proposed_at = by[:100], utcnow()
    row.against, row.widening, row.retiring = against, reasons, False
    row.decided_by = row.decided_at = None


def _waiting(session: Session, tenant: int, digest: str) -> StoredPolicy:
    row = store.find(session, tenant, digest)
    if row.state != PROPOSED and not row.retiring:
        raise Conflict(f"policy {row.digest} is {row.state}; nothing about it waits for approval")
    return row


def _go_live(session: Session, row: StoredPolicy, by: str) -> StoredPolicy:
    before = store.known(session, row.tenant_id, LIVE)
    if before is not None:
        before.state, before.retiring, before.retired_at = RETIRED, False, utcnow()
        store.record(session, before, "replaced", by, successor=row.digest)
    row.state, row.retired_at, row.decided_by, row.decided_at = LIVE, None, by[:100], utcnow()
    _changed(session, row)
    store.record(session, row, "published", by, against=row.against, widening=row.widening)
    return row


def _end(session: Session, row: StoredPolicy, by: str) -> StoredPolicy:
    row.state, row.retiring, row.decided_by, row.decided_at = RETIRED, False, by[:100], utcnow()
    row.retired_at = row.decided_at
    _changed(session, row)
    store.record(session, row, "retired", by, widening=row.widening)
    return row


def _changed(session: Session, row: StoredPolicy) -> None:
    """Tell all processes; what a shadow was compared with is no longer in force, so its counts begin anew."""
    session.flush()
    beside = store.known(session, row.tenant_id, SHADOW)
    if beside is not None:
        shadowing.forget(session, beside.id)
        beside.shadow_since = utcnow()
    store.stir(session)
