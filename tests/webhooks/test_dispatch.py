"""Delivering to real receivers on loopback, from claim to log."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from moderation.db import Database, utcnow
from moderation.webhooks import registry, signing
from moderation.webhooks.dispatch import Dispatcher
from moderation.webhooks.models import DEAD, DELIVERED, PENDING, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from tests.webhooks.conftest import Clock, Tenancy
from tests.webhooks.receiver import Receiver, Request, answer

MakeDispatcher = Callable[..., Dispatcher]


def states(db: Database) -> Counter[str]:
    with db.read() as session:
        return Counter(session.scalars(select(WebhookDelivery.state)))


def test_it_delivers_everything_once_signed(
    db: Database, tenancy: Tenancy, receiver: Receiver, dispatcher_at: MakeDispatcher
) -> None:
    endpoint = tenancy.endpoint(receiver.url)
    tenancy.decided(100)
    assert dispatcher_at().drain(60) == 100
    assert states(db) == {DELIVERED: 100}
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == len(receiver.requests) == 100
    for request in receiver.requests:
        message = Webhook(endpoint.secrets[0]["secret"]).verify(request.body, request.headers)
        assert message["type"] == "item.decided"
        assert request.headers["content-type"] == "application/json"


def test_both_secrets_verify_while_a_rotation_overlaps(
    db: Database, tenancy: Tenancy, receiver: Receiver, dispatcher_at: MakeDispatcher
) -> None:
    endpoint = tenancy.endpoint(receiver.url)
    with db.write() as session:
        row = session.get_one(WebhookEndpoint, endpoint.id)
        new = registry.rotate(row, timedelta(hours=1), utcnow())
    tenancy.decided(1)
    dispatcher_at().run_once(10)
    (request,) = receiver.requests
    for secret in (endpoint.secrets[0]["secret"], new):
        Webhook(secret).verify(request.body, request.headers)


def test_run_once_sends_no_more_than_its_limit(
    db: Database, tenancy: Tenancy, receiver: Receiver, dispatcher_at: MakeDispatcher
) -> None:
    tenancy.endpoint(receiver.url)
    tenancy.decided(5)
    dispatcher = dispatcher_at()
    assert dispatcher.run_once(3) == 3
    assert len(receiver.requests) == 3
    assert dispatcher.run_once(3) == 2
    assert dispatcher.run_once(3) == 0
    assert dispatcher.drain(1) == 0


def test_a_retry_sends_the_same_id_and_bytes_with_a_new_timestamp(
    db: Database, tenancy: Tenancy, clock: Clock, dispatcher_at: MakeDispatcher
) -> None:
    replies = iter([500, 301, 204])
    with Receiver(lambda request: answer(next(replies))) as receiver:
        endpoint = tenancy.endpoint(receiver.url)
        tenancy.decided(1)
        dispatcher = dispatcher_at(clock)
        for delay in (0, 7, 40):
            clock.now = max(clock.now, utcnow()) + timedelta(seconds=delay)
            assert dispatcher.run_once(10) == 1
    assert states(db) == {DELIVERED: 1}
    first, second, third = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == third.headers["webhook-id"]
    assert first.body == second.body == third.body
    assert int(third.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) >= 47
    Webhook(endpoint.secrets[0]["secret"]).verify(third.body, third.headers)
    with db.read() as session:
        log = session.scalars(select(WebhookAttempt).order_by(WebhookAttempt.number)).all()
    assert [(attempt.number, attempt.status) for attempt in log] == [(1, 500), (2, 301), (3, 204)]
    assert log[0].error == "the receiver answered 500"


def test_it_is_given_up_when_the_horizon_has_passed(
    db: Database, tenancy: Tenancy, clock: Clock, dispatcher_at: MakeDispatcher
) -> None:
    with Receiver(lambda request: answer(500)) as receiver:
        tenancy.endpoint(receiver.url)
        tenancy.decided(1)
        dispatcher = dispatcher_at(clock)
        tries = 0
        while states(db)[PENDING]:
            clock.now += timedelta(hours=1)
            tries += dispatcher.run_once(10)
    assert states(db) == {DEAD: 1}
    assert tries == len(receiver.requests)
    assert 8 <= tries <= 15


def test_an_address_that_is_not_allowed_is_never_called(
    db: Database, tenancy: Tenancy, receiver: Receiver, dispatcher_at: MakeDispatcher
) -> None:
    tenancy.endpoint(receiver.url)
    tenancy.endpoint("http://user:secret@127.0.0.1/")
    tenancy.decided(1)
    dispatcher_at(webhook_networks="").run_once(10)
    assert not receiver.requests
    assert states(db) == {PENDING: 1, DEAD: 1}


def test_a_dead_worker_s_delivery_is_sent_by_the_next(
    db: Database, tenancy: Tenancy, receiver: Receiver, clock: Clock, dispatcher_at: MakeDispatcher
) -> None:
    tenancy.endpoint(receiver.url)
    tenancy.decided(1)
    clock.now = utcnow()
    with db.write() as session:
        from moderation.webhooks.claims import claim

        assert len(claim(session, clock.now, 10, 60)) == 1
    dispatcher = dispatcher_at(clock)
    assert dispatcher.drain(1) == 0
    clock.now += timedelta(seconds=61)
    assert dispatcher.drain(10) == 1
    assert states(db) == {DELIVERED: 1}


def test_a_hanging_receiver_does_not_hold_up_the_others(
    db: Database, tenancy: Tenancy, receiver: Receiver, dispatcher_at: MakeDispatcher
) -> None:
    everybody_else = threading.Event()
    good = 40

    def count(request: Request) -> Iterable[bytes]:
        if len(receiver.requests) == good:
            everybody_else.set()
        return answer(204)

    def hang(request: Request) -> Iterable[bytes]:
        # Answers only once all deliveries of the other endpoint have arrived.
        return answer(204 if everybody_else.wait(30) else 500)

    receiver.script = count
    with Receiver(hang) as hanging:
        slow = tenancy.endpoint(hanging.url)
        tenancy.endpoint(receiver.url)
        tenancy.decided(good)
        dispatcher_at(webhook_timeout=40.0, webhook_concurrency=4).drain(60)
    assert everybody_else.is_set()
    assert states(db) == {DELIVERED: 2 * good}
    with db.read() as session:
        statuses = session.scalars(
            select(WebhookAttempt.status)
            .join(WebhookDelivery, WebhookDelivery.id == WebhookAttempt.delivery_id)
            .where(WebhookDelivery.endpoint_id == slow.id)
        )
        assert set(statuses) == {204}


def test_a_failing_receiver_costs_a_few_attempts_before_its_circuit_opens(
    db: Database, tenancy: Tenancy, clock: Clock, dispatcher_at: MakeDispatcher
) -> None:
    with Receiver(lambda request: answer(500)) as receiver:
        endpoint = tenancy.endpoint(receiver.url)
        tenancy.decided(50)
        clock.now = utcnow()
        dispatcher_at(clock).drain(60)
        assert len(receiver.requests) < 15
    assert states(db) == {PENDING: 50}
    with db.read() as session:
        assert session.get_one(WebhookEndpoint, endpoint.id).circuit_until == clock.now + timedelta(seconds=30)


def test_the_messages_of_an_item_arrive_in_order(
    db: Database, tenancy: Tenancy, receiver: Receiver, dispatcher_at: MakeDispatcher
) -> None:
    tenancy.endpoint(receiver.url)
    items = [tenancy.item() for _ in range(5)]
    for seq in range(1, 5):
        for item in items:
            tenancy.decide(item, seq)
    dispatcher_at().drain(60)
    for item in items:
        about = [request.body for request in receiver.requests if f'"id":"post-{item}"'.encode() in request.body]
        assert [body.count(f'"sequence":{seq}'.encode()) for seq, body in enumerate(about, 1)] == [1, 1, 1, 1]


def test_a_thread_that_breaks_down_brings_the_turn_down(
    db: Database, tenancy: Tenancy, receiver: Receiver, dispatcher_at: MakeDispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> dict[str, str]:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(signing, "headers", broken)
    tenancy.endpoint(receiver.url)
    tenancy.decided(1)
    with pytest.raises(RuntimeError, match="a fault of ours"):
        dispatcher_at().drain(60)
    assert states(db) == {PENDING: 1}
