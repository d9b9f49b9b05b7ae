"""The worker's tasks, called in this process on a real broker and a real database."""

from datetime import timedelta

import pytest
from redis import Redis
from sqlalchemy import func, select, update

from classifiers import ArtifactError, Classifier
from moderation.access import hooks, keys
from moderation.access.models import HookMessage
from moderation.db import Database, utcnow
from moderation.decisions import dependents
from moderation.decisions.models import Decision
from moderation.decisions.recheck import recheck
from moderation.items import store
from moderation.items.models import LIVE, RESCAN, Item
from moderation.items.schemas import ItemIn
from moderation.lenders import changes, importer
from moderation.lenders.importer import seed
from moderation.services import Services
from worker import moderate, upkeep


@pytest.fixture(autouse=True)
def _own_room(monkeypatch: pytest.MonkeyPatch, house: Services) -> None:
    for task in (moderate, upkeep):
        monkeypatch.setattr(task, "room", lambda: house)
    with house.db.write() as session:
        seed(session)


@pytest.fixture
def broker(house: Services):  # type: ignore[no-untyped-def]
    with Redis.from_url(house.settings.redis) as client:
        yield client


def submit(db: Database, count: int, lane: str = LIVE) -> None:
    items = [ItemIn(id=f"{lane}-{number}", text="今天天气不错") for number in range(count)]
    with db.write() as session:
        store.accept(session, keys.tenant_named(session, "platform").id, items, lane, utcnow())


def age(db: Database, seconds: float) -> None:
    with db.write() as session:
        session.execute(update(Item).values(due_at=utcnow() - timedelta(seconds=seconds)))


def count(db: Database, row: type) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(row)) or 0


def test_one_ring_drains_the_lane(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moderate, "TURN_SECONDS", 600)
    submit(db, 150)
    moderate.moderate.run(LIVE)
    assert count(db, Decision) == 150


def test_verdicts_are_found_by_the_lender_that_they_hang_on(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moderate, "TURN_SECONDS", 600)
    bank = "招商银行股份有限公司"
    texts = {
        "ad": "黑户也能贷，招商银行内部渠道，加微信 abc12345",
        "talk": "招商银行的手机银行真好用",
        "other": "今天天气不错",
    }
    with db.write() as session:
        tenant = keys.tenant_named(session, "platform").id
        store.accept(session, tenant, [ItemIn(id=name, text=text) for name, text in texts.items()], LIVE, utcnow())
    moderate.moderate.run(LIVE)
    with db.read() as session:
        assert dependents.count(session, bank) == {"allow": 1, "block": 1}
        assert {(each.tenant, each.item) for each in dependents.newest(session, bank, 10)} == {
            ("platform", "ad"),
            ("platform", "talk"),
        }
        assert dependents.newest(session, "无名银行股份有限公司", 10) == []


def test_what_hangs_on_a_lender_is_judged_again_without_a_trace(
    db: Database, house: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moderate, "TURN_SECONDS", 600)
    bank = "招商银行股份有限公司"
    publisher = {"name": bank, "verified": True}
    text = (
        f"招商银行闪电贷由{bank}提供，年化利率（单利）4.2%至18%，额度以审批结果为准。贷款有风险，请理性借贷，按时还款。"
    )
    items = [
        ItemIn.model_validate({"id": "ad", "kind": "ad", "text": text, "publisher": publisher}),
        ItemIn(id="scam", text="黑户也能贷，招商银行内部渠道，加微信 abc12345"),
        ItemIn(id="other", text="今天天气不错"),
    ]
    with db.write() as session:
        store.accept(session, keys.tenant_named(session, "platform").id, items, LIVE, utcnow())
    moderate.moderate.run(LIVE)
    with db.read() as session:
        unchanged = list(recheck(session, house.judge, bank))
    assert {each.item: each.before for each in unchanged} == {each.item: each.after for each in unchanged}
    assert {each.item for each in unchanged} == {"ad", "scam"}

    lowered = f"legal_name,licence_type,source,confidence\n{bank},股份制商业银行,a rumour,low\n".encode()
    with db.write() as session:
        changes.propose(session, importer.compare_file(session, importer.Upload(lowered, "f.csv", "lenders")), by="Ann")
    with db.read() as session:
        found = {each.item: each for each in recheck(session, house.judge, bank)}
    assert (found["ad"].before[0], found["ad"].after[0]) == ("allow", "block")
    assert found["scam"].before == found["scam"].after
    assert count(db, Decision) == 3


def test_without_a_model_nothing_is_claimed(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object, **__: object) -> Classifier:
        raise ArtifactError("gate.npz is damaged")

    submit(db, 1)
    monkeypatch.setattr(Classifier, "load", damaged)
    with pytest.raises(ArtifactError):
        moderate.moderate.run(LIVE)
    with db.read() as session:
        item = session.scalars(select(Item)).one()
    assert (item.attempts, item.lease, item.state) == (0, None, "pending")


def test_the_sweeper_rings_for_forgotten_rows_in_their_lane_only(db: Database, broker: Redis) -> None:
    submit(db, 1, RESCAN)
    age(db, 10)
    upkeep.sweep.run()
    assert (broker.llen(RESCAN), broker.llen(LIVE)) == (1, 0)


def test_the_sweeper_leaves_alone_what_was_just_rung_for(db: Database, broker: Redis) -> None:
    submit(db, 1)
    upkeep.sweep.run()
    assert broker.llen(LIVE) == 0


def test_message_ids_are_forgotten_only_when_they_cannot_be_replayed(db: Database) -> None:
    with db.write() as session:
        source, _ = hooks.create(session, keys.tenant_named(session, "platform"), "pipeline")
        for message, age_seconds in (("old", 5000), ("fresh", 100)):
            session.add(
                HookMessage(
                    source_id=source.id,
                    message_id=message,
                    body_hash="0" * 64,
                    received_at=utcnow() - timedelta(seconds=age_seconds),
                )
            )
    upkeep.prune.run()
    with db.read() as session:
        assert session.scalars(select(HookMessage.message_id)).all() == ["fresh"]
