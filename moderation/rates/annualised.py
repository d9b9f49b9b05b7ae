"""From a rate of some period to the rate of a year."""

from dataclasses import dataclass, replace
from decimal import Decimal

from moderation.rates import arithmetic
from moderation.rates.arithmetic import Period
from moderation.rates.quote import Convention, Kind, per_cent
from moderation.rates.readings import Reading
from moderation.rates.terms import Terms

Figures = tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Price:
    """A quote on its way: offsets are those of the plain text, ``figure_*`` those of the number alone."""

    start: int
    end: int
    figure_start: int
    figure_end: int
    kind: Kind = Kind.INTEREST
    convention: Convention = Convention.NONE
    figures: Figures = ()
    annual_low: Decimal | None = None
    annual_high: Decimal | None = None
    effective: Decimal | None = None
    lowest_only: bool = False
    is_range: bool = False


_PERIODS = {
    "annual": (Period.YEAR, Kind.ANNUAL, Convention.STATED, Decimal(10)),
    "monthly": (Period.MONTH, Kind.MONTHLY, Convention.TIMES_12, Decimal(1)),
    "weekly": (Period.WEEK, Kind.WEEKLY, Convention.TIMES_52, Decimal(1)),
    "daily": (Period.DAY, Kind.DAILY, Convention.TIMES_365, Decimal("0.1")),
}
"""Period, kind, convention, and how many per cent a 分 is: of a year's 10, a month's 1, a day's 0.1."""

_CLOSE = 10

_ASSUMED = {
    "coin": ("monthly", Convention.ASSUMED_MONTHLY),
    "myriad": ("daily", Convention.ASSUMED_DAILY),
}


def annualise(reading: Reading, name: str, price: Price, terms: Terms) -> Price:
    """Return *price* with the figures of *reading*, a rate of what *name* says."""
    if name in _PERIODS:
        return _periodic(reading, name, _PERIODS[name][2], price)
    if name in {"deduction", "received"}:
        return _deducted(reading, name, price, terms)
    if name == "monthly_fee":
        return _flat_fee(reading, price, terms)
    return _unnamed(reading, name, price, terms)


def _unnamed(reading: Reading, name: str, price: Price, terms: Terms) -> Price:
    """Compute a rate to which the text gives no period, where its unit or the word for it implies one."""
    if name == "fee":
        return replace(price, kind=Kind.FEE, figures=_rates(reading.low, reading.high), is_range=reading.is_range)
    if reading.unit in _ASSUMED:
        period, convention = _ASSUMED[reading.unit]
        return _periodic(reading, period, convention, price)
    if name == "rate":
        return _periodic(reading, "annual", Convention.ASSUMED_ANNUAL, price)
    return _for_term(reading, price, terms)


def _periodic(reading: Reading, name: str, convention: Convention, price: Price) -> Price:
    period, kind, _, coin = _PERIODS[name]
    scale = coin if reading.unit == "coin" else Decimal(1)
    low, high = reading.low * scale, reading.high * scale
    return replace(
        price,
        kind=kind,
        convention=convention,
        figures=_rates(low, high),
        annual_low=per_cent(arithmetic.simple_annual(low / 100, period)),
        annual_high=per_cent(arithmetic.simple_annual(high / 100, period)),
        is_range=reading.is_range,
    )


def _flat_fee(reading: Reading, price: Price, terms: Terms) -> Price:
    """Compute a monthly fee on the whole principal, as instalments if the text says how many."""
    figures = _rates(reading.low, reading.high)
    told = replace(price, kind=Kind.FEE, figures=figures, is_range=reading.is_range)
    cycle = terms.near(price.start, price.end, "天周")
    if cycle and cycle.cycle:
        return _for_term(reading, price, terms)
    term = terms.near(price.start, price.end, "期年") or terms.near(price.start, price.end, "月", _CLOSE)
    fees = (reading.low / 100, reading.high / 100)
    if term is None:
        low, high = (per_cent(arithmetic.simple_annual(fee, Period.MONTH)) for fee in fees)
        return replace(told, convention=Convention.FLAT_FEE_SIMPLE, annual_low=low, annual_high=high)
    count = term.count * (12 if term.unit == "年" else 1)
    try:
        rates = [arithmetic.flat_fee_irr(fee, count) for fee in fees]
        effective = per_cent(arithmetic.effective_annual(rates[-1], Period.MONTH))
    except ValueError:
        return told
    low, high = (per_cent(arithmetic.nominal_annual(rate, Period.MONTH)) for rate in rates)
    return replace(
        told,
        start=min(price.start, term.start),
        end=max(price.end, term.end),
        convention=Convention.FLAT_FEE_IRR,
        figures=(*figures, ("count", Decimal(count))),
        annual_low=low,
        annual_high=high,
        effective=effective,
    )


def _deducted(reading: Reading, name: str, price: Price, terms: Terms) -> Price:
    """Compute what is held back in advance as the price of the rest, if the text gives a term."""
    share = reading.high if name == "deduction" else 100 - reading.low
    told = replace(price, kind=Kind.DEDUCTION, figures=(("share", share),))
    term = terms.near(price.start, price.end, "天周月")
    if term is None or not 0 < share < 100:
        return told
    annual = per_cent(arithmetic.bullet_annual(100 - share, Decimal(100), term.days))
    return replace(
        told,
        start=min(price.start, term.start),
        end=max(price.end, term.end),
        convention=Convention.BULLET_SIMPLE,
        figures=(("share", share), ("days", Decimal(term.days))),
        annual_low=annual,
        annual_high=annual,
    )


def _for_term(reading: Reading, price: Price, terms: Terms) -> Price:
    """Compute interest without a period by the pace at which the loan turns over (十天一期), if the text gives one."""
    figures = _rates(reading.low, reading.high)
    told = replace(price, figures=figures, is_range=reading.is_range)
    term = terms.near(price.start, price.end, "天周月")
    if term is None or not (term.cycle or term.end == price.figure_start):
        return told
    return replace(
        told,
        kind=Kind.TERM,
        start=min(price.start, term.start),
        end=max(price.end, term.end),
        convention=Convention.TERM_SIMPLE,
        figures=(*figures, ("days", Decimal(term.days))),
        annual_low=per_cent(arithmetic.term_annual(reading.low / 100, term.days)),
        annual_high=per_cent(arithmetic.term_annual(reading.high / 100, term.days)),
    )


def _rates(low: Decimal, high: Decimal) -> Figures:
    return (("rate", low),) if low == high else (("rate", low), ("rate_high", high))
