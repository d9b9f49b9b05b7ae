"""What nobody will deliver is buried, and old log entries are forgotten."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from moderation.db import Database, utcnow
from moderation.webhooks.claims import claim
from moderation.webhooks.models import DEAD, DISABLED, PENDING, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from moderation.webhooks.outcomes import Outcome, settle
from moderation.webhooks.upkeep import expire, prune
from tests.webhooks.conftest import Tenancy

HORIZON = timedelta(hours=72)


def states(db: Database) -> Counter[str]:
    with db.read() as session:
        return Counter(session.scalars(select(WebhookDelivery.state)))


@pytest.mark.parametrize("hindrance", [{"state": DISABLED}, {"circuit_until": utcnow()}])
def test_what_waits_in_vain_for_longer_than_the_horizon_is_dead(
    db: Database, tenancy: Tenancy, hindrance: dict[str, object]
) -> None:
    blocked, working = tenancy.endpoint(), tenancy.endpoint()
    tenancy.decided(2)
    with db.write() as session:
        for name, value in hindrance.items():
            setattr(session.get_one(WebhookEndpoint, blocked.id), name, value)
    with db.write() as session:
        assert expire(session, utcnow() + timedelta(hours=71), HORIZON) == 0
        assert expire(session, utcnow() + timedelta(hours=73), HORIZON) == 2
    with db.read() as session:
        rows = session.scalars(select(WebhookDelivery)).all()
    assert {(row.endpoint_id, row.state) for row in rows} == {(blocked.id, DEAD), (working.id, PENDING)}
    assert all((row.finished_at is None) == (row.due_at is not None) for row in rows)


def test_old_finished_deliveries_are_deleted_with_their_attempts(db: Database, tenancy: Tenancy) -> None:
    tenancy.endpoint()
    tenancy.decided(3)
    now = utcnow()
    with db.write() as session:
        done = claim(session, now, 2, 60)
        settle(session, [Outcome(one, "delivered", now, status=204) for one in done], now)
    with db.write() as session:
        assert prune(session, now - timedelta(hours=1)) == 0
        assert prune(session, now + timedelta(hours=1), limit=1) == 1
        assert prune(session, now + timedelta(hours=1)) == 1
    assert states(db) == {PENDING: 1}
    with db.read() as session:
        assert not session.scalars(select(WebhookAttempt)).all()
