"""Above which lines a loan's cost lies: told in messages, with whom each binds, and never surer than the table is."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.policy import prices
from moderation.policy.disclosures import check
from moderation.rates import benchmarks
from moderation.rates.benchmarks import LprTable
from tests.policy.readings import COMPLETE, LENDER

KNOWN = date(2025, 6, 1)


def keys(rate, on=None):
    return [line.key for line in prices.lines_crossed(Decimal(rate), on)]


@pytest.mark.parametrize(
    ("rate", "above"),
    [("11.99", []), ("24", []), ("24.004", []), ("24.01", ["24"]), ("36", ["24"]), ("36.01", ["24", "36"])],
)
def test_without_a_day_only_the_fixed_lines_are_compared(rate, above):
    assert keys(rate) == above


@pytest.mark.parametrize(("rate", "above"), [("12", []), ("12.01", ["4lpr"]), ("30", ["24", "4lpr"])])
def test_four_times_lpr_is_one_on_a_day_that_the_table_holds(rate, above):
    assert keys(rate, KNOWN) == above


@pytest.mark.parametrize("day", [date(2019, 1, 1), date(2020, 8, 19), date(2025, 6, 20), date(2026, 12, 1)])
def test_it_is_none_on_a_day_that_the_table_does_not_hold(day):
    assert keys("40", day) == ["24", "36"]


class TestCoverage:
    TABLE = LprTable(((date(2025, 5, 20), Decimal(3)),), "a source", "high")

    @pytest.mark.parametrize(
        ("day", "covered"),
        [("2025-05-19", False), ("2025-05-20", True), ("2025-06-19", True), ("2025-06-20", False)],
    )
    def test_a_row_is_sure_until_the_next_announcement(self, day, covered):
        assert self.TABLE.covers(date.fromisoformat(day)) is covered

    @pytest.mark.parametrize(("day", "covered"), [("2025-12-19", True), ("2026-01-19", True), ("2026-01-20", False)])
    def test_a_comparison_with_the_announcements_carries_it_further(self, day, covered):
        table = LprTable(self.TABLE.rates, "a source", "high", confirmed_until=date(2025, 12, 22))
        assert table.covers(date.fromisoformat(day)) is covered

    def test_a_comparison_before_the_announcement_of_its_month_carries_it_to_that_one(self):
        table = LprTable(self.TABLE.rates, "a source", "high", confirmed_until=date(2025, 12, 3))
        assert table.covers(date(2025, 12, 19))
        assert not table.covers(date(2025, 12, 20))


class TestWords:
    def test_each_line_is_told_with_whom_it_binds(self):
        told = prices.compared(Decimal("36.5"), KNOWN)
        assert told.startswith("这一价格高于24%")
        assert "也高于36%" in told
        assert "也高于2025-06-01一年期LPR的四倍12.00%" in told
        assert "不适用于持牌金融机构" in told

    def test_a_table_that_nobody_compared_says_so(self, monkeypatch):
        assert "（LPR数据尚未核对）" in prices.compared(Decimal(30), KNOWN)
        sure = LprTable(benchmarks.shipped_lpr().rates, "the announcements", "high", KNOWN)
        monkeypatch.setattr(benchmarks, "shipped_lpr", lambda: sure)
        assert "尚未核对" not in prices.compared(Decimal(30), KNOWN)
        assert "12.00%" in prices.compared(Decimal(30), KNOWN)

    def test_below_every_line_there_is_nothing_to_tell(self):
        assert prices.compared(Decimal("7.2"), KNOWN) == ""

    def test_the_consumers_notice_tells_the_cost_and_the_lines(self):
        notice = prices.true_cost(Decimal("36.5"))
        assert notice.startswith("按文中数字计算，这笔借款的年化利率约为36.50%。这一价格高于24%")
        assert "LPR" not in notice

    def test_the_notice_of_a_cheap_loan_tells_the_cost_only(self):
        assert prices.true_cost(Decimal("7.2")) == "按文中数字计算，这笔借款的年化利率约为7.20%。"


class TestFault:
    def fault(self, price, **of):
        text = COMPLETE.replace("年化利率（单利）7.3%至24%", price)
        (found,) = [each for each in check(text, lenders=[LENDER], **of) if each.code == "rate_over_cap"]
        return found

    def test_a_rate_over_the_cap_says_above_which_lines_it_lies(self):
        message = self.fault("年化利率（单利）18%至48%").message
        assert "折合年化约48.00%" in message
        assert "高于24%" in message
        assert "也高于36%" in message
        assert "LPR" not in message

    def test_the_day_adds_the_quadruple_of_lpr(self):
        assert "2025-06-01一年期LPR的四倍12.00%" in self.fault("年化利率（单利）18%至30%", on=KNOWN).message

    def test_under_a_lower_cap_of_the_policy_there_may_be_no_line_to_name(self):
        assert "这一价格" not in self.fault("年化利率（单利）8%至20%", max_annual_rate=15).message

    def test_the_price_quoted_is_the_one_whose_rate_is_told(self):
        fault = self.fault("日利率0.08%，年化利率（单利）18%至48%")
        assert fault.spans[0].text.endswith("48%")
        assert fault.rate == "48.00"


@given(st.decimals(min_value=0, max_value=5000, places=2), st.none() | st.dates())
def test_a_higher_rate_never_crosses_fewer_lines(rate, on):
    crossed = {line.key for line in prices.lines_crossed(rate, on)}
    assert crossed <= {line.key for line in prices.lines_crossed(rate + 1, on)}
    assert bool(crossed) == bool(prices.compared(rate, on))
