"""Changes of the lender registry in the web page: who may look at them, and what they see."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from moderation.db import Database, utcnow
from moderation.lenders.models import APPLIED, PROPOSED, REJECTED, RegistryRecord
from moderation.review import registry_changes
from tests.lenders.conftest import BANK, FINANCE, HEADER, enter
from tests.support.desk import Desk
from tests.support.registry_desk import (
    BANK_NAME,
    FINANCE_NAME,
    SUSPENDED,
    act,
    lender_row,
    listed,
    onward,
    partner,
    propose,
    records,
    send,
    stored,
)


class TestLooking:
    def test_an_empty_registry_says_what_would_stand_here(self, viewer: Desk) -> None:
        assert viewer.get("/review/registry").status_code == 200
        assert "没有等待复核的变更" in viewer.page
        assert "daidun lenders import" in viewer.page
        viewer.get("/review/registry/lenders?name=x")
        assert "没有名称含" in viewer.page

    @pytest.mark.parametrize("role", ["viewer", "moderator", "lead", "admin", "investigator", "auditor"])
    def test_whoever_may_log_in_may_look(self, seat: Callable[..., Desk], filled: Database, role: str) -> None:
        desk = seat("ann", role)
        for path in ("", "/changes/1", "/lenders", f"/lenders/{BANK_NAME}"):
            assert desk.get(f"/review/registry{path}").status_code == 200

    def test_a_stranger_is_sent_to_the_log_in(self, outsider: Desk, filled: Database) -> None:
        for path in ("", "/changes/1", "/lenders", f"/lenders/{BANK_NAME}", "/lender?name=x", "/decision"):
            response = outsider.get(f"/review/registry{path}")
            assert response.status_code == 303, path
            assert response.location.startswith("/review/login")

    def test_what_waits_stands_first_then_what_was_decided(self, viewer: Desk, filled: Database) -> None:
        waiting = propose(filled, HEADER + BANK.replace("jiayi.example.cn", "jiayi.example.cn;other.cn"))
        live = propose(filled, SUSPENDED)
        viewer.get("/review/registry")
        assert listed(viewer.page)[:2] == [waiting, live]
        assert "新认可域名“other.cn”" in viewer.page
        assert "赵提议" in viewer.page
        assert "1 条记录" in viewer.page

    @pytest.mark.parametrize("state", [PROPOSED, APPLIED, REJECTED])
    def test_the_list_can_be_narrowed_to_a_state(self, lead: Desk, filled: Database, state: str) -> None:
        propose(filled, HEADER + BANK.replace("jiayi.example.cn", "other.cn"))
        act(lead, propose(filled, HEADER + FINANCE.replace("bingding.com", "third.cn")), "reject")
        lead.get(f"/review/registry?state={state}")
        numbers = listed(lead.page)
        assert numbers
        assert {stored(filled, number).state for number in numbers} == {state}

    def test_pages_of_changes_show_each_once(
        self, viewer: Desk, filled: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(registry_changes.page, "__defaults__", (None, 3))
        wanted = [propose(filled, HEADER + BANK.replace("a list", f"list {each}")) for each in range(7)]
        seen: list[int] = []
        path = "/review/registry?state=applied"
        while path:
            viewer.get(path)
            assert len(listed(viewer.page)) <= 3
            seen += listed(viewer.page)
            path = onward(viewer.page)
        assert seen == sorted([1, 2, *wanted], reverse=True)

    def test_a_malformed_query_is_refused(self, viewer: Desk, filled: Database) -> None:
        for path in (
            "?state=x", "?before=x", "?before=-1", "/changes/1?only=x", "/changes/1?page=x", "/changes/1?record=1.5",
            "/lenders?at=yesterday", "/lenders?from=x", f"/lenders/{BANK_NAME}?at=2026-13-01",
            "/lenders?name=" + "x" * 201,
        ):  # fmt: skip
            assert viewer.get(f"/review/registry{path}").status_code == 400, path

    def test_what_is_not_there_is_not_found(self, viewer: Desk, filled: Database) -> None:
        for path in (
            "/changes/77", "/changes/9223372036854775807", "/changes/x", "/changes/-1", "/lender", "/decision",
            "/lenders/无名银行股份有限公司", "/lenders/壬癸科技有限公司", "/lenders/%00",
        ):  # fmt: skip
            assert viewer.get(f"/review/registry{path}").status_code == 404, path
            assert "没有这个页面" in viewer.page

    def test_a_number_that_no_database_holds_is_not_found(self, viewer: Desk) -> None:
        assert viewer.get("/review/registry/changes/9223372036854775808").status_code == 404

    def test_licences_that_expire_soon_are_told(self, viewer: Desk, filled: Database) -> None:
        day = (utcnow() + timedelta(days=40)).date()
        late = (utcnow() + timedelta(days=90)).date()
        enter(filled, HEADER.replace("nfra_code", "expires") + BANK.replace("B9001H244030001", day.isoformat()))
        enter(filled, HEADER.replace("nfra_code", "expires") + FINANCE.replace("X9002H231000001", late.isoformat()))
        enter(filled, partner(day.isoformat()))
        viewer.get("/review/registry")
        assert day.isoformat() in viewer.page
        assert "合作机构“壬癸科技有限公司”（营销）" in viewer.page
        assert late.isoformat() not in viewer.page
        assert viewer.page.index(">牌照<") < viewer.page.index("合作机构“")

    def test_a_registry_that_was_tampered_with_is_told_and_its_changes_can_be_read(
        self, viewer: Desk, filled: Database
    ) -> None:
        with filled.write() as session:
            session.execute(update(RegistryRecord).where(RegistryRecord.key == FINANCE_NAME).values(key="x", fields={
                **stored(filled, 1).entries[0][2], "legal_name": "别的名字",
            }))  # fmt: skip
        assert viewer.get("/review/registry").status_code == 200
        assert "判定已停止" in viewer.page
        assert listed(viewer.page)
        assert viewer.get("/review/registry/lenders").status_code == 503


class TestOneChange:
    def test_it_is_shown_field_by_field(self, viewer: Desk, filled: Database) -> None:
        text = HEADER + BANK.replace("jiayi.example.cn", "jiayi.example.cn;other.cn").replace("广东", "广西")
        viewer.get(f"/review/registry/changes/{propose(filled, text, note='按官网')}")
        for shown in ("待复核", "按官网", "赵提议", "广东", "广西", "other.cn", "新认可域名“other.cn”", "1 项不变"):
            assert shown in viewer.page
        assert "<bdi>jiayi.example.cn</bdi>" not in viewer.page

    def test_what_could_only_block_says_that_it_needs_nobody(self, viewer: Desk, filled: Database) -> None:
        viewer.get(f"/review/registry/changes/{propose(filled, SUSPENDED)}")
        assert "中止（自 2026-04-01 起）" in viewer.page
        assert "提出后即时生效" in viewer.page

    def test_a_long_import_comes_in_pages_the_widening_first(self, viewer: Desk, filled: Database) -> None:
        rows = "".join(lender_row(f"第{number}号银行股份有限公司") for number in range(60))
        weak = "".join(lender_row(f"弱{number}银行股份有限公司").replace("high", "low") for number in range(4))
        number = propose(filled, HEADER + weak + rows)
        seen: list[str] = []
        path = f"/review/registry/changes/{number}"
        while path:
            viewer.get(path)
            seen += records(viewer.page)
            path = onward(viewer.page)
        assert len(seen) == len(set(seen)) == 64
        assert all(name.startswith("弱") for name in seen[-4:])
        assert "64 条记录" in viewer.page
        viewer.get(f"/review/registry/changes/{number}?only=widening")
        assert "60 条记录可能使拦截变为放行" in viewer.page
        viewer.get(f"/review/registry/changes/{number}?about=第7号银行股份有限公司")
        assert records(viewer.page) == ["第7号银行股份有限公司"]
        assert viewer.get(f"/review/registry/changes/{number}?page=999").status_code == 200

    def test_no_page_grows_with_what_a_cell_holds(self, viewer: Desk, filled: Database) -> None:
        domains = ";".join(f"d{number}.example.cn" for number in range(3000))
        number = propose(filled, HEADER + BANK.replace("jiayi.example.cn", domains).replace("a list", "字" * 90_000))
        viewer.get(f"/review/registry/changes/{number}")
        assert len(viewer.page) < 60_000
        assert "看这条记录的全文" in viewer.page
        assert "另有 89700 字" in viewer.page
        viewer.get(f"/review/registry/changes/{number}?record=0")
        assert "d2999.example.cn" in viewer.page
        assert "另有 40000 字" in viewer.page

    def test_a_record_that_moved_since_is_marked_and_cannot_be_approved(self, lead: Desk, filled: Database) -> None:
        waiting = propose(filled, HEADER + BANK.replace("jiayi.example.cn", "other.cn"))
        propose(filled, HEADER + BANK.replace(",high", ",low"))
        lead.get(f"/review/registry/changes/{waiting}")
        assert "此后又有改动" in lead.page
        assert 'value="approve"' not in lead.page
        assert send(lead, waiting, "approve") == 409
        assert "记录又有改动" in lead.page
        assert BANK_NAME in lead.page
        assert stored(filled, waiting).state == PROPOSED
