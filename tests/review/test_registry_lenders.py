"""Lenders in the web page: found by any name, drawn with what each fact rests on, whatever they are called."""

import re
from datetime import date, timedelta
from typing import get_args
from urllib.parse import quote, unquote, unquote_plus

import pytest

from moderation.db import Database, utcnow
from moderation.lenders import timeline, widening
from moderation.lenders.kinds import SHEETS, Kind
from moderation.review import registry_words
from tests.lenders.conftest import HEADER, enter
from tests.review.test_hostile_text import PROBES, _read
from tests.support.desk import Desk, add_case
from tests.support.registry_desk import (
    BANK_NAME,
    FINANCE_NAME,
    HOSTILE,
    SUSPENDED,
    act,
    lender_row,
    listed,
    onward,
    partner,
    propose,
    quoted,
    records,
)

ODD_NAMES = ["甲/乙?丙#丁%2F戊&己有限公司", "../../logout", "/甲", "甲//乙", "..", "甲/", "a+b c;d=e", HOSTILE]
BANK_FIELDS = {"legal_name": BANK_NAME, "licence_type": "城市商业银行"}


class TestLenders:
    @pytest.mark.parametrize(
        ("part", "found"),
        [
            ("甲乙", {BANK_NAME}), ("甲乙E贷", {BANK_NAME}), ("老丙丁", {FINANCE_NAME}), ("无此名", set()),
            ("%", set()), (" 丙丁花 ", {FINANCE_NAME}),
        ],
    )  # fmt: skip
    def test_a_lender_is_found_by_any_of_its_names(
        self, viewer: Desk, filled: Database, part: str, found: set[str]
    ) -> None:
        text = f"legal_name,brand,source,confidence,valid_to\n{FINANCE_NAME},老丙丁(旧名),a list,medium,2025-01-01\n"
        enter(filled, text)
        viewer.client.get("/review")
        viewer.get("/review/registry/lenders", query_string={"name": part})
        assert found == set(re.findall(r"<strong><bdi>([^<]+)", viewer.page))
        if part == "老丙丁":
            assert "曾用名 <bdi>老丙丁</bdi>（当日不用此名）" in viewer.page
            viewer.get("/review/registry/lenders", query_string={"name": part, "at": "2024-12-31"})
            assert "当日不用此名" not in viewer.page

    def test_the_state_is_that_of_the_day(self, viewer: Desk, filled: Database) -> None:
        propose(filled, SUSPENDED)
        for day, status in (("2026-03-31", "牌照有效"), ("2026-04-01", "牌照中止")):
            viewer.get(f"/review/registry/lenders?name=甲乙&at={day}")
            assert status in viewer.page
            assert f"{BANK_NAME}" in viewer.page
            viewer.get(f"/review/registry/lenders/{BANK_NAME}?at={day}")
            assert f"{status}</span>" in viewer.page.split("</h1>")[1][:400]

    def test_pages_of_lenders_show_each_once(self, viewer: Desk, db: Database) -> None:
        enter(db, HEADER + "".join(lender_row(f"第{number:02}号银行股份有限公司") for number in range(60)))
        seen: list[str] = []
        path = "/review/registry/lenders?name=号银行"
        while path:
            viewer.get(path)
            seen += re.findall(r"<strong><bdi>([^<]+)", viewer.page)
            path = onward(viewer.page)
        assert len(seen) == len(set(seen)) == 60

    def test_a_portrait_tells_each_facts_source_day_and_confidence(self, viewer: Desk, filled: Database) -> None:
        enter(filled, partner("2026-05-01"))
        channels = "legal_name,channel,value,source,confidence,as_of\n"
        enter(filled, channels + f"{BANK_NAME},hotline,95599,back of the card,medium,2026-02-02\n"
              f"{BANK_NAME},domain,second.cn,its app,high,2025-05-05\n")  # fmt: skip
        viewer.get(f"/review/registry/lenders/{BANK_NAME}?at=2026-04-30")
        for shown in (
            "甲乙e贷", "jiayi.example.cn", "95599", "back of the card", "2026-02-02", "second.cn", "2025-05-05",
            "壬癸科技有限公司", "2026-03-03", "the bank&#39;s own list", "2026-01-01 至 2026-05-01 前",
            "B9001H244030001", "客服电话", "营销",
        ):  # fmt: skip
            assert shown in viewer.page
        assert "当日无效" not in viewer.page
        viewer.get(f"/review/registry/lenders/{BANK_NAME}?at=2026-05-01")
        assert viewer.page.count("当日无效") == 1

    def test_its_changes_are_listed_and_lead_to_its_own_records(self, viewer: Desk, filled: Database) -> None:
        number = propose(filled, SUSPENDED)
        viewer.get(f"/review/registry/lenders/{BANK_NAME}")
        assert listed(viewer.page) == [number, 1]
        link = re.search(r'href="(/review/registry/changes/1\?[^"]+)"', viewer.page)
        assert link
        viewer.get(link[1])
        assert records(viewer.page) == [BANK_NAME]

    def test_verdicts_that_hang_on_it_are_counted(self, viewer: Desk, filled: Database) -> None:
        lender = {"claimed": BANK_NAME, "matched": None, "standing": "unverified_claim"}
        for _ in range(22):
            add_case(filled, answer={"lender": lender})
        add_case(filled)
        viewer.get(f"/review/registry/lenders/{BANK_NAME}")
        assert "拦截 22" in viewer.page
        assert len(re.findall("<bdi>post-", viewer.page)) == 20
        assert "post-22" in viewer.page
        assert "platform" in viewer.page
        viewer.get(f"/review/registry/lenders/{FINANCE_NAME}")
        assert "没有现行判定" in viewer.page

    def test_a_lender_that_is_only_proposed_or_gone_has_its_history(self, viewer: Desk, filled: Database) -> None:
        number = propose(filled, HEADER + lender_row("新来银行股份有限公司"))
        viewer.get("/review/registry/lenders/新来银行股份有限公司")
        assert "现在不在名录中" in viewer.page
        assert listed(viewer.page) == [number]

    def test_any_name_has_an_address(self, viewer: Desk, filled: Database) -> None:
        enter(filled, HEADER + "".join(map(lender_row, ODD_NAMES)))
        for name in ODD_NAMES:
            _arrives(viewer, name)


