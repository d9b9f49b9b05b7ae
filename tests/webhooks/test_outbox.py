"""Deliveries are written with the decision, once for every subscribed endpoint, and stay as they were written."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.exc import IntegrityError

from moderation.db import Database, utcnow
from moderation.webhooks.models import DISABLED, PENDING, WebhookDelivery
from moderation.webhooks.outbox import Announcement, enqueue_many, enqueue_test
from tests.webhooks.conftest import Tenancy


def deliveries(db: Database) -> list[WebhookDelivery]:
    with db.read() as session:
        return list(session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


def test_each_subscribed_active_endpoint_of_the_tenant_gets_one(
    db: Database, tenancy: Tenancy, other_tenancy: Tenancy
) -> None:
    first, second = tenancy.endpoint(), tenancy.endpoint()
    tenancy.endpoint(state=DISABLED)
    tenancy.endpoint(events=[])
    other_tenancy.endpoint()
    item = tenancy.item()
    assert tenancy.decide(item) == 2
    rows = deliveries(db)
    assert {row.endpoint_id for row in rows} == {first.id, second.id}
    assert {(row.tenant_id, row.item_id, row.seq, row.state) for row in rows} == {(tenancy.id, item, 1, PENDING)}
    assert all(row.due_at == row.created_at for row in rows)


def test_a_later_decision_does_not_wait_for_the_next_attempt_of_an_earlier_one(db: Database, tenancy: Tenancy) -> None:
    tenancy.endpoint()
    overruled, untouched = tenancy.item(), tenancy.item()
    later = utcnow() + timedelta(hours=6)
    for item in (overruled, untouched):
        tenancy.decide(item)
    with db.write() as session:
        session.execute(update(WebhookDelivery).values(due_at=later, attempts=7))
    tenancy.decide(overruled, seq=2)
    due = {(row.item_id, row.seq): row.due_at for row in deliveries(db)}
    assert due[overruled, 1] <= due[overruled, 2]
    assert due[untouched, 1] == later


def test_a_message_that_is_being_sent_keeps_its_lease(db: Database, tenancy: Tenancy) -> None:
    tenancy.endpoint()
    item = tenancy.item()
    tenancy.decide(item)
    until = utcnow() + timedelta(seconds=30)
    with db.write() as session:
        session.execute(update(WebhookDelivery).values(due_at=until, lease="x" * 32))
    tenancy.decide(item, seq=2)
    assert [row.due_at for row in deliveries(db) if row.seq == 1] == [until]


def test_the_body_is_a_standard_webhooks_message(db: Database, tenancy: Tenancy) -> None:
    tenancy.endpoint()
    item = tenancy.item()
    tenancy.decide(item, seq=3, context={"queue": "广告", "odd": "\ud800"})
    (row,) = deliveries(db)
    message = json.loads(row.body)
    assert message["type"] == "item.decided"
    assert datetime.fromisoformat(message["timestamp"]) == row.created_at
    assert message["timestamp"].endswith("Z")
    assert message["data"] == {
        "id": f"post-{item}",
        "verdict": "block",
        "reasons": [{"message": "不看征信"}],
        "sequence": 3,
        "context": {"queue": "广告", "odd": "\ud800"},
    }


def test_the_body_is_encrypted_at_rest(db: Database, tenancy: Tenancy) -> None:
    tenancy.endpoint()
    tenancy.decided(1)
    with db.read() as session:
        stored = bytes(session.execute(text("SELECT body FROM webhook_deliveries")).scalar_one())
        secrets = bytes(session.execute(text("SELECT secrets FROM webhook_endpoints")).scalar_one())
    assert b"verdict" not in stored
    assert b"whsec_" not in secrets


def test_the_same_decision_twice_fails_the_transaction(db: Database, tenancy: Tenancy) -> None:
    tenancy.endpoint()
    item = tenancy.item()
    tenancy.decide(item)
    with pytest.raises(IntegrityError):
        tenancy.decide(item)
    assert len(deliveries(db)) == 1


def test_nothing_is_left_of_a_transaction_that_fails(db: Database, tenancy: Tenancy) -> None:
    tenancy.endpoint()
    item = tenancy.item()

    def decide_and_fail() -> None:
        with db.write() as session:
            enqueue_many(session, [Announcement(tenancy.id, item, 1, {})])
            raise RuntimeError("the decision was not stored")

    with pytest.raises(RuntimeError):
        decide_and_fail()
    assert not deliveries(db)


def test_a_batch_costs_one_query_and_one_insert(db: Database, tenancy: Tenancy) -> None:
    tenancy.endpoint()
    tenancy.endpoint()
    items = [tenancy.item() for _ in range(20)]
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement.split(maxsplit=1)[0])

    event.listen(db.engine, "before_cursor_execute", note)
    with db.write() as session:
        assert enqueue_many(session, [Announcement(tenancy.id, item, 1, {}) for item in items]) == 40
    assert [word for word in statements if word in {"SELECT", "INSERT"}] == ["SELECT", "INSERT"]


def test_no_decisions_and_no_endpoints_write_nothing(db: Database, tenancy: Tenancy) -> None:
    with db.write() as session:
        assert enqueue_many(session, []) == 0
    assert tenancy.decide(tenancy.item()) == 0


def test_an_item_takes_its_deliveries_along_when_it_is_deleted(db: Database, tenancy: Tenancy) -> None:
    endpoint = tenancy.endpoint()
    kept, _ = tenancy.decided(2)
    with db.write() as session:
        enqueue_test(session, endpoint)
        session.execute(text("DELETE FROM items WHERE id != :kept"), {"kept": kept})
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(WebhookDelivery)) == 2
