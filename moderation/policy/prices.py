"""What an ad's own figures say of its cost: computed, and compared with what it states and with the cap."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from moderation.rates.phrases import find_quotes
from moderation.rates.quote import Convention, Kind, Quote

_TOLERANCE = Decimal("0.5")
"""Percentage points by which an example may exceed the stated rate: instalments are rounded."""
_COMPUTED = frozenset(
    {
        Convention.TIMES_12,
        Convention.TIMES_52,
        Convention.TIMES_365,
        Convention.TERM_SIMPLE,
        Convention.IRR,
        Convention.FLAT_FEE_IRR,
        Convention.FLAT_FEE_SIMPLE,
        Convention.BULLET_SIMPLE,
    }
)
_SURE = _COMPUTED | {Convention.STATED}
_PENALTY = ("罚息", "逾期", "违约", "滞纳")
_BEFORE = 10


def read(text: str) -> tuple[Quote, ...]:
    """Return the prices that *text* quotes for the loan, without those for paying late."""
    return tuple(quote for quote in find_quotes(text) if not _is_penalty(text, quote))


def highest(quote: Quote) -> Decimal | None:
    """Return the highest annual rate that *quote* tells, its lowest if it tells no other, in per cent."""
    return quote.annual_high if quote.annual_high is not None else quote.annual_low


def over(quotes: Iterable[Quote], cap: Decimal) -> list[Quote]:
    """Return the quotes, as stated or computed, whose annual rate lies above *cap*."""
    return [quote for quote in quotes if quote.convention in _SURE and (highest(quote) or 0) > cap + Decimal("0.005")]


def beyond_stated(quotes: Sequence[Quote]) -> list[Quote]:
    """Return the computed prices that are higher than the highest annual rate that the text states."""
    stated = [rate for quote in quotes if quote.convention is Convention.STATED and (rate := highest(quote))]
    if not stated:
        return []
    limit = max(stated) + _TOLERANCE
    return [quote for quote in quotes if quote.convention in _COMPUTED and (highest(quote) or 0) > limit]


def deducted(quotes: Iterable[Quote]) -> list[Quote]:
    """Return where the text holds back a part of the sum before it is paid out."""
    return [quote for quote in quotes if quote.kind is Kind.DEDUCTION]


def costliest(quotes: Iterable[Quote]) -> Decimal | None:
    """Return the highest annual rate computed from the figures of a text, in per cent; None if none can be."""
    return max((rate for quote in quotes if quote.convention in _COMPUTED and (rate := highest(quote))), default=None)


def _is_penalty(text: str, quote: Quote) -> bool:
    around = text[max(0, quote.span.start - _BEFORE) : quote.span.end]
    return any(word in around for word in _PENALTY)
