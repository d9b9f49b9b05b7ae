"""Which policy decides whose items, kept current in a long-lived process."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation.policies import store
from moderation.policies.models import LIVE, SHADOW, StoredPolicy
from moderation.policies.refusals import StoredPolicyRefused
from moderation.policy.config import Policy, PolicyError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Shadow:
    """A policy that looks on: ``id`` is its row's."""

    id: int
    policy: Policy


@dataclass(frozen=True, slots=True)
class Assigned:
    """By tenant: the policy in force, where it isn't the shipped one, and the one in shadow, where there is one."""

    live: Mapping[int, Policy] = field(default_factory=dict)
    shadows: Mapping[int, Shadow] = field(default_factory=dict)


SHIPPED_ONLY = Assigned()


class CurrentPolicies:
    """The tenants' policies, read again when one of them changes. Safe to share between threads."""

    def __init__(self) -> None:
        self._known: tuple[int, Assigned] | None = None
        self._parsed: dict[int, Policy] = {}

    def get(self, session: Session) -> Assigned:
        """Return who is judged by what now: the same object as long as nothing changes.

        Raises:
            StoredPolicyRefused: this version of the program doesn't read a live document.
        """
        counter = store.counter(session)
        known = self._known
        if known is None or known[0] != counter:
            self._known = known = (counter, self._load(session))
        return known[1]

    def _load(self, session: Session) -> Assigned:
        rows = session.scalars(select(StoredPolicy).where(StoredPolicy.state.in_((LIVE, SHADOW)))).all()
        # A row's text never changes, so that only new rows have to be read.
        parsed = dict(self._parsed)
        live = {row.tenant_id: _live(row, parsed) for row in rows if row.state == LIVE}
        shadows = {
            row.tenant_id: Shadow(row.id, policy)
            for row in rows
            if row.state == SHADOW and (policy := _shadow(row, parsed)) is not None
        }
        self._parsed = {row.id: parsed[row.id] for row in rows if row.id in parsed}
        return Assigned(live, shadows)


def _live(row: StoredPolicy, parsed: dict[int, Policy]) -> Policy:
    try:
        return _parse(row, parsed)
    except PolicyError as error:
        raise StoredPolicyRefused(
            f"policy {row.digest} of tenant {row.tenant_id} is live, but this version of the program refuses it"
            f" ({len(error.faults)} faults; `daidun policy show {row.digest}` tells them)"
        ) from error


def _shadow(row: StoredPolicy, parsed: dict[int, Policy]) -> Policy | None:
    try:
        return _parse(row, parsed)
    except PolicyError as error:
        # It decides nothing, so nobody has to wait for it.
        log.warning("policy.shadow_refused", tenant=row.tenant_id, policy=row.digest, faults=len(error.faults))
        return None


def _parse(row: StoredPolicy, parsed: dict[int, Policy]) -> Policy:
    policy = parsed.get(row.id)
    if policy is None:
        policy = parsed[row.id] = Policy.parse(row.source, row.digest)
    return policy