def _arrives(viewer: Desk, name: str) -> None:
    viewer.get("/review/registry/lenders", query_string={"name": name, "at": "2026-05-01"})
    links = re.findall(
        r'href="(/review/registry/lender[s/?][^"]*at=2026-05-01)">\s*<span class="excerpt">', viewer.page
    )
    for address in (link.replace("&amp;", "&") for link in links):
        path, _, query = address.partition("?")
        if name in {unquote(path).removeprefix("/review/registry/lenders/"), *_values(query)}:
            assert viewer.get(address).status_code == 200
            assert "变更历史" in viewer.page
            assert "现在不在名录中" not in viewer.page
            return
    raise AssertionError(f"no link leads to {name!r}")


def _values(query: str) -> list[str]:
    return [unquote_plus(part.partition("=")[2]) for part in query.split("&")]


class TestHostileText:
    def test_what_files_and_people_wrote_is_shown_as_text(self, lead: Desk, viewer: Desk, filled: Database) -> None:
        for probe in (*PROBES, HOSTILE):
            for page in _pages(lead, viewer, filled, probe):
                _does_nothing(page)

    def test_a_search_is_not_echoed_as_markup(self, viewer: Desk, filled: Database) -> None:
        for probe in PROBES:
            viewer.get("/review/registry/lenders", query_string={"name": probe})
            assert not {"script", "svg", "img"} & set(_read(viewer.page).tags)


