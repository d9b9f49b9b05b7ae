"""Each item is decided by its tenant's policy; what can't be read stops everything, what can't be judged may block."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from moderation.access import people
from moderation.db import Database
from moderation.decisions.judge import Judge
from moderation.decisions.models import MACHINE, Decision
from moderation.items.models import LIVE, PENDING, QUARANTINED, Item
from moderation.items.schemas import ItemIn
from moderation.items.verdicts import run_round
from moderation.policies import life
from moderation.policies.models import StoredPolicy
from moderation.policies.refusals import StoredPolicyRefused
from moderation.policy.config import Policy
from moderation.review import rulings
from moderation.review.models import QUARANTINE, SPOT_CHECK, ReviewCase
from moderation.services import Services
from moderation.settings import Settings
from moderation.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests.conftest import Platform
from tests.items.test_verdicts import release
from tests.policies.conftest import SHIPPED, STRICTER, Desk, Reader
from worker import moderate

BETWEEN = "0.4"
"""A probability that the shipped policy allows and the stricter one blocks."""


def standing(db: Database) -> dict[str, tuple[str, str]]:
    """By item: the newest verdict and the policy's version."""
    query = select(Item.external_id, Decision.verdict, Decision.policy_version)
    joined = query.join(Decision, (Decision.item_id == Item.id) & (Decision.seq == Item.seq))
    with db.read() as session:
        return {row[0]: (row[1], row[2]) for row in session.execute(joined)}


def test_two_tenants_in_one_batch_are_judged_by_their_own(
    db: Database, house: Services, reader: Reader, desk: Desk, other: Desk
) -> None:
    stricter = Policy.parse(desk.publish(**STRICTER).source)
    desk.send(BETWEEN, "0.2")
    other.send(BETWEEN)
    judge = house.judge
    before = reader.calls
    assert run_round(db, house.settings, judge, LIVE).claimed == 3
    assert reader.calls == before + 1
    assert standing(db) == {
        f"{desk.tenant}-0": ("block", stricter.version),
        f"{desk.tenant}-1": ("allow", stricter.version),
        f"{other.tenant}-0": ("allow", SHIPPED.version),
    }


def test_a_change_is_seen_at_the_next_round_and_costs_nothing_meanwhile(
    db: Database, house: Services, reader: Reader, desk: Desk
) -> None:
    first = house.judge
    assert house.judge is first
    desk.draft(**STRICTER)
    assert house.judge is first
    desk.publish(**STRICTER)
    assert house.judge.policy_of(desk.tenant).block_score == STRICTER["block_score"]
    desk.do(life.retire)
    desk.do(life.approve, "live", "Ben")
    assert house.judge.policy_of(desk.tenant) == SHIPPED


def test_spot_checks_are_drawn_at_the_tenants_own_rate(
    db: Database, house: Services, reader: Reader, desk: Desk, other: Desk
) -> None:
    desk.publish(sample_rate=1.0)
    desk.send("0", "0")
    other.send("0", "0")
    run_round(db, house.settings, house.judge, LIVE)
    query = select(Item.tenant_id, ReviewCase.cause).join(Item, Item.id == ReviewCase.item_id)
    with db.read() as session:
        assert set(session.execute(query).all()) == {(desk.tenant, SPOT_CHECK)}


def test_check_uses_the_policy_of_the_keys_tenant(
    desk: Desk, reader: Reader, platform: Platform, stranger: Platform
) -> None:
    desk.publish(**STRICTER)
    item = {"id": "a", "text": BETWEEN}
    assert platform.post("/v1/check", json=item).json["verdict"] == "block"
    assert [each["verdict"] for each in platform.post("/v1/check", json=[item]).json["items"]] == ["block"]
    assert stranger.post("/v1/check", json=item).json["verdict"] == "allow"


