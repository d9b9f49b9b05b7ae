"""Does a licensed lender's ad tell what a borrower must know, and nothing that misleads?

Each check is one function from an ``Advert`` to a ``Fault`` or none, listed in ``CHECKS``. A further check is one more
function there and a line in ``wording`` and ``basis``.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from classifiers.assessment import Contact, Span
from moderation.policy import claims, patterns, prices, purposes, risk_notice, wording
from moderation.rates.quote import Quote

_MOBILE = re.compile(r"1[3-9]\d{9}")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that a lender's ad should not say, or a disclosure that it ``lacks`` (which may have no place)."""

    code: str
    lacks: str | None = None
    spans: tuple[Span, ...] = ()
    rate: str = ""
    """The annual rate in per cent that was computed, if that is what is wrong."""
    compared: str = ""
    """Which lines that rate lies above, as a sentence."""
    blocks: bool = True
    """Whether the ad may not be shown until this is mended; what doesn't block is advice."""

    @property
    def key(self) -> str:
        """The reason's code: under ``disclosure`` what blocks, under ``advice`` what doesn't."""
        return f"{'disclosure' if self.blocks else 'advice'}.{self.code}"

    @property
    def message(self) -> str:
        """What is wrong and how to mend it, in Chinese."""
        quote = self.spans[0].text if self.spans else ""
        words = wording.DISCLOSURES if self.blocks else wording.ADVICE
        return words[self.key].format(quote=quote, rate=self.rate, compared=self.compared)


@dataclass(frozen=True, slots=True)
class Advert:
    """The ad as it is checked.

    ``folded`` has the offsets of ``text``; ``lenders`` are legal names, any will do; ``quotes`` are the prices that it
    names; none may come to more than ``max_annual_rate`` per cent. ``on`` is the day of publication.
    """

    text: str
    folded: str
    lenders: tuple[str, ...]
    contacts: tuple[Contact, ...]
    quotes: tuple[Quote, ...] = ()
    max_annual_rate: Decimal = Decimal(24)
    on: date | None = None

    def spans(self, matches: Iterable[re.Match[str]]) -> tuple[Span, ...]:
        """Return where *matches* over the folded text lie in the original."""
        return tuple(Span(m.start(), m.end(), self.text[m.start() : m.end()]) for m in matches)


def check(
    text: str,
    *,
    lenders: Sequence[str] = (),
    contacts: Sequence[Contact] = (),
    max_annual_rate: float = 24,
    on: date | None = None,
) -> tuple[Fault, ...]:
    """Return what the ad *text* lacks or gets wrong, the gravest first; empty when its disclosures are complete.

    *lenders* are the legal names that would do as the lender's, former ones included; without any, a name of the right
    form will. Prices are compared with *max_annual_rate*, in per cent; *on*, the day of publication, only lets a
    message name four times the LPR of that day. All of these faults block; see ``advice.advise`` for what doesn't.
    """
    quotes = prices.read(text)
    limit = Decimal(str(max_annual_rate))
    advert = Advert(text, patterns.fold(text), tuple(lenders), tuple(contacts), quotes, limit, on)
    return tuple(fault for each in CHECKS if (fault := each(advert)) is not None)


def is_private(contact: Contact) -> bool:
    """Tell whether *contact* leads off the platform to a person: chat accounts, groups, mobile numbers."""
    if contact.kind == "phone":
        return _MOBILE.fullmatch(contact.value) is not None
    return contact.kind in {"wechat", "qq", "telegram", "group"}


def _student_targeting(advert: Advert) -> Fault | None:
    if claims.STUDENT_AID.search(advert.folded):
        return None
    return _said("student_targeting", advert, claims.STUDENT)


def _forbidden_purpose(advert: Advert) -> Fault | None:
    spans = advert.spans(purposes.forbidden(advert.folded))
    return Fault("forbidden_purpose", spans=spans) if spans else None


