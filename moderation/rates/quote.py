"""What a text says of a loan's price."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from classifiers.assessment import Span


class Kind(StrEnum):
    """The form in which a price is put."""

    ANNUAL = "annual"
    MONTHLY = "monthly"
    WEEKLY = "weekly"
    DAILY = "daily"
    TERM = "term"
    """A rate for a term of so many days (十天一期), or such a term without a figure."""
    INSTALMENTS = "instalments"
    BULLET = "bullet"
    """Received once, repaid once."""
    INTEREST = "interest"
    """A rate of interest whose period the text does not give."""
    FEE = "fee"
    DEDUCTION = "deduction"
    """A share held back from the sum paid out (砍头息)."""
    DISCOUNT = "discount"
    INTEREST_FREE = "interest_free"


class Convention(StrEnum):
    """How the annual rate was computed."""

    STATED = "stated"
    """Called annual by the text."""
    ASSUMED_ANNUAL = "assumed_annual"
    """A 利率 without a period: annual by custom."""
    TIMES_12 = "times_12"
    TIMES_52 = "times_52"
    TIMES_365 = "times_365"
    ASSUMED_MONTHLY = "assumed_monthly"
    """厘, 分 and 毛 without a period are by the month; times 12."""
    ASSUMED_DAILY = "assumed_daily"
    """万五 and 万分之五 without a period are by the day; times 365."""
    TERM_SIMPLE = "term_simple"
    """For a term of days: times 365 / days."""
    IRR = "irr"
    """Internal rate of return of the payments, times the periods of a year."""
    FLAT_FEE_IRR = "flat_fee_irr"
    """The same, of a flat fee charged on the whole principal to the end."""
    FLAT_FEE_SIMPLE = "flat_fee_simple"
    """Fee a month times 12, for want of a number of instalments: a lower bound, the IRR is about twice that."""
    BULLET_SIMPLE = "bullet_simple"
    """Cost over the sum received, times 365 / days."""
    LPR_MARGIN = "lpr_margin"
    """LPR plus a margin; ``benchmarks.resolved`` computes it for a day."""
    LPR_MULTIPLE = "lpr_multiple"
    """A multiple of LPR; ``benchmarks.resolved`` computes it for a day."""
    STATED_ZERO = "stated_zero"
    NONE = "none"
    """Not computable from what the text says."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One price in a text.

    ``span`` lies in the text as given, in code points. ``figures`` are the numbers parsed, named: ``rate`` and
    ``rate_high`` in per cent of their own period, ``principal``, ``received``, ``payment``, ``repaid``, ``interest``
    in yuan, ``count`` of instalments, ``days``, ``share`` held back in per cent, ``margin`` in percentage points,
    ``multiple``, ``discount`` in tenths. ``annual_low`` and ``annual_high`` are nominal simple annual rates in per
    cent, None where the text gives no such bound; ``effective`` is the compounded one, for instalments only.
    ``lowest_only`` says that the text names a floor (低至, 最低, 起) and no ceiling.
    """

    span: Span
    kind: Kind
    convention: Convention
    figures: tuple[tuple[str, Decimal], ...] = ()
    annual_low: Decimal | None = None
    annual_high: Decimal | None = None
    effective: Decimal | None = None
    lowest_only: bool = False
    is_range: bool = False

    def figure(self, name: str) -> Decimal | None:
        """Return the figure called *name*, if the text gives it."""
        return dict(self.figures).get(name)


_FOUR_PLACES = Decimal("0.0001")
_LARGEST = Decimal(10) ** 20


def per_cent(fraction: Decimal | float) -> Decimal | None:
    """Return *fraction* in per cent to four decimals, None beyond all sense."""
    value = Decimal(fraction) * 100
    return value.quantize(_FOUR_PLACES) if value < _LARGEST else None
