"""The lines that a price is compared with. Nothing here judges: it computes, compares, and names the basis."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml

from moderation.rates.quote import Convention, Quote

Confidence = Literal["high", "medium", "low"]

_FILE = "seed/lpr.yaml"
_FOUR_TIMES_SINCE = date(2020, 8, 20)
_HUNDREDTH = Decimal("0.01")
_ANNOUNCED_ON = 20
"""The day of the month from which a new LPR may hold."""


@dataclass(frozen=True, slots=True)
class LprTable:
    """One-year LPR: (day from which on, per cent a year), the days ascending.

    ``confirmed_until`` is the last day to which somebody compared the table with the announcements, if anybody did.
    """

    rates: tuple[tuple[date, Decimal], ...]
    source: str
    confidence: Confidence
    confirmed_until: date | None = None

    def at(self, day: date) -> Decimal:
        """Return the rate that held on *day*.

        Raises:
            ValueError: *day* is before the first row.
        """
        held = [rate for since, rate in self.rates if since <= day]
        if not held:
            raise ValueError(f"no one-year LPR is known for {day.isoformat()}")
        return held[-1]

    def covers(self, day: date) -> bool:
        """Whether the table is sure to hold the rate of *day*.

        It isn't before its first row, nor from the announcement on that followed its last row, or that followed
        ``confirmed_until`` if that is later: rates are announced on the 20th of each month or the next working day.
        """
        last = max(self.rates[-1][0], self.confirmed_until or self.rates[-1][0])
        return self.rates[0][0] <= day < _next_announcement(last)


@dataclass(frozen=True, slots=True)
class Limit:
    """A line in per cent a year, and what it rests on (in Chinese, to be shown to people).

    ``confidence`` is how surely the figure and its basis are known; what is low must not be cited as law.
    """

    key: Literal["24", "36", "4lpr"]
    per_cent: Decimal
    basis: str
    confidence: Confidence


_FIXED = (
    Limit(
        "24",
        Decimal(24),
        "助贷业务综合融资成本的监管掌握口径(金规〔2025〕9号,2025-10-01起);按名义年化(单利/IRR×12)比较",
        "low",
    ),
    Limit(
        "36",
        Decimal(36),
        "《关于办理非法放贷刑事案件若干问题的意见》(2019-10-21):实际年利率超过36%;费用计入;按名义年化比较",
        "medium",
    ),
)


@cache
def shipped_lpr() -> LprTable:
    """Return the table that ships with the package.

    Raises:
        ValueError: the file is not as it should be; the message names what.
    """
    return parse_lpr(files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))


def parse_lpr(text: str) -> LprTable:
    """Read a table of the form of ``seed/lpr.yaml``.

    Raises:
        ValueError: a key is missing, a day is no date or out of order, or a rate is no positive number.
    """
    raw = yaml.safe_load(text)
    if not isinstance(raw, dict) or not isinstance(raw.get("rates"), dict) or not raw["rates"]:
        raise ValueError("the LPR table must have `rates`, days to per cent")
    if raw.get("confidence") not in {"high", "medium", "low"} or not isinstance(raw.get("source"), str):
        raise ValueError("the LPR table must have a `source`, and a `confidence` of high, medium or low")
    confirmed = raw.get("confirmed_until")
    if confirmed is not None and type(confirmed) is not date:
        raise ValueError("`confirmed_until` must be a day or null")
    rates = tuple(_row(day, rate) for day, rate in raw["rates"].items())
    if list(rates) != sorted(rates):
        raise ValueError("the days of the LPR table must ascend")
    return LprTable(rates, raw["source"].strip(), raw["confidence"], confirmed)


def four_times_lpr(day: date) -> Decimal:
    """Return four times the one-year LPR of *day*, in per cent a year.

    Raises:
        ValueError: *day* is before the first LPR.
    """
    return 4 * shipped_lpr().at(day)


def limits(day: date | None) -> tuple[Limit, ...]:
    """Return the lines to compare a price of *day* with; 4×LPR only from 2020-08-20, when it came to apply.

    Without a day only the lines that hang on none.
    """
    if day is None or day < _FOUR_TIMES_SINCE:
        return _FIXED
    basis = (
        f"民间借贷司法解释第25条:合同成立时一年期LPR的四倍({day.isoformat()}按{shipped_lpr().at(day)}%计);"
        "不适用于持牌金融机构"
    )
    return (*_FIXED, Limit("4lpr", four_times_lpr(day), basis, shipped_lpr().confidence))


def resolved(quote: Quote, day: date) -> Quote:
    """Return *quote* with its annual rate if it hangs on LPR (LPR+50BP, LPR的四倍); any other as it is.

    A bound that the text does not give stays open. Raises:
        ValueError: the quote hangs on LPR and *day* is before the first one.
    """
    if quote.convention is Convention.LPR_MARGIN:
        annual = shipped_lpr().at(day) + (quote.figure("margin") or Decimal(0))
    elif quote.convention is Convention.LPR_MULTIPLE:
        annual = shipped_lpr().at(day) * (quote.figure("multiple") or Decimal(1))
    else:
        return quote
    return replace(quote, annual_low=annual, annual_high=annual)


def exceeds(quote: Quote, day: date) -> tuple[str, ...]:
    """Return the keys of the limits of *day* above which the quote's highest known annual rate lies.

    Rates are compared to a hundredth of a per cent: instalments are rounded to the fen, and 36 % so rounded is not
    above 36 %. A quote that names only a floor is compared by it; one without an annual rate exceeds nothing.
    """
    known = resolved(quote, day) if day >= shipped_lpr().rates[0][0] else quote
    annual = known.annual_high if known.annual_high is not None else known.annual_low
    if annual is None:
        return ()
    return tuple(limit.key for limit in crossed(annual, day))


def crossed(annual: Decimal, day: date | None) -> tuple[Limit, ...]:
    """Return the limits of *day* above which the rate *annual*, in per cent to a hundredth, lies."""
    return tuple(limit for limit in limits(day) if annual.quantize(_HUNDREDTH) > limit.per_cent)


def _next_announcement(day: date) -> date:
    """Return the 20th that follows *day*: a rate announced on the 20th or soon after holds until then."""
    if day.day < _ANNOUNCED_ON:
        return day.replace(day=_ANNOUNCED_ON)
    return (day.replace(day=1) + timedelta(days=31)).replace(day=_ANNOUNCED_ON)


def _row(day: object, rate: object) -> tuple[date, Decimal]:
    if type(day) is not date:
        raise ValueError(f"{day!r} is no day of the form 2025-05-20")
    try:
        value = Decimal(str(rate))
    except InvalidOperation as error:
        raise ValueError(f"{rate!r} is no LPR") from error
    if not value.is_finite() or not 0 < value < 100:
        raise ValueError(f"{rate!r} is no LPR")
    return day, value