def _cash_from_shopping_credit(advert: Advert) -> Fault | None:
    if not claims.SHOPPING_CREDIT.search(advert.folded) or claims.CASH_PRODUCT.search(advert.folded):
        return None
    return _said("cash_from_shopping_credit", advert, claims.CASH_TAKEN)


def _promise(advert: Advert) -> Fault | None:
    return _said("promise", advert, claims.PROMISE)


def _state_aura(advert: Advert) -> Fault | None:
    return _said("state_aura", advert, claims.STATE_AURA)


def _private_contact(advert: Advert) -> Fault | None:
    spans = tuple(contact.span for contact in advert.contacts if is_private(contact))
    return Fault("private_contact", spans=spans) if spans else None


def _lender_name(advert: Advert) -> Fault | None:
    if not advert.lenders:
        return None if patterns.LEGAL_NAME.search(advert.folded) else Fault("lender_name", "lender_name")
    written = patterns.NAME_FILLING.sub("", advert.folded)
    named = any(_core(name) in written for name in advert.lenders)
    return None if named else Fault("lender_name", "lender_name")


def _core(name: str) -> str:
    """Leave out the form of company, whole for banks: 宁波银行 can be no other than 宁波银行股份有限公司."""
    core = patterns.NAME_FILLING.sub("", patterns.fold(name))
    return core.removesuffix("公司") if "银行" in core else core


def _annual_rate(advert: Advert) -> Fault | None:
    if patterns.ANNUAL_RATE.search(advert.folded):
        return None
    short = advert.spans(patterns.SHORT_PERIOD.finditer(advert.folded))
    if short:
        return Fault("short_period_rate", "annual_rate", short)
    return Fault("annual_rate", "annual_rate", advert.spans(patterns.ANY_RATE.finditer(advert.folded)))


def _rate_range(advert: Advert) -> Fault | None:
    lowest = advert.spans(patterns.LOWEST_ONLY.finditer(advert.folded))
    return Fault("rate_range", "rate_range", lowest) if lowest and not patterns.RANGE.search(advert.folded) else None


def _rate_over_cap(advert: Advert) -> Fault | None:
    return _priced("rate_over_cap", prices.over(advert.quotes, advert.max_annual_rate), advert.on)


def _cost_beyond_stated(advert: Advert) -> Fault | None:
    return _priced("cost_beyond_stated", prices.beyond_stated(advert.quotes))


def _interest_deducted(advert: Advert) -> Fault | None:
    by_price = _priced("interest_deducted", prices.deducted(advert.text, advert.quotes))
    spans = advert.spans(claims.cut_up_front(advert.folded))
    return by_price or (Fault("interest_deducted", spans=spans) if spans else None)


def _priced(code: str, quotes: Sequence[Quote], on: date | None = None) -> Fault | None:
    """Return the fault of *quotes*, the costliest first: the rate that is told is that of the words quoted."""
    if not quotes:
        return None
    ordered = sorted(quotes, key=lambda quote: prices.highest(quote) or 0, reverse=True)
    spans, rate = tuple(quote.span for quote in ordered), prices.highest(ordered[0])
    if rate is None:
        return Fault(code, spans=spans)
    return Fault(code, spans=spans, rate=f"{rate:.2f}", compared=prices.compared(rate, on))


def _risk_notice(advert: Advert) -> Fault | None:
    return None if risk_notice.is_given(advert.folded) else Fault("risk_notice", "risk_notice")


def _said(code: str, advert: Advert, pattern: re.Pattern[str]) -> Fault | None:
    spans = advert.spans(claims.asserted(pattern, advert.folded))
    return Fault(code, spans=spans) if spans else None


CHECKS: tuple[Callable[[Advert], Fault | None], ...] = (
    _student_targeting,
    _forbidden_purpose,
    _cash_from_shopping_credit,
    _promise,
    _interest_deducted,
    _rate_over_cap,
    _cost_beyond_stated,
    _state_aura,
    _private_contact,
    _lender_name,
    _annual_rate,
    _rate_range,
    _risk_notice,
)
"""Gravest first: that is the order in which an advertiser reads them."""
