"""A policy in shadow is compared on every item, and changes nothing."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from moderation.db import Database
from moderation.decisions import judge as judging
from moderation.decisions.models import Decision
from moderation.items.models import DECIDED, LIVE, Item
from moderation.items.verdicts import run_round
from moderation.policies import life, shadowing
from moderation.policies.models import ShadowCount, ShadowDifference
from moderation.policy.decide import decide
from moderation.review.models import ReviewCase
from moderation.services import Services
from moderation.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests.policies.conftest import LAXER, STRICTER, Desk, Reader

pytestmark = pytest.mark.usefixtures("reader")


@pytest.fixture
def shadowed(desk: Desk) -> int:
    """The row of a stricter policy in shadow."""
    return desk.do(life.shadow, desk.draft(**STRICTER).digest).id


def round_of(house: Services) -> None:
    run_round(house.db, house.settings, house.judge, LIVE)


def met(db: Database) -> dict[tuple[str, str], int]:
    """How often which live and shadow verdicts met."""
    with db.read() as session:
        rows = session.scalars(select(ShadowCount)).all()
    return {(row.live_verdict, row.shadow_verdict): row.count for row in rows}


def test_all_items_are_counted_and_those_that_differ_are_kept(
    db: Database, house: Services, desk: Desk, shadowed: int
) -> None:
    desk.send("0.05", "0.4", "0.99")
    round_of(house)
    assert met(db) == {("allow", "allow"): 1, ("allow", "block"): 1, ("block", "block"): 1}
    with db.read() as session:
        [(row, item)] = shadowing.differences(session, shadowed, 10)
    assert (row.policy_id, item) == (shadowed, f"{desk.tenant}-1")
    assert (row.live_verdict, row.live_label, row.shadow_verdict, row.shadow_label) == (
        "allow", "unrelated", "block", "cash_out",
    )  # fmt: skip
    assert "label.cash_out" in row.shadow_codes


def test_counts_add_up_over_batches(db: Database, house: Services, desk: Desk, shadowed: int) -> None:
    desk.send(*["0.05"] * 5)
    few = house.settings.model_copy(update={"claim_batch": 2})
    for _ in range(3):
        run_round(db, few, house.judge, LIVE)
    assert met(db) == {("allow", "allow"): 5}


def test_that_only_one_of_them_asks_a_person_is_a_difference(db: Database, house: Services, desk: Desk) -> None:
    desk.do(life.shadow, desk.draft(uncertain={"from": 0.01, "to": 0.98}).digest)
    desk.send("0.05")
    round_of(house)
    with db.read() as session:
        row = session.scalars(select(ShadowDifference)).one()
    assert (row.live_verdict, row.live_final, row.shadow_verdict, row.shadow_final) == ("allow", True, "allow", False)


def test_verdicts_cases_and_webhooks_are_what_they_are_without_it(
    db: Database, house: Services, desk: Desk, other: Desk, shadowed: int
) -> None:
    """The other tenant has no shadow, and sends the same."""
    with db.write() as session:
        for number, tenant in enumerate((desk.tenant, other.tenant)):
            session.add(
                WebhookEndpoint(
                    id=f"we_{number}", tenant_id=tenant, url="https://p.example/", secrets=[], events=["item.decided"]
                )
            )
    for each in (desk, other):
        each.send("0.05", "0.4", "0.99")
    round_of(house)

    def of(tenant: int, session: Session) -> list[object]:
        items = select(Item.id).where(Item.tenant_id == tenant)
        decided = select(Decision.verdict, Decision.final, Decision.label, Decision.policy_version)
        return [
            [tuple(row) for row in session.execute(decided.where(Decision.item_id.in_(items)).order_by(Decision.id))],
            session.scalars(select(ReviewCase.cause).where(ReviewCase.item_id.in_(items))).all(),
            session.scalar(
                select(func.count()).select_from(WebhookDelivery).where(WebhookDelivery.tenant_id == tenant)
            ),
        ]

    with db.read() as session:
        assert of(desk.tenant, session) == of(other.tenant, session)
        assert set(session.scalars(select(ShadowDifference.policy_id))) == {shadowed}


def test_a_shadow_that_fails_is_counted_and_disturbs_nobody(
    db: Database, house: Services, desk: Desk, shadowed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(**given: object):  # type: ignore[no-untyped-def]
        if given["policy"].block_score == STRICTER["block_score"]:  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return decide(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(judging, "decide", stumbles)
    desk.send("0.05", "0.99")
    round_of(house)
    assert met(db) == {("allow", "failed"): 1, ("block", "failed"): 1}
    with db.read() as session:
        assert session.scalars(select(Decision.verdict).order_by(Decision.item_id)).all() == ["allow", "block"]


def test_what_goes_wrong_when_it_is_written_down_does_not_cost_the_verdicts(
    db: Database, house: Services, desk: Desk, shadowed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("deadlock detected"))

    monkeypatch.setattr(shadowing, "_keep", fails)
    desk.send("0.4")
    round_of(house)
    with db.read() as session:
        assert session.scalars(select(Item.state)).all() == [DECIDED]
    assert met(db) == {}


def test_only_the_newest_differences_are_kept(
    db: Database, house: Services, desk: Desk, shadowed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shadowing, "MOST_DIFFERENCES", 3)
    desk.send(*["0.4"] * 5)
    round_of(house)
    with db.read() as session:
        newest = [item for _, item in shadowing.differences(session, shadowed, 10)]
        assert shadowing.kept(session, shadowed) == 3
    assert newest == [f"{desk.tenant}-{place}" for place in (4, 3, 2)]
    assert met(db) == {("allow", "block"): 5}


def test_after_its_withdrawal_it_is_no_longer_compared_and_what_was_counted_stays(
    db: Database, house: Services, desk: Desk, shadowed: int
) -> None:
    desk.send("0.4")
    round_of(house)
    desk.do(life.withdraw, "shadow")
    desk.send("0.4", "0.4")
    round_of(house)
    assert met(db) == {("allow", "block"): 1}


@pytest.mark.parametrize("again", ["shadow", "live"])
def test_counts_begin_anew_with_another_comparison(
    db: Database, house: Services, desk: Desk, shadowed: int, again: str
) -> None:
    """Put in shadow again, or beside another live policy: the old counts would be about something else."""
    desk.send("0.4")
    round_of(house)
    if again == "shadow":
        digest = desk.do(life.withdraw, "shadow").digest
        desk.do(life.shadow, digest)
    else:
        desk.enforce(**LAXER)
    assert met(db) == {}
    with db.read() as session:
        assert shadowing.kept(session, shadowed) == 0


def test_one_that_this_version_refuses_is_left_out(
    db: Database, house: Services, desk: Desk, shadowed: int, reader: Reader
) -> None:
    with db.write() as session:
        row = life.store.find(session, desk.tenant, "shadow")
        row.source = "block_score: 2"
    desk.send("0.4")
    round_of(house)
    assert met(db) == {}
    with db.read() as session:
        assert session.scalars(select(Decision.verdict)).all() == ["allow"]