class TestBrokenDocument:
    def test_nothing_is_judged_by_another_in_its_stead_and_readyz_tells(
        self, db: Database, house: Services, reader: Reader, desk: Desk, platform: Platform
    ) -> None:
        row = desk.publish(**STRICTER)
        with db.write() as session:
            session.execute(update(StoredPolicy).values(source="block_score: 2"))
        with pytest.raises(StoredPolicyRefused, match=row.digest):
            _ = house.judge
        ready = platform.get("/readyz")
        assert (ready.status_code, row.digest in ready.json["faults"]["judge"]) == (503, True)
        answer = platform.post("/v1/check", json={"id": "a", "text": BETWEEN})
        assert (answer.status_code, answer.json["code"]) == (503, "policy_refused")

    def test_items_wait_unclaimed(
        self, db: Database, house: Services, reader: Reader, desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.publish(**STRICTER)
        other.send("0")
        with db.write() as session:
            session.execute(update(StoredPolicy).values(source="block_score: 2"))
        monkeypatch.setattr(moderate, "room", lambda: house)
        with pytest.raises(StoredPolicyRefused):
            moderate.moderate.run(LIVE)
        with db.read() as session:
            item = session.scalars(select(Item)).one()
        assert (item.attempts, item.lease, item.state) == (0, None, PENDING)

    def test_it_is_shown_so_that_somebody_can_mend_it(self, db: Database, desk: Desk, platform: Platform) -> None:
        row = desk.publish(**STRICTER)
        with db.write() as session:
            session.execute(update(StoredPolicy).values(source="block_score: 2"))
        shown = platform.get(f"/v1/policies/{row.digest}").json
        assert (shown["source"], shown["values"], shown["version"]) == ("block_score: 2", None, None)


class Stumbling(Judge):
    """A judge that raises at every item."""

    def judge(self, items: Sequence[tuple[ItemIn, datetime]], tenants: Sequence[int | None] | None = None) -> Any:
        raise ZeroDivisionError


@pytest.fixture
def subscribed(db: Database, desk: Desk) -> None:
    with db.write() as session:
        session.add(
            WebhookEndpoint(
                id="we_1", tenant_id=desk.tenant, url="https://p.example/", secrets=[], events=["item.decided"]
            )
        )


def give_up(db: Database, settings: Settings, judge: Judge) -> list[int]:
    """Try until the items are given up; return the ids that waiting callers and webhooks are told of."""
    stumbling = Stumbling(judge.classifier, judge.policy, judge.registry, judge.policies)
    told: list[int] = []
    for _ in range(settings.max_attempts + 1):
        told += run_round(db, settings, stumbling, LIVE).decided
        release(db)
    return told


def test_what_could_not_be_judged_waits_without_a_verdict_by_default(
    db: Database, house: Services, reader: Reader, desk: Desk
) -> None:
    desk.send("0")
    assert give_up(db, house.settings, house.judge) == []
    with db.read() as session:
        assert session.scalars(select(Item.state)).all() == [QUARANTINED]
        assert session.scalars(select(Decision)).all() == []


@pytest.mark.usefixtures("subscribed", "reader")
def test_where_the_policy_says_so_it_is_blocked_and_the_platform_hears_of_it(
    db: Database, house: Services, desk: Desk, platform: Platform
) -> None:
    version = Policy.parse(desk.publish(unable="block").source).version
    desk.send("0")
    [told] = give_up(db, house.settings, house.judge)
    with db.read() as session:
        decision = session.scalars(select(Decision)).one()
        assert session.scalars(select(Item.state)).one() == QUARANTINED
        assert session.scalars(select(ReviewCase.cause)).all() == [QUARANTINE]
        assert len(session.scalars(select(WebhookDelivery)).all()) == 1
    assert (decision.item_id, decision.source, decision.policy_version) == (told, MACHINE, version)
    record = platform.get(f"/v1/items/{desk.tenant}-0").json
    answer = record["decision"]
    assert (answer["verdict"], answer["final"], answer["label"], answer["score"]) == ("block", False, "unrelated", 1.0)
    assert [(reason["code"], reason["source"]) for reason in answer["reasons"]] == [("system.undecidable", "moderator")]


@pytest.mark.usefixtures("reader")
def test_what_killed_the_worker_is_blocked_as_well(db: Database, house: Services, desk: Desk) -> None:
    desk.publish(unable="block")
    desk.send("0")
    with db.write() as session:
        session.execute(update(Item).values(attempts=house.settings.max_attempts))
    assert len(run_round(db, house.settings, house.judge, LIVE).decided) == 1
    assert [verdict for verdict, _ in standing(db).values()] == ["block"]


@pytest.mark.usefixtures("reader")
def test_a_persons_word_outranks_it(db: Database, house: Services, desk: Desk) -> None:
    desk.publish(unable="block")
    desk.send("0")
    give_up(db, house.settings, house.judge)
    with db.write() as session:
        case = session.scalars(select(ReviewCase)).one()
        person, _ = people.create(session, "Mo", "moderator")
        rulings.decide(session, case.id, case.version, rulings.Ruling("allow", "unrelated"), person.id)
    assert [verdict for verdict, _ in standing(db).values()] == ["allow"]
