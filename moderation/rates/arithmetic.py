"""The arithmetic of a loan's price.

Rates are fractions (0.03 is 3 %), money is in any one unit. What is exact by nature takes and gives ``Decimal``;
an internal rate of return has no closed form and is a ``float``, good to about twelve digits. Nominal annual means
the periodic rate times the periods of a year, which is how the market reads the 24 % and 36 % lines; effective
annual compounds it. All functions are pure and raise ``ValueError`` for input that describes no loan.
"""

import math
from collections.abc import Sequence
from decimal import Decimal
from enum import IntEnum

DAYS_A_YEAR = 365
MOST_PAYMENTS = 3650
"""Ten years of daily payments; more is refused, so that no text can ask for unbounded work."""

_STEPS = 200
_HIGHEST = 1e9


class Period(IntEnum):
    """How often a rate or a payment falls due; the value is how often in a year."""

    YEAR = 1
    MONTH = 12
    WEEK = 52
    DAY = DAYS_A_YEAR


def simple_annual(rate: Decimal, period: Period) -> Decimal:
    """Return the nominal annual rate of *rate* a *period*, without compounding: 0.0002 a day is 0.0730 a year.

    Raises:
        ValueError: the rate is negative or no number.
    """
    if not rate.is_finite() or rate < 0:
        raise ValueError(f"{rate} is no rate of interest")
    return rate * period.value


def term_annual(rate: Decimal, days: int) -> Decimal:
    """Return the simple annual rate of *rate* for each *days* days: 0.2 for ten days is 7.3 a year.

    Raises:
        ValueError: the rate is negative or no number, or the term is not positive.
    """
    if days <= 0:
        raise ValueError(f"a term of {days} days is none")
    return simple_annual(rate, Period.DAY) / days


def bullet_annual(received: Decimal, repaid: Decimal, days: int) -> Decimal:
    """Return the simple annual rate of a loan repaid at once: 700 received, 1,000 repaid after 7 days is 22.35.

    *received* is what the borrower gets, after every deduction made in advance.

    Raises:
        ValueError: an amount is not positive, less is repaid than received, or the term is not positive.
    """
    _check_principal(received)
    if not repaid.is_finite() or repaid < received:
        raise ValueError(f"{repaid} repaid is less than the {received} received")
    return term_annual((repaid - received) / received, days)


def irr(received: Decimal, payments: Sequence[Decimal]) -> float:
    """Return the internal rate of return for one period, *payments* falling due at the end of each.

    Raises:
        ValueError: the amount received is not positive, a payment is negative, there are none or too many, or
            their total is below the amount received, so that no rate from zero upwards solves it.
    """
    _check_principal(received)
    if not 0 < len(payments) <= MOST_PAYMENTS:
        raise ValueError(f"{len(payments)} payments; from 1 to {MOST_PAYMENTS} can be computed")
    if not all(payment.is_finite() and payment >= 0 for payment in payments):
        raise ValueError("a payment must be a number that is not negative")
    total = sum(payments, Decimal(0))
    if total < received:
        raise ValueError(f"payments of {total} in all are less than the {received} received")
    if total == received:
        return 0.0
    # Shares of the sum received: the root does not depend on the unit of money, and no float overflows.
    return _root([float(payment / received) for payment in payments])


def equal_irr(received: Decimal, payment: Decimal, count: int) -> float:
    """Return the internal rate of return for one period of *count* equal payments.

    Raises:
        ValueError: as ``irr`` does.
    """
    if not 0 < count <= MOST_PAYMENTS:
        raise ValueError(f"{count} payments; from 1 to {MOST_PAYMENTS} can be computed")
    return irr(received, [payment] * count)


def nominal_annual(rate: float, period: Period) -> float:
    """Return *rate* a *period* times the periods of a year: ×12, ×52, ×365."""
    return rate * period.value


def effective_annual(rate: float, period: Period) -> float:
    """Return *rate* a *period*, compounded over a year.

    Raises:
        ValueError: the rate is -1 or below, or the result is beyond what a float can hold.
    """
    if not rate > -1:
        raise ValueError(f"{rate} is no rate of interest")
    try:
        return math.expm1(period.value * math.log1p(rate))
    except OverflowError as error:
        raise ValueError(f"{rate} cannot be compounded {period.value} times") from error


def annuity_payment(principal: Decimal, rate: float, count: int) -> float:
    """Return the equal payment that repays *principal* in *count* periods at *rate* a period: the inverse of the IRR.

    Raises:
        ValueError: the principal or count is not positive, or the rate is negative or no number.
    """
    _check_principal(principal)
    if not 0 < count <= MOST_PAYMENTS:
        raise ValueError(f"{count} payments; from 1 to {MOST_PAYMENTS} can be computed")
    if not 0 <= rate < math.inf:
        raise ValueError(f"{rate} is no rate of interest")
    if rate == 0:
        return float(principal) / count
    return float(principal) * rate / -math.expm1(-count * math.log1p(rate))


def flat_fee_irr(fee: Decimal, count: int) -> float:
    """Return the rate a period behind a flat fee (月费率 0.6 %, 12 期), charged on the whole principal to the end.

    Raises:
        ValueError: the fee is negative or no number, or *count* is not positive or too large.
    """
    if not fee.is_finite() or fee < 0:
        raise ValueError(f"{fee} is no fee")
    if not 0 < count <= MOST_PAYMENTS:
        raise ValueError(f"{count} payments; from 1 to {MOST_PAYMENTS} can be computed")
    # Scaled by *count*, so that a fee of nothing is a rate of exactly nothing.
    return equal_irr(Decimal(count), 1 + fee * count, count)


def _check_principal(amount: Decimal) -> None:
    if not amount.is_finite() or amount <= 0:
        raise ValueError(f"{amount} is no sum that can be lent")


def _root(shares: Sequence[float]) -> float:
    """Bisect: with every payment positive the present value falls strictly as the rate rises."""
    low, high = 0.0, 1.0
    while _present_value(shares, high) > 1:
        low, high = high, high * 2
        if high > _HIGHEST:
            raise ValueError("no rate a period below a thousand million solves these payments")
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _present_value(shares, middle) > 1 else (low, middle)
    return (low + high) / 2


def _present_value(shares: Sequence[float], rate: float) -> float:
    """Sum the discounted payments by Horner's rule."""
    value = 0.0
    for share in reversed(shares):
        value = (value + share) / (1 + rate)
    return value
