"""Does a licensed lender's ad tell what a borrower must know, and nothing that misleads?

Each check is one function from an ``Advert`` to a ``Fault`` or none, listed in ``CHECKS``. A further check is one more
function there and a line in ``wording`` and ``basis``.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from classifiers.assessment import Contact, Span
from moderation.policy import patterns, prices, wording
from moderation.rates.quote import Quote

_LOOK_BEHIND = 12
_LOOK_AHEAD = 14
_SENTENCE_END = re.compile(r"[。！!；;\n]|[？?](?=.)")
_MOBILE = re.compile(r"1[3-9]\d{9}")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that a lender's ad should not say, or a disclosure that it ``lacks`` (which may have no place)."""

    code: str
    lacks: str | None = None
    spans: tuple[Span, ...] = ()
    rate: str = ""
    """The annual rate in per cent that was computed, if that is what is wrong."""

    @property
    def message(self) -> str:
        """What is wrong and how to mend it, in Chinese."""
        quote = self.spans[0].text if self.spans else ""
        return wording.DISCLOSURES[f"disclosure.{self.code}"].format(quote=quote, rate=self.rate)


@dataclass(frozen=True, slots=True)
class Advert:
    """The ad as it is checked.

    ``folded`` has the offsets of ``text``; ``lenders`` are legal names, any will do; ``quotes`` are the prices that it
    names; none may come to more than ``max_annual_rate`` per cent.
    """

    text: str
    folded: str
    lenders: tuple[str, ...]
    contacts: tuple[Contact, ...]
    quotes: tuple[Quote, ...] = ()
    max_annual_rate: Decimal = Decimal(24)

    def spans(self, matches: Iterable[re.Match[str]]) -> tuple[Span, ...]:
        """Return where *matches* over the folded text lie in the original."""
        return tuple(Span(m.start(), m.end(), self.text[m.start() : m.end()]) for m in matches)


def check(
    text: str,
    *,
    lenders: Sequence[str] = (),
    contacts: Sequence[Contact] = (),
    max_annual_rate: float = 24,
) -> tuple[Fault, ...]:
    """Return what the ad *text* lacks or gets wrong, the gravest first; empty when its disclosures are complete.

    *lenders* are the legal names that would do as the lender's; without any, a name of the right form will. Prices
    are compared with *max_annual_rate*, in per cent.
    """
    quotes = prices.read(text)
    limit = Decimal(str(max_annual_rate))
    advert = Advert(text, patterns.fold(text), tuple(lenders), tuple(contacts), quotes, limit)
    return tuple(fault for each in CHECKS if (fault := each(advert)) is not None)


def is_private(contact: Contact) -> bool:
    """Tell whether *contact* leads off the platform to a person: chat accounts, groups, mobile numbers."""
    if contact.kind == "phone":
        return _MOBILE.fullmatch(contact.value) is not None
    return contact.kind in {"wechat", "qq", "telegram", "group"}


def _student_targeting(advert: Advert) -> Fault | None:
    if patterns.STUDENT_AID.search(advert.folded):
        return None
    return _said("student_targeting", advert, patterns.STUDENT)


def _promise(advert: Advert) -> Fault | None:
    return _said("promise", advert, patterns.PROMISE)


def _state_aura(advert: Advert) -> Fault | None:
    return _said("state_aura", advert, patterns.STATE_AURA)


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
    return core.removesuffix("公司") if core.endswith("银行公司") else core


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
    return _priced("rate_over_cap", prices.over(advert.quotes, advert.max_annual_rate))


def _cost_beyond_stated(advert: Advert) -> Fault | None:
    return _priced("cost_beyond_stated", prices.beyond_stated(advert.quotes))


def _interest_deducted(advert: Advert) -> Fault | None:
    return _priced("interest_deducted", prices.deducted(advert.quotes)) or _said(
        "interest_deducted", advert, patterns.CUT_UP_FRONT
    )


def _priced(code: str, quotes: Sequence[Quote]) -> Fault | None:
    if not quotes:
        return None
    rate = max((rate for quote in quotes if (rate := prices.highest(quote)) is not None), default=None)
    return Fault(code, spans=tuple(quote.span for quote in quotes), rate="" if rate is None else f"{rate:.2f}")


def _risk_notice(advert: Advert) -> Fault | None:
    return None if patterns.RISK_NOTICE.search(advert.folded) else Fault("risk_notice", "risk_notice")


def _said(code: str, advert: Advert, pattern: re.Pattern[str]) -> Fault | None:
    spans = advert.spans(_asserted(pattern, advert.folded))
    return Fault(code, spans=spans) if spans else None


def _asserted(pattern: re.Pattern[str], folded: str) -> Iterator[re.Match[str]]:
    """Yield what the text says itself, not what it denies or warns of ("不承诺秒批", "百分百下款都是骗局")."""
    for found in pattern.finditer(folded):
        before = _SENTENCE_END.split(folded[max(0, found.start() - _LOOK_BEHIND) : found.start()])[-1]
        after = _SENTENCE_END.split(folded[found.end() : found.end() + _LOOK_AHEAD])[0]
        asked = patterns.ASKED.match(folded, found.end())
        if not (asked or patterns.DENIED_BEFORE.search(before) or patterns.DENIED_AFTER.search(after)):
            yield found


CHECKS: tuple[Callable[[Advert], Fault | None], ...] = (
    _student_targeting,
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
