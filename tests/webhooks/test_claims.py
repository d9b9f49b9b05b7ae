"""Claims: nobody gets what somebody has, in the order of each item, fairly, and never into an open circuit."""

import threading
from collections import Counter
from datetime import timedelta

import pytest

from moderation.db import Database, utcnow
from moderation.webhooks.claims import Claimed, claim, waiting
from moderation.webhooks.models import DISABLED, WebhookEndpoint
from moderation.webhooks.outcomes import Outcome, settle
from tests.webhooks.conftest import Tenancy

LEASE = 60.0


def take(db: Database, limit: int = 100, *, later: float = 0.0, quotas: dict[str, int] | None = None) -> list[Claimed]:
    with db.write() as session:
        quota = None if quotas is None else lambda endpoint: quotas.get(endpoint, limit)
        return claim(session, utcnow() + timedelta(seconds=later), limit, LEASE, quota)


def acknowledge(db: Database, claimed: list[Claimed]) -> None:
    with db.write() as session:
        settle(session, [Outcome(one, "delivered", utcnow(), status=204) for one in claimed], utcnow())


def test_it_hands_out_all_that_sending_takes(db: Database, tenancy: Tenancy) -> None:
    endpoint = tenancy.endpoint()
    tenancy.decided(1)
    (one,) = take(db)
    assert (one.endpoint_id, one.url, one.attempts, one.probe) == (endpoint.id, endpoint.url, 1, False)
    assert one.secrets == (endpoint.secrets[0]["secret"],)
    assert one.id.startswith("msg_")
    assert one.body.startswith(b'{"type":"item.decided"')


def test_what_is_claimed_is_not_claimed_again_until_its_lease_ends(db: Database, tenancy: Tenancy) -> None:
    tenancy.endpoint()
    tenancy.decided(3)
    first = take(db)
    assert len(first) == 3
    assert not take(db)
    again = take(db, later=LEASE + 1)
    assert [one.id for one in again] == [one.id for one in first]
    assert {one.attempts for one in again} == {2}
    assert {one.body for one in again} == {one.body for one in first}
    assert {one.lease for one in again}.isdisjoint({one.lease for one in first})


def test_two_claimers_never_get_the_same_row(db: Database, tenancy: Tenancy) -> None:
    tenancy.endpoint()
    tenancy.endpoint()
    tenancy.decided(30)
    got: list[list[Claimed]] = [[] for _ in range(4)]
    start = threading.Barrier(4)

    def work(mine: list[Claimed]) -> None:
        start.wait(30)
        for _ in range(20):
            mine += take(db, 7)

    threads = [threading.Thread(target=work, args=(mine,)) for mine in got]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    ids = [one.id for mine in got for one in mine]
    assert len(ids) == len(set(ids)) == 60


def test_a_later_decision_waits_for_the_earlier_one(db: Database, tenancy: Tenancy) -> None:
    tenancy.endpoint()
    item = tenancy.item()
    tenancy.decide(item, 1)
    tenancy.decide(item, 2)
    tenancy.decide(item, 3)
    for _ in range(3):
        claimed = take(db)
        assert len(claimed) == 1
        assert not take(db)
        acknowledge(db, claimed)
    assert not take(db)


def test_the_order_holds_for_each_endpoint_by_itself(db: Database, tenancy: Tenancy) -> None:
    quick, stuck = tenancy.endpoint(), tenancy.endpoint()
    item = tenancy.item()
    tenancy.decide(item, 1)
    tenancy.decide(item, 2)
    acknowledge(db, [one for one in take(db) if one.endpoint_id == quick.id])
    (next_one,) = take(db)
    assert next_one.endpoint_id == quick.id
    assert b'"sequence":2' in next_one.body
    assert stuck.id not in {one.endpoint_id for one in take(db)}


def test_a_later_decision_is_sent_once_the_earlier_one_is_dead(db: Database, tenancy: Tenancy) -> None:
    tenancy.endpoint()
    item = tenancy.item()
    tenancy.decide(item, 1)
    tenancy.decide(item, 2)
    (first,) = take(db)
    with db.write() as session:
        settle(session, [Outcome(first, "dead", utcnow(), error="given up")], utcnow())
    (second,) = take(db)
    assert b'"sequence":2' in second.body


def test_endpoints_share_a_claim(db: Database, tenancy: Tenancy) -> None:
    busy = tenancy.endpoint()
    tenancy.decided(20)
    calm = tenancy.endpoint()
    tenancy.decided(5)
    shares = Counter(one.endpoint_id for one in take(db, 10))
    assert shares == {busy.id: 5, calm.id: 5}


def test_many_endpoints_get_no_more_than_the_limit_together(db: Database, tenancy: Tenancy) -> None:
    for _ in range(7):
        tenancy.endpoint()
    tenancy.decided(2)
    assert len(take(db, 4)) == 4
    assert len(take(db, 100)) == 10


def test_a_quota_bounds_an_endpoint_and_leaves_the_rest_to_others(db: Database, tenancy: Tenancy) -> None:
    slow, fast = tenancy.endpoint(), tenancy.endpoint()
    shut = tenancy.endpoint()
    tenancy.decided(10)
    shares = Counter(one.endpoint_id for one in take(db, 10, quotas={slow.id: 1, shut.id: 0}))
    assert shares == {slow.id: 1, fast.id: 5}


def change(db: Database, endpoint_id: str, **fields: object) -> None:
    with db.write() as session:
        endpoint = session.get_one(WebhookEndpoint, endpoint_id)
        for name, value in fields.items():
            setattr(endpoint, name, value)


def test_disabled_endpoints_and_open_circuits_are_passed_over(db: Database, tenancy: Tenancy) -> None:
    disabled, open_circuit, well = tenancy.endpoint(), tenancy.endpoint(), tenancy.endpoint()
    tenancy.decided(1)
    change(db, disabled.id, state=DISABLED)
    change(db, open_circuit.id, circuit_until=utcnow() + timedelta(hours=1))
    assert [one.endpoint_id for one in take(db)] == [well.id]


def test_after_its_pause_a_circuit_lets_a_single_probe_through(db: Database, tenancy: Tenancy) -> None:
    endpoint = tenancy.endpoint()
    tenancy.decided(5)
    change(db, endpoint.id, circuit_until=utcnow() - timedelta(seconds=1))
    (probe,) = take(db)
    assert probe.probe
    assert not take(db)
    acknowledge(db, [probe])
    assert len(take(db)) == 4


def test_a_probe_whose_worker_died_is_followed_by_another(db: Database, tenancy: Tenancy) -> None:
    endpoint = tenancy.endpoint()
    tenancy.decided(2)
    change(db, endpoint.id, circuit_until=utcnow() - timedelta(seconds=1))
    assert len(take(db)) == 1
    assert len(take(db, later=LEASE + 1)) == 1


@pytest.mark.parametrize("hindrance", [{"state": DISABLED}, {"circuit_until": utcnow() + timedelta(hours=1)}])
def test_waiting_tells_of_what_could_be_sent(db: Database, tenancy: Tenancy, hindrance: dict[str, object]) -> None:
    endpoint = tenancy.endpoint()
    with db.read() as session:
        assert not waiting(session, utcnow())
    tenancy.decided(1)
    with db.read() as session:
        assert waiting(session, utcnow())
        assert not waiting(session, utcnow() - timedelta(seconds=30))
    change(db, endpoint.id, **hindrance)
    with db.read() as session:
        assert not waiting(session, utcnow())
