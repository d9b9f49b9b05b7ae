"""A loan's price is computed to the figure that a borrower's own spreadsheet shows."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.rates import arithmetic
from moderation.rates.arithmetic import Period

PRINCIPALS = st.integers(100, 1_000_000).map(Decimal)
COUNTS = st.integers(1, 120)
RATES = st.floats(1e-6, 0.9)


@pytest.mark.parametrize(
    ("principal", "payment", "monthly", "nominal", "effective"),
    [
        ("15000", "1506.93", 3.00, 36.00, 42.58),
        ("13000", "1306.01", 3.00, 36.00, 42.58),
        ("10000", "1000", 2.92, 35.07, 41.30),
        ("12000", "1000", 0.00, 0.00, 0.00),
    ],
)
def test_twelve_equal_instalments(
    principal: str, payment: str, monthly: float, nominal: float, effective: float
) -> None:
    rate = arithmetic.equal_irr(Decimal(principal), Decimal(payment), 12)
    assert round(rate * 100, 2) == monthly
    assert round(arithmetic.nominal_annual(rate, Period.MONTH) * 100, 2) == nominal
    assert round(arithmetic.effective_annual(rate, Period.MONTH) * 100, 2) == effective


@pytest.mark.parametrize(
    ("rate", "period", "annual"),
    [
        ("0.0002", Period.DAY, "0.0730"),
        ("0.0005", Period.DAY, "0.1825"),
        ("0.003", Period.MONTH, "0.036"),
        ("0.02", Period.MONTH, "0.24"),
        ("0.1", Period.WEEK, "5.2"),
        ("0.24", Period.YEAR, "0.24"),
    ],
)
def test_a_simple_annual_rate_is_exact(rate: str, period: Period, annual: str) -> None:
    assert arithmetic.simple_annual(Decimal(rate), period) == Decimal(annual)


def test_a_week_with_three_hundred_held_back_costs_2235_per_cent() -> None:
    assert round(arithmetic.bullet_annual(Decimal(700), Decimal(1000), 7) * 100) == 2235


def test_twenty_per_cent_for_ten_days_is_seven_times_the_principal_a_year() -> None:
    assert arithmetic.term_annual(Decimal("0.2"), 10) == Decimal("7.3")


@pytest.mark.parametrize(
    ("fee", "count", "nominal"),
    [("0.006", 12, 13.03), ("0.0075", 12, 16.22), ("0.006", 1, 7.20), ("0", 12, 0.0), ("0.005", 36, 11.08)],
)
def test_a_flat_fee_costs_nearly_twice_what_it_says(fee: str, count: int, nominal: float) -> None:
    rate = arithmetic.flat_fee_irr(Decimal(fee), count)
    assert round(arithmetic.nominal_annual(rate, Period.MONTH) * 100, 2) == nominal


def test_weekly_and_daily_payments_are_annualised_by_their_own_period() -> None:
    rate = arithmetic.equal_irr(Decimal(10000), Decimal(120), 100)
    assert round(arithmetic.nominal_annual(rate, Period.DAY) * 100, 1) == 136.2
    assert arithmetic.nominal_annual(0.01, Period.WEEK) == 0.52


def test_unequal_payments_have_a_rate_of_return() -> None:
    rate = arithmetic.irr(Decimal(1000), [Decimal(0), Decimal(0), Decimal(1331)])
    assert rate == pytest.approx(0.1, abs=1e-12)


def test_the_rate_does_not_depend_on_the_unit_of_money() -> None:
    huge = Decimal("1.5e200")
    assert arithmetic.irr(huge, [huge * 2]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("received", "payments", "reason"),
    [
        ("0", ["1"], "no sum"),
        ("-5", ["1"], "no sum"),
        ("NaN", ["1"], "no sum"),
        ("100", [], "0 payments"),
        ("100", ["50", "49.99"], "less than"),
        ("100", ["-1", "200"], "not negative"),
        ("100", ["Infinity"], "not negative"),
        ("1e-30", ["1"], "no rate"),
    ],
)
def test_what_no_rate_solves_is_refused(received: str, payments: list[str], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        arithmetic.irr(Decimal(received), [Decimal(each) for each in payments])


@pytest.mark.parametrize("count", [0, -1, arithmetic.MOST_PAYMENTS + 1])
def test_a_senseless_number_of_payments_is_refused_before_any_work(count: int) -> None:
    with pytest.raises(ValueError, match="payments"):
        arithmetic.equal_irr(Decimal(100), Decimal(100), count)
    with pytest.raises(ValueError, match="payments"):
        arithmetic.annuity_payment(Decimal(100), 0.01, count)
    with pytest.raises(ValueError, match="payments"):
        arithmetic.flat_fee_irr(Decimal("0.01"), count)


@pytest.mark.parametrize("days", [0, -7])
def test_a_term_must_be_positive(days: int) -> None:
    with pytest.raises(ValueError, match="days"):
        arithmetic.bullet_annual(Decimal(700), Decimal(1000), days)


def test_less_repaid_than_received_is_refused() -> None:
    with pytest.raises(ValueError, match="less than"):
        arithmetic.bullet_annual(Decimal(1000), Decimal(700), 7)


@pytest.mark.parametrize("rate", ["-0.01", "NaN", "Infinity"])
def test_a_rate_must_be_a_number_from_zero_up(rate: str) -> None:
    with pytest.raises(ValueError, match="no rate"):
        arithmetic.simple_annual(Decimal(rate), Period.DAY)
    with pytest.raises(ValueError, match="no fee"):
        arithmetic.flat_fee_irr(Decimal(rate), 12)
    with pytest.raises(ValueError, match="no rate"):
        arithmetic.annuity_payment(Decimal(100), float(rate), 12)


@pytest.mark.parametrize("rate", [-1.0, float("nan"), 1e9])
def test_what_cannot_be_compounded_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match=r"rate|compounded"):
        arithmetic.effective_annual(rate, Period.DAY)


def test_without_interest_the_payments_are_the_principal_divided() -> None:
    assert arithmetic.annuity_payment(Decimal(1200), 0.0, 12) == 100


@given(PRINCIPALS, RATES, COUNTS)
def test_the_rate_of_return_inverts_the_annuity(principal: Decimal, rate: float, count: int) -> None:
    payment = Decimal(arithmetic.annuity_payment(principal, rate, count))
    assert arithmetic.equal_irr(principal, payment, count) == pytest.approx(rate, rel=1e-6, abs=1e-9)


@given(PRINCIPALS, st.integers(1, 10_000), COUNTS)
def test_a_dearer_payment_never_lowers_the_rate(principal: Decimal, more: int, count: int) -> None:
    payment = principal / count + 1
    low = arithmetic.equal_irr(principal, payment, count)
    assert 0 <= low <= arithmetic.equal_irr(principal, payment + more, count)


@given(st.decimals("0.0001", "0.1", places=4), st.integers(2, 60))
def test_a_flat_fee_costs_more_than_itself_and_less_than_twice(fee: Decimal, count: int) -> None:
    assert float(fee) < arithmetic.flat_fee_irr(fee, count) < 2 * float(fee)
