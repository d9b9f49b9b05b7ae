"""The price of one loan put in sums and terms."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from moderation.rates import arithmetic
from moderation.rates.annualised import Figures, Price
from moderation.rates.arithmetic import Period
from moderation.rates.quote import Convention, Kind, per_cent
from moderation.rates.terms import Term

Role = Literal["principal", "received", "repaid", "total", "interest", "other"]
_DEAREST = 5
"""More than so many times the sum received is no repayment but another sum."""
_INTEREST = {
    Period.MONTH: (Kind.MONTHLY, Convention.TIMES_12),
    Period.WEEK: (Kind.WEEKLY, Convention.TIMES_52),
    Period.DAY: (Kind.DAILY, Convention.TIMES_365),
}


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum in yuan, what the text calls it, and how often it falls due; ``single`` for 一天 rather than 每天."""

    start: int
    end: int
    value: Decimal
    role: Role | None
    period: Period | None
    single: bool = False


@dataclass(slots=True)
class Group:
    """Sums and terms that belong together."""

    sums: list[Sum] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    lends: bool = False

    def __len__(self) -> int:
        return len(self.sums) + len(self.terms)

    @property
    def start(self) -> int:
        """Where the first of them begins."""
        return min((*(each.start for each in self.sums), *(each.start for each in self.terms)), default=0)

    @property
    def end(self) -> int:
        """Where the last of them ends."""
        return max((*(each.end for each in self.sums), *(each.end for each in self.terms)), default=0)

    def add(self, item: Sum | Term) -> None:
        """Take one more into the group."""
        if isinstance(item, Term):
            self.terms.append(item)
        else:
            self.sums.append(item)

    def closed_by(self, item: Sum | Term) -> bool:
        """Tell whether *item* begins another loan: it is lent, and this one's repayment is known."""
        lent = isinstance(item, Sum) and item.role == "principal"
        told = any(each.period or each.role in {"repaid", "total"} for each in self.sums)
        return lent and told and self._base() is not None

    def price(self, *, lends: bool) -> Price | None:
        """Return the price, None if the sums make none; *lends* says that the text about them speaks of loans."""
        for compute in (self._instalments, self._in_total, self._bullet):
            if self._speaks_of_a_loan(lends=lends) and (price := compute()):
                return price
        return self._interest() if lends or self.lends else None

    def _speaks_of_a_loan(self, *, lends: bool) -> bool:
        return lends or self.lends or any(term.unit == "期" for term in self.terms)

    def _first(self, *roles: Role | None) -> Sum | None:
        return next((each for each in self.sums if each.role in roles and each.period is None), None)

    def _base(self) -> Sum | None:
        """Return the sum that the borrower has: what is paid out, else what is lent, else the first unnamed."""
        return self._first("received") or self._first("principal") or self._first(None)

    def _instalments(self) -> Price | None:
        base = self._base()
        payment = next((each for each in self.sums if each.period and each.role in {None, "repaid"}), None)
        if base is None or payment is None or payment.period is None:
            return None
        counts = [(abs(term.start - payment.start), *count) for term in self.terms for count in _counts(term, payment)]
        if not counts:
            return None
        _, count, period = min(counts, key=lambda each: each[0])
        return self._repaid_by(base, payment.value, count, period)

    def _in_total(self) -> Price | None:
        """Spread a total over the instalments: 分12期共还12000."""
        base, total = self._base(), self._first("total")
        count = next((term.count for term in self.terms if term.unit == "期" and not term.cycle), 0)
        if base is None or total is None or not count:
            return None
        return self._repaid_by(base, total.value / count, count, Period.MONTH)

    def _repaid_by(self, base: Sum, payment: Decimal, count: int, period: Period) -> Price | None:
        if payment * count > base.value * _DEAREST or payment >= base.value:
            return None
        try:
            rate = arithmetic.equal_irr(base.value, payment, count)
            effective = per_cent(arithmetic.effective_annual(rate, period))
        except ValueError:
            return None
        annual = per_cent(arithmetic.nominal_annual(rate, period))
        figures = ((base.role or "principal", base.value), ("payment", payment), ("count", Decimal(count)))
        return self._told(Kind.INSTALMENTS, Convention.IRR, figures, annual, effective)

    def _bullet(self) -> Price | None:
        base = self._base()
        due = self._due()
        if base is None or due is None or any(term.unit == "期" for term in self.terms):
            return None
        lasting = [term for term in self.terms if term.days]
        days = min(lasting, key=lambda term: abs(term.start - due.start)).days if lasting else self._single_day()
        if not days or not base.value < due.value <= base.value * _DEAREST:
            return None
        annual = per_cent(arithmetic.bullet_annual(base.value, due.value, days))
        figures = (("received", base.value), ("repaid", due.value), ("days", Decimal(days)))
        return self._told(Kind.BULLET, Convention.BULLET_SIMPLE, figures, annual)

    def _due(self) -> Sum | None:
        """Return what falls due at the end: if the text names nothing, the sum lent of which less was paid out."""
        single = next((each for each in self.sums if each.single and each.role == "repaid"), None)
        lent = self._first("principal", None) if self._first("received") else None
        return self._first("repaid", "total") or single or lent or self._with_interest()

    def _with_interest(self) -> Sum | None:
        base, interest = self._base(), self._first("interest")
        return replace(interest, value=base.value + interest.value) if base and interest else None

    def _single_day(self) -> int:
        return next((arithmetic.DAYS_A_YEAR // each.period for each in self.sums if each.single and each.period), 0)

    def _interest(self) -> Price | None:
        cost = next((each for each in self.sums if each.period and each.role in {"interest", None}), None)
        if cost is None or cost.period is None or not (cost.role or cost.single):
            return None
        kind, convention = _INTEREST[cost.period]
        base = self._base()
        if base is None or cost.value >= base.value:
            return self._told(kind, Convention.NONE, (("interest", cost.value),)) if cost.role == "interest" else None
        if cost.role is None and (cost.period is not Period.DAY or base.start > cost.start):
            return None
        annual = per_cent(arithmetic.simple_annual(cost.value / base.value, cost.period))
        figures = ((base.role or "principal", base.value), ("interest", cost.value))
        return self._told(kind, convention, figures, annual)

    def _told(
        self,
        kind: Kind,
        convention: Convention,
        figures: Figures,
        annual: Decimal | None = None,
        effective: Decimal | None = None,
    ) -> Price:
        return Price(self.start, self.end, self.start, self.end, kind, convention, figures, annual, annual, effective)


def _counts(term: Term, payment: Sum) -> Iterator[tuple[int, Period]]:
    """Yield how many payments a term holds: a year twelve monthly ones, a 期 one of whatever period they have."""
    period = payment.period
    if period is None or term.cycle:
        return
    if term.unit == "期" or term.period is period:
        yield term.count, period
    elif term.unit == "年" and period is Period.MONTH:
        yield term.count * 12, period
