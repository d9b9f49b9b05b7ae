"""Credit codes, offers, what ends soon, which changes widen: each by itself."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.lenders import cells, expiry, scope, widening
from moderation.lenders.facts import Facts, Helper, KnownDomain, Lender, Partnership, Validity
from moderation.lenders.scope import read_offer


class TestCreditCode:
    def test_width_case_and_spaces_are_put_right(self) -> None:
        assert cells.uscc(" ９1350100m0001 00y43 ") == "91350100M000100Y43"

    @pytest.mark.parametrize("code", ["91350100M000100Y4", "91350100M000100Y44", "91350100I000100Y43", "0" * 17])
    def test_one_whose_last_character_does_not_fit_is_refused(self, code: str) -> None:
        with pytest.raises(ValueError, match="credit code"):
            cells.uscc(code)


class TestOffer:
    @pytest.mark.parametrize(
        ("text", "amount"),
        [
            ("额度最高50万元", 500_000),
            ("最高可借20万", 200_000),
            ("可贷 300,000 元", 300_000),
            ("3千到8千额度", 8_000),
            ("授信5w", 50_000),
            ("借1000元用10天", 1_000),
            ("最高３０万", 300_000),
            ("年化利率7.2%-24%，最长12期", None),
            ("贷款24小时到账", None),
            ("贷款有风险 2026年3月", None),
            ("客服电话95555", None),
            ("今天下雨", None),
        ],
    )
    def test_the_largest_loan_named_is_read(self, text: str, amount: int | None) -> None:
        assert read_offer(text).amount == amount

    @pytest.mark.parametrize(
        ("text", "nationwide"), [("全国可办", True), ("不限地区", True), ("全国统一客服", False), ("本地", False)]
    )
    def test_an_offer_to_everywhere_is_noticed(self, text: str, nationwide: bool) -> None:
        assert read_offer(text).nationwide is nationwide

    def test_the_longest_type_of_licence_counts(self) -> None:
        found = scope.licence_type("网络小额贷款公司")
        assert found is not None
        assert found.nationwide
        assert scope.licence_type("城市商业银行") is None

    @given(st.text(max_size=300))
    def test_any_text_is_read(self, text: str) -> None:
        assert (read_offer(text).amount or 1) > 0


def test_what_ends_between_two_days_is_told_soonest_first() -> None:
    until = Validity(until=date(2026, 6, 11))
    lender = Lender(
        "甲", "银行", "", "", "high", (), (KnownDomain("a.cn", "high", until),), (), expires=date(2026, 6, 5)
    )
    pair = Partnership("甲", "乙", "marketing", "", "high", Validity(until=date(2026, 6, 30)))
    facts = Facts((lender,), (Helper("乙", "", "high", ()),), (pair,))
    found = expiry.ending(facts, date(2026, 6, 1), date(2026, 6, 10))
    assert [(each.last_day.day, each.what) for each in found] == [(5, "licence"), (10, "domain a.cn")]


LENDER = {
    "legal_name": "甲乙银行股份有限公司",
    "licence_type": "银行",
    "confidence": "high",
    "source": "x",
    "statuses": "active",
}


@pytest.mark.parametrize(
    ("before", "after", "widens"),
    [
        ({"max_amount": "200000"}, {"max_amount": "90000"}, False),
        ({"max_amount": "90000"}, {"max_amount": "200000"}, True),
        ({"max_amount": "90000"}, {}, True),
        ({}, {"max_amount": "90000"}, False),
        ({"products": "consumer"}, {"products": "business;consumer"}, True),
        ({"products": "business;consumer"}, {"products": "consumer"}, False),
        ({"channel": "both"}, {"channel": "offline"}, False),
        ({"channel": "offline"}, {"channel": "both"}, True),
        ({"valid_region": "浙江"}, {"valid_region": "全国"}, True),
        ({"expires": "2026-01-01"}, {"expires": "2027-01-01"}, True),
        ({"expires": "2027-01-01"}, {"expires": "2026-01-01"}, False),
        ({"statuses": "active;suspended@2026-01-01"}, {"statuses": "active;suspended@2026-02-01"}, True),
        ({"statuses": "active;suspended@2026-02-01"}, {"statuses": "active;suspended@2026-01-01"}, False),
        ({"statuses": "suspended"}, {"statuses": "suspended;active@2026-01-01"}, True),
        ({"confidence": "low"}, {}, True),
        ({}, {"confidence": "low"}, False),
        ({"note": "a"}, {"note": "b"}, False),
    ],
)
def test_a_limit_loosened_or_a_day_gained_widens(before: dict[str, str], after: dict[str, str], widens: bool) -> None:
    assert bool(widening.reasons("lenders", LENDER | before, LENDER | after)) is widens
