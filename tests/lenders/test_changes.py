"""Nobody turns a block into an allow alone; whatever was done is known, and can be undone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from moderation.db import Database
from moderation.errors import Conflict, NotFound, SecondPersonNeeded
from moderation.lenders import changes, importer, store
from moderation.lenders.loading import load_registry
from moderation.lenders.models import APPLIED, PROPOSED, REJECTED, RegistryChange
from moderation.lenders.standing import Publisher, Standing
from tests.lenders.conftest import BANK, FINANCE, HEADER, LENDERS, OPERATORS, WEAK, enter

DAY = date(2026, 5, 1)
BANK_NAME, WEAK_NAME = "甲乙银行股份有限公司", "戊己网络小额贷款有限公司"
PARTNERS = "legal_name,operator_name,role,source,confidence,valid_to\n"
PARTNER = PARTNERS + f"{BANK_NAME},壬癸科技有限公司,marketing,the bank's own list,high,\n"


SUSPENDED = (
    "legal_name,licence_type,status_history,source,confidence\n"
    f"{BANK_NAME},城市商业银行,suspended@2026-04-01,a list,high\n"
)


def propose(db: Database, text: str, by: str = "Ann") -> RegistryChange:
    with db.write() as session:
        change = importer.propose_file(session, importer.Upload(text.encode(), "file.csv"), by=by)
    assert change is not None
    return change


def approve(db: Database, number: int, by: str) -> RegistryChange:
    with db.write() as session:
        return changes.approve(session, number, by=by)


def undo(db: Database, number: int, by: str = "Ann") -> RegistryChange:
    with db.write() as session:
        return changes.undo(session, number, by=by)


def standing(db: Database, name: str = BANK_NAME, known_at: datetime | None = None, text: str = "") -> Standing:
    with db.read() as session:
        registry = load_registry(session, known_at)
    publisher = Publisher(name=name, verified=True)
    return registry.standing(publisher, mentions=registry.mentions(text), at=DAY).standing


class TestSecondPerson:
    def test_a_new_lender_may_not_lend_before_somebody_else_agrees(self, book: Database) -> None:
        change = propose(book, HEADER + BANK)
        assert (change.state, standing(book)) == (PROPOSED, Standing.VERIFIED_UNLICENSED)
        assert any("active from" in reason for reason in change.widening)
        with pytest.raises(SecondPersonNeeded):
            approve(book, change.id, "Ann")
        assert standing(book) is Standing.VERIFIED_UNLICENSED
        decided = approve(book, change.id, "Ben")
        assert (decided.state, decided.proposed_by, decided.decided_by) == (APPLIED, "Ann", "Ben")
        assert standing(book) is Standing.VERIFIED_LENDER

    @pytest.mark.parametrize(
        "text",
        [
            HEADER + WEAK.replace(",from memory,low", ",a list,medium"),
            LENDERS.replace(
                "庚辛小额贷款有限公司,小额贷款公司(网贷资格暂停@2025-02-28)", "庚辛小额贷款有限公司,网络小额贷款公司"
            ),
            HEADER + BANK.replace("jiayi.example.cn", "jiayi.example.cn;other.cn"),
            HEADER.replace("nfra_code", "former_names") + BANK.replace("B9001H244030001", "老甲乙银行股份有限公司"),
            PARTNER,
            f"legal_name,channel,value,source,confidence\n{BANK_NAME},domain,new.cn,a list,medium\n",
            "operator_name,brands,source,confidence\n壬癸科技有限公司,,a list,medium\n",
        ],
        ids=["surer", "other licence", "domain", "former name", "partner", "channel", "freed brand"],
    )
    def test_whatever_could_allow_waits(self, filled: Database, text: str) -> None:
        assert propose(filled, text).state == PROPOSED

    @pytest.mark.parametrize(
        "text",
        [
            HEADER + BANK.replace(",high", ",low"),
            SUSPENDED,
            HEADER.replace("nfra_code", "max_amount") + BANK.replace("B9001H244030001", "100000"),
            OPERATORS + "子丑科技有限公司,丑贷,贷超,a list,medium\n",
            f"legal_name,brand,source,confidence\n{BANK_NAME},甲乙闪借,from memory,low\n",
            HEADER + BANK.replace("a list", "a better list"),
            HEADER + "寅卯银行股份有限公司,城市商业银行,,广东,,,,from memory,low\n",
        ],
        ids=["less sure", "suspended", "smaller amount", "operator", "weak brand", "source", "weak lender"],
    )
    def test_what_can_only_block_is_live_at_once(self, filled: Database, text: str) -> None:
        assert propose(filled, text).state == APPLIED

    def test_shortening_a_partnership_needs_nobody_and_lengthening_it_does(self, filled: Database) -> None:
        enter(filled, PARTNER)
        shorter = PARTNER.rstrip("\n") + "2026-04-01\n"
        assert propose(filled, shorter).state == APPLIED
        assert propose(filled, PARTNER).state == PROPOSED

    def test_a_proposal_may_be_turned_down(self, book: Database) -> None:
        number = propose(book, HEADER + BANK).id
        with book.write() as session:
            assert changes.reject(session, number, by="Ben", note="no source").state == REJECTED
        with pytest.raises(Conflict, match="rejected already, by Ben"):
            approve(book, number, "Cid")
        assert standing(book) is Standing.VERIFIED_UNLICENSED

    def test_what_was_approved_is_what_was_shown(self, filled: Database) -> None:
        """Between proposal and approval somebody else changes the same row: approving would bring back the old."""
        waiting = propose(filled, HEADER + BANK.replace("jiayi.example.cn", "jiayi.example.cn;other.cn"))
        propose(filled, HEADER + BANK.replace(",high", ",low"), by="Cid")
        with pytest.raises(Conflict, match="was changed again"):
            approve(filled, waiting.id, "Ben")

    def test_there_is_no_change_without_a_number(self, book: Database) -> None:
        with pytest.raises(NotFound):
            approve(book, 99, "Ben")


class TestUndo:
    def test_undoing_gives_back_exactly_what_was_there(self, filled: Database) -> None:
        with filled.read() as session:
            before = store.facts(session)
        change = propose(filled, HEADER + BANK.replace(",high", ",low"))
        opposite = undo(filled, change.id)
        assert (opposite.state, opposite.undoes) == (PROPOSED, change.id)
        approve(filled, opposite.id, "Ben")
        with filled.read() as session:
            assert store.facts(session) == before

    def test_undoing_what_widened_narrows_and_needs_nobody(self, filled: Database) -> None:
        change = enter(filled, PARTNER)
        assert change is not None
        assert standing(filled, "壬癸科技有限公司", text="甲乙e贷") is Standing.VERIFIED_PARTNER
        assert undo(filled, change.id).state == APPLIED
        assert standing(filled, "壬癸科技有限公司", text="甲乙e贷") is Standing.VERIFIED_UNLICENSED

    def test_to_take_a_lender_out_whole_needs_two_for_its_name_is_free_then(self, book: Database) -> None:
        change = enter(book, HEADER + BANK)
        assert change is not None
        opposite = undo(book, change.id)
        assert opposite.state == PROPOSED
        assert any(reason.endswith("use of 甲乙银行") for reason in opposite.widening)
        approve(book, opposite.id, "Ben")
        assert standing(book) is Standing.VERIFIED_UNLICENSED

    def test_what_was_changed_again_since_is_not_undone(self, filled: Database) -> None:
        first = propose(filled, HEADER + BANK.replace(",high", ",medium"))
        propose(filled, HEADER + BANK.replace(",high", ",low"))
        with pytest.raises(Conflict, match=BANK_NAME):
            undo(filled, first.id)

    def test_nothing_is_undone_twice_not_even_while_its_opposite_waits(self, filled: Database) -> None:
        change = propose(filled, HEADER + BANK.replace(",high", ",low"))
        opposite = undo(filled, change.id)
        with pytest.raises(Conflict, match=f"change {opposite.id} undoes change {change.id}"):
            undo(filled, change.id)
        with filled.write() as session:
            changes.reject(session, opposite.id, by="Ben")
        assert undo(filled, change.id).state == PROPOSED

    def test_only_what_is_live_can_be_undone(self, book: Database) -> None:
        with pytest.raises(Conflict, match="proposed"):
            undo(book, propose(book, HEADER + BANK).id)


class TestKnownThen:
    def test_the_registry_answers_as_of_what_was_known(self, filled: Database, clock: list[datetime]) -> None:
        before = clock[0]
        clock[0] += timedelta(days=10)
        propose(filled, SUSPENDED)
        assert standing(filled, known_at=before) is Standing.VERIFIED_LENDER
        assert standing(filled, known_at=clock[0]) is Standing.LICENCE_SUSPENDED
        assert standing(filled) is Standing.LICENCE_SUSPENDED
        assert standing(filled, known_at=datetime(2020, 1, 1, tzinfo=UTC)) is Standing.VERIFIED_UNLICENSED

    def test_every_change_is_remembered_with_who_and_what(self, filled: Database) -> None:
        propose(filled, HEADER + FINANCE.replace(",medium\n", ",low\n"), by="Cid")
        with filled.read() as session:
            newest, *older = changes.history(session)
            about = changes.about(session, "丙丁消费金融有限公司")
        assert (newest.proposed_by, newest.decided_by, newest.kind) == ("Cid", "Cid", "lenders")
        [(key, before, after)] = newest.entries
        assert (key, before["confidence"], after["confidence"]) == ("丙丁消费金融有限公司", "medium", "low")
        assert len(newest.sha256) == 64
        assert [change.id for change in about] == [newest.id, older[-1].id]
