"""Finding what a text says of a loan's price."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from moderation.rates.annualised import Price
from moderation.rates.numerals import NUMBER, number
from moderation.rates.plain import Plain, plain
from moderation.rates.quote import Convention, Kind, Quote
from moderation.rates.ratios import RatioFinder
from moderation.rates.schedules import find_schedules
from moderation.rates.terms import Terms, find_terms
from moderation.rates.vocabulary import FOREIGN, LENDING

_LPR = r"(?:lpr|贷款市场报价利率|市场报价利率)"
_MARGIN = re.compile(
    rf"{_LPR}(?:\([^()\n]{{0,10}}\))?(?P<sign>[+加减-])(?P<margin>{NUMBER})(?:(?P<points>个?基点|bps?|个bp)|%)"
)
_MULTIPLE = re.compile(
    rf"{_LPR}(?:\([^()\n]{{0,10}}\))?的?(?P<after>{NUMBER})倍|(?P<before>{NUMBER})倍的?(?:一年期|1年期)?{_LPR}"
)
_FREE = re.compile(
    rf"(?:(?P<count>{NUMBER})(?:期|个月|天)(?:分期)?)?(?:免息(?!期|券|口|税)|(?<![\d.几百千十])[0零无](?:利息|息(?![息肉税])|利率))(?:分期)?"
)
_DISCOUNT = re.compile(rf"(?:利率|利息|息费|费率)[^。！!？?；;\n\d]{{0,6}}?(?P<tenths>{NUMBER})折")
_CYCLE_LONGEST = 31
_AROUND = 30


def find_quotes(text: str) -> tuple[Quote, ...]:
    """Return the prices that *text* quotes, in order of their places; spans are code points of *text* as given.

    Takes time linear in the length of *text*, and any text.
    """
    read = plain(text)
    terms = find_terms(read.text)
    ratios = _apart([*_formulas(read.text), *RatioFinder.of(read.text, terms).find()])
    taken = bytearray(len(read.text))
    for price in ratios:
        taken[price.figure_start : price.figure_end] = b"\x01" * (price.figure_end - price.figure_start)
    prices = [*ratios, *find_schedules(read.text, taken)]
    prices += _cycles(read.text, terms, prices)
    return tuple(_quote(read, price) for price in sorted(prices, key=lambda price: (price.start, price.end)))


def _quote(read: Plain, price: Price) -> Quote:
    return Quote(
        read.span(price.start, price.end),
        price.kind,
        price.convention,
        price.figures,
        price.annual_low,
        price.annual_high,
        price.effective,
        price.lowest_only,
        price.is_range,
    )


def _apart(prices: Iterable[Price]) -> list[Price]:
    """Keep of prices whose numbers overlap the one that comes first in *prices*."""
    kept: list[Price] = []
    end = -1
    for price in sorted(prices, key=lambda each: each.figure_start):
        if price.figure_start >= end:
            kept.append(price)
            end = price.figure_end
    return kept


def _formulas(text: str) -> Iterator[Price]:
    """Yield prices put by other means than a rate."""
    for found in _MARGIN.finditer(text):
        points = number(found["margin"]) / (100 if found["points"] else 1)
        margin = -points if found["sign"] in "减-" else points
        yield _price(found, Kind.ANNUAL, Convention.LPR_MARGIN, ("margin", margin))
    for found in _MULTIPLE.finditer(text):
        multiple = number(found["after"] or found["before"])
        yield _price(found, Kind.ANNUAL, Convention.LPR_MULTIPLE, ("multiple", multiple))
    for found in _DISCOUNT.finditer(text):
        yield _price(found, Kind.DISCOUNT, Convention.NONE, ("discount", number(found["tenths"])))
    for found in _FREE.finditer(text):
        counted = [("count", number(found["count"]))] if found["count"] else []
        nothing = Decimal(0)
        yield _price(found, Kind.INTEREST_FREE, Convention.STATED_ZERO, ("rate", nothing), *counted, annual=nothing)


def _price(
    found: re.Match[str],
    kind: Kind,
    convention: Convention,
    *figures: tuple[str, Decimal],
    annual: Decimal | None = None,
) -> Price:
    start, end = found.span()
    return Price(start, end, start, end, kind, convention, figures, annual, annual)


def _cycles(text: str, terms: Terms, told: list[Price]) -> list[Price]:
    """Return loans that turn over within a month (十天一期) of which no other price tells."""
    found: list[Price] = []
    covered = bytearray(len(text))
    for price in told:
        covered[price.start : price.end] = b"\x01" * (price.end - price.start)
    for term in terms.all:
        around = text[max(0, term.start - _AROUND) : term.end + _AROUND]
        if (
            term.cycle
            and 0 < term.days <= _CYCLE_LONGEST
            and not covered[term.start]
            and LENDING.search(around)
            and not FOREIGN.search(around)
        ):
            figures = (("days", Decimal(term.days)),)
            found.append(Price(term.start, term.end, term.start, term.end, Kind.TERM, Convention.NONE, figures))
    return found
