"""Prices are compared with dated lines, each of which names what it rests on."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from moderation.rates.benchmarks import exceeds, four_times_lpr, limits, parse_lpr, resolved, shipped_lpr
from moderation.rates.phrases import find_quotes
from moderation.rates.quote import Quote

DAY = date(2025, 11, 1)


def quote(text: str) -> Quote:
    (found,) = find_quotes(text)
    return found


@pytest.mark.parametrize(
    ("day", "four_times"),
    [
        ("2019-08-20", "17.00"),
        ("2020-08-20", "15.40"),
        ("2024-10-20", "13.40"),
        ("2024-10-21", "12.40"),
        ("2025-05-19", "12.40"),
        ("2025-05-20", "12.00"),
    ],
)
def test_four_times_lpr_is_that_of_the_day(day: str, four_times: str) -> None:
    assert four_times_lpr(date.fromisoformat(day)) == Decimal(four_times)


def test_before_the_first_lpr_there_is_none() -> None:
    with pytest.raises(ValueError, match="2019-08-19"):
        four_times_lpr(date(2019, 8, 19))


def test_the_shipped_table_owns_up_to_where_it_comes_from() -> None:
    table = shipped_lpr()
    assert table.confidence == "low"
    assert "memory" in table.source
    assert table.confirmed_until is None
    assert all(earlier[0] < later[0] for earlier, later in pairwise(table.rates))


def test_every_limit_names_its_basis() -> None:
    assert {limit.key: int(limit.per_cent) for limit in limits(DAY)} == {"24": 24, "36": 36, "4lpr": 12}
    assert all(limit.basis and limit.confidence in {"low", "medium"} for limit in limits(DAY))


def test_four_times_lpr_is_no_line_before_it_came_to_apply() -> None:
    assert [limit.key for limit in limits(date(2020, 8, 19))] == ["24", "36"]
    assert [limit.key for limit in limits(date(2015, 1, 1))] == ["24", "36"]


@pytest.mark.parametrize(
    ("text", "above"),
    [
        ("年化利率12%", ()),
        ("年化利率12.01%", ("4lpr",)),
        ("年化利率24%", ("4lpr",)),
        ("年化利率7.2%-35.98%", ("24", "4lpr")),
        ("年化利率低至7.2%", ()),
        ("年化利率36%起", ("24", "4lpr")),
        ("月息3分1", ("24", "36", "4lpr")),
        ("借1000到手700七天还1000", ("24", "36", "4lpr")),
        ("利率7折", ()),
        ("LPR+50BP", ()),
        ("LPR的5倍", ("4lpr",)),
    ],
)
def test_a_price_exceeds_the_lines_below_it(text: str, above: tuple[str, ...]) -> None:
    assert exceeds(quote(text), DAY) == above


@pytest.mark.parametrize("text", ["15000元12期每期1506.93元", "13000元12期每期1306.01元"])
def test_thirty_six_per_cent_rounded_to_the_fen_is_not_above_thirty_six(text: str) -> None:
    assert exceeds(quote(text), DAY) == ("24", "4lpr")


def test_a_price_that_hangs_on_lpr_is_that_of_the_day() -> None:
    assert resolved(quote("一年期LPR+50BP"), DAY).annual_high == Decimal("3.50")
    assert resolved(quote("LPR-20BP"), DAY).annual_low == Decimal("2.80")
    assert resolved(quote("四倍LPR"), date(2024, 10, 20)).annual_high == Decimal("13.40")
    assert resolved(quote("年化利率5%"), DAY) == quote("年化利率5%")


def test_before_the_first_lpr_such_a_price_is_unknown() -> None:
    with pytest.raises(ValueError, match="2018"):
        resolved(quote("LPR+50BP"), date(2018, 1, 1))
    assert exceeds(quote("LPR+50BP"), date(2018, 1, 1)) == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "rates"),
        ("rates: {}\nsource: s\nconfidence: low", "rates"),
        ("rates: {2020-01-01: 4}\nconfidence: low", "source"),
        ("rates: {2020-01-01: 4}\nsource: s\nconfidence: certain", "confidence"),
        ("rates: {monday: 4}\nsource: s\nconfidence: low", "no day"),
        ("rates: {2020-01-01: four}\nsource: s\nconfidence: low", "no LPR"),
        ("rates: {2020-01-01: -4}\nsource: s\nconfidence: low", "no LPR"),
        ("rates: {2020-02-01: 4, 2020-01-01: 4}\nsource: s\nconfidence: low", "ascend"),
        ("rates: {2020-01-01: 4}\nsource: s\nconfidence: low\nconfirmed_until: soon", "confirmed_until"),
    ],
)
def test_a_table_that_cannot_be_trusted_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_lpr(text)
