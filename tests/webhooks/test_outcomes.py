"""Settling: attempts, states and circuits in one transaction, and only for claims that still hold."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from moderation.db import Database, utcnow
from moderation.webhooks.claims import Claimed, claim
from moderation.webhooks.models import (
    ACTIVE,
    CANCELLED,
    DEAD,
    DELIVERED,
    DISABLED,
    PENDING,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from moderation.webhooks.outcomes import FAILURES_TO_OPEN, Outcome, settle
from tests.webhooks.conftest import Clock, Tenancy


class Desk:
    """Claims and settles at the time of a clock."""

    def __init__(self, db: Database, clock: Clock):
        self.db = db
        self.clock = clock

    def claim(self, limit: int = 100) -> list[Claimed]:
        with self.db.write() as session:
            return claim(session, self.clock.now, limit, 60)

    def settle(self, outcomes: Sequence[Outcome]) -> int:
        with self.db.write() as session:
            return settle(session, outcomes, self.clock.now)

    def ok(self, one: Claimed) -> Outcome:
        return Outcome(one, DELIVERED, self.clock.now, status=200, latency_ms=3.5, head="thanks")

    def bad(self, one: Claimed, status: int = 500, retry_after: float | None = None) -> Outcome:
        state = DEAD if status == 410 else PENDING
        due = None if status == 410 else self.clock.now
        error = f"the receiver answered {status}"
        return Outcome(one, state, self.clock.now, True, due, 3.5, status, error, "oh", retry_after)

    def delivery(self, one: Claimed) -> WebhookDelivery:
        with self.db.read() as session:
            return session.get_one(WebhookDelivery, one.id)

    def endpoint(self, endpoint_id: str) -> WebhookEndpoint:
        with self.db.read() as session:
            return session.get_one(WebhookEndpoint, endpoint_id)

    def attempts(self, one: Claimed) -> list[WebhookAttempt]:
        query = select(WebhookAttempt).where(WebhookAttempt.delivery_id == one.id).order_by(WebhookAttempt.number)
        with self.db.read() as session:
            return list(session.scalars(query))


def make(db: Database, tenancy: Tenancy, clock: Clock, count: int) -> tuple[Desk, str]:
    endpoint = tenancy.endpoint()
    tenancy.decided(count)
    clock.now = utcnow()
    return Desk(db, clock), endpoint.id


def test_a_delivered_message_is_done_and_logged(db: Database, tenancy: Tenancy, clock: Clock) -> None:
    desk, _ = make(db, tenancy, clock, 1)
    (one,) = desk.claim()
    assert desk.settle([desk.ok(one)]) == 1
    row = desk.delivery(one)
    assert (row.state, row.due_at, row.lease, row.finished_at) == (DELIVERED, None, None, clock.now)
    (attempt,) = desk.attempts(one)
    assert (attempt.number, attempt.status, attempt.latency_ms, attempt.error) == (1, 200, 3.5, None)
    assert (attempt.at, attempt.response_head) == (clock.now, "thanks")


def test_a_failed_message_waits_for_its_next_attempt(db: Database, tenancy: Tenancy, clock: Clock) -> None:
    desk, _ = make(db, tenancy, clock, 1)
    for number in (1, 2):
        (one,) = desk.claim()
        desk.settle([desk.bad(one)])
        row = desk.delivery(one)
        assert (row.state, row.due_at, row.attempts, row.finished_at) == (PENDING, clock.now, number, None)
    assert [(attempt.number, attempt.status) for attempt in desk.attempts(one)] == [(1, 500), (2, 500)]


def test_a_lost_lease_changes_nothing(db: Database, tenancy: Tenancy, clock: Clock) -> None:
    desk, _ = make(db, tenancy, clock, 1)
    (late,) = desk.claim()
    clock.now += timedelta(seconds=61)
    (successor,) = desk.claim()
    assert desk.settle([desk.bad(late)]) == 0
    assert desk.delivery(late).lease == successor.lease
    assert not desk.attempts(late)
    assert desk.settle([desk.ok(successor)]) == 1
    assert desk.settle([desk.bad(late)]) == 0
    assert desk.delivery(late).state == DELIVERED


def test_an_untried_message_goes_back_as_it_was(db: Database, tenancy: Tenancy, clock: Clock) -> None:
    desk, _ = make(db, tenancy, clock, 1)
    (one,) = desk.claim()
    desk.settle([Outcome(one, PENDING, clock.now, sent=False, due_at=clock.now)])
    assert not desk.attempts(one)
    (again,) = desk.claim()
    assert again.attempts == 1


def test_the_circuit_opens_after_failures_in_a_row(db: Database, tenancy: Tenancy, clock: Clock) -> None:
    desk, endpoint = make(db, tenancy, clock, FAILURES_TO_OPEN)
    claimed = desk.claim()
    desk.settle([desk.bad(one) for one in claimed[:-1]])
    assert desk.endpoint(endpoint).circuit_until is None
    desk.settle([desk.bad(claimed[-1])])
    assert desk.endpoint(endpoint).circuit_until == clock.now + timedelta(seconds=30)
    assert desk.endpoint(endpoint).failures == FAILURES_TO_OPEN
    assert not desk.claim()


def test_a_success_between_failures_keeps_the_circuit_closed(db: Database, tenancy: Tenancy, clock: Clock) -> None:
    desk, endpoint = make(db, tenancy, clock, 7)
    claimed = desk.claim()
    outcomes = [desk.bad(one) for one in claimed]
    outcomes[3] = desk.ok(claimed[3])
    desk.settle(outcomes)
    assert (desk.endpoint(endpoint).circuit_until, desk.endpoint(endpoint).failures) == (None, 3)


def test_failed_probes_lengthen_the_pause_up_to_ten_minutes_and_success_ends_it(
    db: Database, tenancy: Tenancy, clock: Clock
) -> None:
    desk, endpoint = make(db, tenancy, clock, FAILURES_TO_OPEN + 1)
    desk.settle([desk.bad(one) for one in desk.claim(FAILURES_TO_OPEN)])
    pauses = []
    for _ in range(6):
        until = desk.endpoint(endpoint).circuit_until
        assert until is not None
        pauses.append((until - clock.now).total_seconds())
        clock.now = until
        (probe,) = desk.claim()
        desk.settle([desk.bad(probe)])
    assert pauses == [30, 60, 120, 240, 480, 600]
    clock.now += timedelta(minutes=10)
    (probe,) = desk.claim()
    desk.settle([desk.ok(probe)])
    row = desk.endpoint(endpoint)
    assert (row.failures, row.trips, row.circuit_until) == (0, 0, None)


def test_a_probe_that_was_not_sent_leaves_the_next_one_free(db: Database, tenancy: Tenancy, clock: Clock) -> None:
    desk, _ = make(db, tenancy, clock, FAILURES_TO_OPEN)
    desk.settle([desk.bad(one) for one in desk.claim()])
    clock.now += timedelta(seconds=31)
    (probe,) = desk.claim()
    desk.settle([Outcome(probe, PENDING, clock.now, sent=False, due_at=clock.now)])
    assert len(desk.claim()) == 1


def test_retry_after_keeps_the_whole_endpoint_quiet(db: Database, tenancy: Tenancy, clock: Clock) -> None:
    desk, endpoint = make(db, tenancy, clock, 2)
    first, _ = desk.claim()
    desk.settle([desk.bad(first, 429, 90.0)])
    assert desk.endpoint(endpoint).circuit_until == clock.now + timedelta(seconds=90)


def test_an_absurd_retry_after_is_bounded(db: Database, tenancy: Tenancy, clock: Clock) -> None:
    desk, endpoint = make(db, tenancy, clock, 1)
    (one,) = desk.claim()
    desk.settle([desk.bad(one, 503, 999999999.0)])
    assert desk.endpoint(endpoint).circuit_until == clock.now + timedelta(hours=1)


def test_410_disables_the_endpoint_and_cancels_what_waits(db: Database, tenancy: Tenancy, clock: Clock) -> None:
    desk, endpoint = make(db, tenancy, clock, 3)
    first, second = desk.claim(2)
    desk.settle([desk.bad(first, 410)])
    row = desk.endpoint(endpoint)
    assert (row.state, row.disabled_reason) == (DISABLED, "the receiver answered 410 Gone")
    desk.settle([desk.ok(second)])
    with db.read() as session:
        states = session.scalars(select(WebhookDelivery.state).order_by(WebhookDelivery.id)).all()
    assert states == [DEAD, DELIVERED, CANCELLED]


def test_410_of_a_url_that_was_replaced_meanwhile_does_not_count(db: Database, tenancy: Tenancy, clock: Clock) -> None:
    desk, endpoint = make(db, tenancy, clock, 1)
    (one,) = desk.claim()
    with db.write() as session:
        session.get_one(WebhookEndpoint, endpoint).url = "https://platform.example/new"
    desk.settle([desk.bad(one, 410)])
    assert desk.endpoint(endpoint).state == ACTIVE


def test_outcomes_of_a_deleted_endpoint_are_dropped(db: Database, tenancy: Tenancy, clock: Clock) -> None:
    desk, endpoint = make(db, tenancy, clock, 1)
    (one,) = desk.claim()
    with db.write() as session:
        session.delete(session.get_one(WebhookEndpoint, endpoint))
    assert desk.settle([desk.ok(one)]) == 0
