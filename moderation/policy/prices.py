"""What an ad's own figures say of its cost: computed, and compared with what it states and with the cap."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from moderation.policy import claims, wording
from moderation.rates import benchmarks
from moderation.rates.benchmarks import Limit
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


def deducted(text: str, quotes: Iterable[Quote]) -> list[Quote]:
    """Return where *text* holds back a part of the sum before it is paid out, and doesn't say that it won't."""
    return [quote for quote in quotes if quote.kind is Kind.DEDUCTION and not _is_renounced(text, quote)]


def costliest(quotes: Iterable[Quote]) -> Decimal | None:
    """Return the highest annual rate computed from the figures of a text, in per cent; None if none can be."""
    return max((rate for quote in quotes if quote.convention in _COMPUTED and (rate := highest(quote))), default=None)


def lines_crossed(rate: Decimal, on: date | None = None) -> tuple[Limit, ...]:
    """Return the lines that an annual *rate* in per cent lies above, 24 % and 36 % first.

    Four times LPR is among them only if *on* is a day whose LPR the table is sure to hold: not before 2020-08-20,
    and not after the next announcement that nobody compared the table with.
    """
    known = on if on is not None and benchmarks.shipped_lpr().covers(on) else None
    return benchmarks.crossed(rate, known)


def compared(rate: Decimal, on: date | None = None) -> str:
    """Return a Chinese sentence on the lines that *rate* lies above, and whom each binds; empty above none."""
    lines = lines_crossed(rate, on)
    if not lines:
        return ""
    return wording.LINES_JOIN.join(_line(line, on) for line in lines).join(wording.LINES_FRAME)


def true_cost(rate: Decimal, on: date | None = None) -> str:
    """Return the consumer's notice of what a loan costs, by its own figures, and above which lines that is."""
    return wording.TRUE_COST.format(rate=f"{rate:.2f}") + compared(rate, on)


def _line(line: Limit, on: date | None) -> str:
    unsure = wording.LINE_UNSURE if line.confidence == "low" else ""
    day = "" if on is None else on.isoformat()
    return wording.LINES[line.key].format(rate=f"{line.per_cent:.2f}", day=day, unsure=unsure)


def _is_renounced(text: str, quote: Quote) -> bool:
    return claims.RENOUNCED.search(text[max(0, quote.span.start - 2 * _BEFORE) : quote.span.start]) is not None


def _is_penalty(text: str, quote: Quote) -> bool:
    around = text[max(0, quote.span.start - _BEFORE) : quote.span.end]
    return any(word in around for word in _PENALTY)