def _pages(lead: Desk, viewer: Desk, db: Database, probe: str) -> list[str]:
    """Whatever shows *probe* before and after its change is let in, and to who comes late."""
    name = f"{probe}有限公司"
    number = propose(db, HEADER + lender_row(name, probe), by=probe, note=probe)
    paths = [
        "/review/registry", f"/review/registry/changes/{number}",
        f"/review/registry/changes/{number}?about={quote(probe, safe='')}",
        f"/review/registry/lender?name={quote(name, safe='')}",
    ]  # fmt: skip
    before = [viewer.get(path).get_data(as_text=True) for path in paths]
    act(lead, number, "approve")
    enter(db, f"legal_name,brand,source,confidence\n{quoted(name)},{quoted(probe)},{quoted(probe)},medium\n")
    after = [viewer.get(path).get_data(as_text=True) for path in [*paths, "/review/registry/lenders"]]
    assert act(lead, number, "approve") == 409
    assert act(lead, number, "undo") == 303
    return [*before, *after, lead.page]


def _does_nothing(text: str) -> None:
    page = _read(text)
    assert not {"script", "svg", "img", "style", "base", "iframe", "object"} & set(page.tags)
    assert page.tags.count("meta") == 4
    assert not [each for each in page.attributes if each.startswith("on") or each == "style"]
    assert all(target.startswith(("/review", "/static/", "#")) for target in page.targets)
    # A hidden field sends the name back as it is, and shows it to nobody.
    shown = re.sub(r'<input type="hidden" name="name" [^>]*>', "", text)
    assert "\u202e" not in shown
    assert "\u200b" not in shown


class TestWords:
    def test_every_field_and_kind_has_a_word(self) -> None:
        fields = {column.name for sheet in SHEETS.values() for column in sheet.columns} | {"statuses"}
        assert fields - registry_words.WORDS["field"].keys() == {"status", "status_history"}
        assert set(get_args(Kind)) == registry_words.WORDS["kind"].keys()
        assert set(timeline.STATUSES) == registry_words.WORDS["status"].keys()

    @pytest.mark.parametrize(
        ("kind", "fields"),
        [
            ("lenders", {**BANK_FIELDS, "domains": "a.cn", "domain_confidence": "high", "statuses": "active"}),
            ("lenders", {**BANK_FIELDS, "statuses": "unknown;active@2026-01-01"}),
            ("operators", {"operator_name": "乙", "brands": "丙"}),
            ("brands", {"legal_name": "甲", "brand": "丁"}),
            ("channels", {"legal_name": "甲", "channel": "wechat_oa", "value": "戊"}),
            ("partners", {"legal_name": "甲", "operator_name": "乙", "role": "marketing"}),
        ],
    )  # fmt: skip
    def test_every_reason_is_told_in_chinese(self, kind: Kind, fields: dict[str, str]) -> None:
        full = {"source": "a list", "confidence": "high", **fields}
        wider = full | {"max_amount": "9", "valid_region": "x", "expires": "2099-01-01"}
        told = [
            *widening.reasons(kind, None, full), *widening.reasons(kind, full, None),
            *widening.reasons(kind, full | {"max_amount": "1", "expires": "2026-01-01"}, wider),
        ]  # fmt: skip
        assert told
        for each in told:
            assert re.match("新认可|不再约束|牌照|放宽", registry_words.reason(each)), each

    def test_what_has_no_word_is_shown_harmless(self) -> None:
        assert registry_words.reason("new kind \u202eof reason") == "new kind ⟨U+202E⟩of reason"
        assert registry_words.word("x\u200b", "state") == "x⟨U+200B⟩"


def test_today_is_chinas_day(viewer: Desk, filled: Database) -> None:
    viewer.get("/review/registry/lenders")
    shown = re.search(r'name="at" value="([^"]+)"', viewer.page)
    assert shown
    assert date.fromisoformat(shown[1]) == (utcnow() + timedelta(hours=8)).date()
