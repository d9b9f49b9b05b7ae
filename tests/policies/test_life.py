"""A document's life, and that nobody turns a block into an allow alone; on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from moderation.db import Database
from moderation.errors import Conflict, NotFound, SecondPersonNeeded
from moderation.policies import life, store
from moderation.policies.models import DRAFT, LIVE, PROPOSED, RETIRED, SHADOW, StoredPolicy
from moderation.policies.portrait import shipped_source
from moderation.policy.config import PolicyError
from tests.policies.conftest import LAXER, SHIPPED, STRICTER, Desk, document


class TestDraft:
    def test_it_keeps_the_text_as_it_was_given(self, db: Database, desk: Desk) -> None:
        source = "# ours\n" + document(**STRICTER)
        with db.write() as session:
            row, new = life.draft(session, desk.tenant, source, by="Ann", note="after the campaign of May")
        assert (row.source, row.state, row.author, row.note, new) == (
            source, DRAFT, "Ann", "after the campaign of May", True,
        )  # fmt: skip

    def test_the_same_document_laid_out_otherwise_is_the_same(self, db: Database, desk: Desk) -> None:
        first = desk.draft(**STRICTER)
        with db.write() as session:
            again, new = life.draft(session, desk.tenant, "# later\n" + document(**STRICTER), by="Ben")
        assert (again.id, again.author, again.source, new) == (first.id, "Ann", first.source, False)

    def test_one_that_makes_no_sense_is_not_kept(self, db: Database, desk: Desk) -> None:
        with pytest.raises(PolicyError, match="line"), db.write() as session:
            life.draft(session, desk.tenant, "block_score: 2", by="Ann")
        with db.read() as session:
            assert store.count(session, desk.tenant) == 0

    def test_tenants_may_have_the_same_document_and_see_only_their_own(self, desk: Desk, other: Desk) -> None:
        mine, theirs = desk.draft(**STRICTER), other.draft(**LAXER)
        assert other.draft(**STRICTER).id != mine.id
        for what in (life.shadow, life.publish, life.withdraw, life.retire, life.approve, life.reject):
            with pytest.raises(NotFound):
                desk.do(what, theirs.digest)


class TestSecondPerson:
    def test_what_can_only_block_more_is_live_at_once(self, desk: Desk) -> None:
        row = desk.publish(**STRICTER)
        assert (row.state, row.decided_by, desk.in_force()) == (LIVE, "Ann", row.digest)

    def test_what_could_let_more_through_waits_for_somebody_else(self, desk: Desk) -> None:
        row = desk.publish(**LAXER)
        assert (row.state, row.proposed_by, desk.in_force()) == (PROPOSED, "Ann", SHIPPED.digest)
        assert any("block_score" in reason for reason in row.widening)
        with pytest.raises(SecondPersonNeeded):
            desk.do(life.approve, row.digest, "Ann")
        assert desk.in_force() == SHIPPED.digest
        approved = desk.do(life.approve, row.digest, "Ben")
        assert (approved.state, approved.proposed_by, approved.decided_by) == (LIVE, "Ann", "Ben")
        assert desk.in_force() == row.digest

    def test_a_key_may_propose_and_a_person_approves(self, desk: Desk) -> None:
        row = desk.publish("key:0123456789ab", **LAXER)
        assert desk.do(life.approve, row.digest, "Ann").state == LIVE

    def test_asking_again_makes_one_the_proposer(self, desk: Desk) -> None:
        row = desk.publish(**LAXER)
        desk.do(life.publish, row.digest, "Ben")
        with pytest.raises(SecondPersonNeeded):
            desk.do(life.approve, row.digest, "Ben")
        assert desk.do(life.approve, row.digest, "Ann").state == LIVE

    def test_a_proposal_may_be_turned_down_by_its_proposer_too(self, desk: Desk) -> None:
        row = desk.publish(**LAXER)
        assert desk.do(life.reject, row.digest, "Ann").state == DRAFT
        with pytest.raises(Conflict, match="nothing about it waits"):
            desk.do(life.approve, row.digest, "Ben")

    def test_what_was_approved_is_what_was_compared(self, desk: Desk) -> None:
        """Between proposal and approval a stricter document goes live: the approver looked at another difference."""
        waiting = desk.publish(**LAXER)
        stricter = desk.publish(**STRICTER)
        with pytest.raises(Conflict, match=stricter.digest):
            desk.do(life.approve, waiting.digest, "Ben")
        assert desk.do(life.publish, waiting.digest).against == stricter.digest
        assert desk.do(life.approve, waiting.digest, "Ben").state == LIVE

    def test_one_that_is_live_already_is_not_published_again(self, desk: Desk) -> None:
        row = desk.publish(**STRICTER)
        with pytest.raises(Conflict, match="live already"):
            desk.do(life.publish, row.digest)


class TestRetiring:
    def test_one_that_let_more_through_is_retired_at_once(self, desk: Desk) -> None:
        desk.enforce(**LAXER)
        assert desk.do(life.retire).state == RETIRED
        assert desk.in_force() == SHIPPED.digest

    def test_one_that_blocked_more_stays_live_until_somebody_else_agrees(self, desk: Desk) -> None:
        row = desk.publish(**STRICTER)
        asked = desk.do(life.retire)
        assert (asked.state, asked.retiring, desk.in_force()) == (LIVE, True, row.digest)
        with pytest.raises(SecondPersonNeeded):
            desk.do(life.approve, row.digest)
        ended = desk.do(life.approve, row.digest, "Ben")
        assert (ended.state, ended.retiring, desk.in_force()) == (RETIRED, False, SHIPPED.digest)

    def test_it_may_be_turned_down(self, desk: Desk) -> None:
        row = desk.publish(**STRICTER)
        desk.do(life.retire)
        kept = desk.do(life.reject, row.digest, "Ben")
        assert (kept.state, kept.retiring) == (LIVE, False)

    def test_only_what_is_live_can_be_retired(self, desk: Desk) -> None:
        with pytest.raises(NotFound):
            desk.do(life.retire)
        with pytest.raises(Conflict, match="not live"):
            desk.do(life.retire, desk.draft(**STRICTER).digest)

    def test_going_back_follows_the_same_rule(self, desk: Desk) -> None:
        first, second = desk.publish(block_score=0.4), desk.publish(block_score=0.3)
        assert desk.state(first.digest) == RETIRED
        back = desk.do(life.publish, first.digest)
        assert (back.state, desk.in_force()) == (PROPOSED, second.digest)
        assert desk.do(life.approve, first.digest, "Ben").retired_at is None
        assert desk.state(second.digest) == RETIRED


class TestShadow:
    def test_there_is_one_at_a_time(self, desk: Desk) -> None:
        first, second = desk.draft(**STRICTER), desk.draft(**LAXER)
        assert desk.do(life.shadow, first.digest).state == SHADOW
        with pytest.raises(Conflict, match=f"{first.digest} is in shadow"):
            desk.do(life.shadow, second.digest)
        assert desk.do(life.withdraw, "shadow").state == DRAFT
        assert desk.do(life.shadow, second.digest).state == SHADOW

    def test_it_needs_nobody_else_and_is_not_in_force(self, desk: Desk) -> None:
        desk.do(life.shadow, desk.draft(**LAXER).digest)
        assert desk.in_force() == SHIPPED.digest

    @pytest.mark.parametrize("changes", [STRICTER, LAXER], ids=["live", "proposed"])
    def test_what_is_live_or_proposed_is_not_put_in_shadow(self, desk: Desk, changes: dict[str, float]) -> None:
        row = desk.publish(**changes)
        with pytest.raises(Conflict, match="only a draft or a retired one"):
            desk.do(life.shadow, row.digest)

    def test_publishing_it_ends_its_shadow(self, desk: Desk) -> None:
        row = desk.draft(**STRICTER)
        desk.do(life.shadow, row.digest)
        assert desk.do(life.publish, row.digest).state == LIVE
        with pytest.raises(NotFound):
            desk.do(life.withdraw, "shadow")


def test_everything_done_is_remembered_with_who_did_it(db: Database, desk: Desk) -> None:
    row = desk.draft(**LAXER)
    desk.do(life.shadow, row.digest, "Ben")
    desk.do(life.withdraw, row.digest, "Cid")
    desk.do(life.publish, row.digest, "Ann")
    desk.do(life.approve, row.digest, "Ben")
    desk.do(life.retire, row.digest, "Cid")
    with db.read() as session:
        found = [(event.what, event.actor) for event in store.events(session, row.id)]
    assert found == [
        ("drafted", "Ann"),
        ("shadowed", "Ben"),
        ("withdrawn", "Cid"),
        ("proposed", "Ann"),
        ("published", "Ben"),
        ("retired", "Cid"),
    ]


class TestBrokenDocument:
    """A newer program may refuse what an older one stored."""

    def test_it_can_be_replaced_but_not_alone(self, db: Database, desk: Desk) -> None:
        desk.publish(**STRICTER)
        with db.write() as session:
            session.execute(update(StoredPolicy).values(source="block_score: 2"))
        row = desk.publish(block_score=0.2)
        assert (row.state, "can't be read" in row.widening[0]) == (PROPOSED, True)
        assert desk.do(life.approve, row.digest, "Ben").state == LIVE

    @pytest.mark.parametrize("what", [life.publish, life.shadow])
    def test_it_is_neither_published_nor_put_in_shadow(
        self, db: Database, desk: Desk, what: Callable[..., StoredPolicy]
    ) -> None:
        row = desk.draft(**STRICTER)
        with db.write() as session:
            session.execute(update(StoredPolicy).values(source="block_score: 2"))
        with pytest.raises(PolicyError):
            desk.do(what, row.digest)
        assert desk.state(row.digest) == DRAFT


def test_the_shipped_document_can_be_pinned(desk: Desk) -> None:
    with desk.db.write() as session:
        row, _ = life.draft(session, desk.tenant, shipped_source(), by="Ann")
    assert desk.do(life.publish, row.digest).state == LIVE
