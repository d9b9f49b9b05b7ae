"""How long and how often: numbers of instalments and terms in days."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Literal

from moderation.rates.arithmetic import MOST_PAYMENTS, Period
from moderation.rates.numerals import NUMBER, number
from moderation.rates.vocabulary import SENTENCE_END

Unit = Literal["期", "年", "月", "周", "天"]
_DAYS: dict[Unit, int] = {"年": 365, "月": 30, "周": 7, "天": 1, "期": 0}
_PERIODS: dict[Unit, Period] = {
    "年": Period.YEAR,
    "月": Period.MONTH,
    "周": Period.WEEK,
    "天": Period.DAY,
    "期": Period.MONTH,
}
TERM = re.compile(
    rf"(?<!第)(?P<count>{NUMBER})(?P<unit>期|个月|个?星期|周|个?礼拜|天|日(?=一?[期还结内])|年(?![化息度费初末底前轻级]|利(?!息)))"
    r"(?P<cycle>(?:为|就是)?(?:一期|一还|一结|一续|一个周期|期(?![间限货待初末满望权])))?"
)
_NEAR = 26


@dataclass(frozen=True, slots=True)
class Term:
    """So many periods; ``cycle`` says that the loan turns over at that pace (十天一期)."""

    start: int
    end: int
    count: int
    unit: Unit
    cycle: bool = False

    @property
    def days(self) -> int:
        """Length in days, a month being 30; nothing for 期, which has no length of its own."""
        return self.count * _DAYS[self.unit]

    @property
    def period(self) -> Period:
        """How often one of the periods falls due."""
        return _PERIODS[self.unit]


@dataclass(frozen=True, slots=True)
class Terms:
    """All terms of a text, in order."""

    text: str
    all: tuple[Term, ...]

    def near(self, start: int, end: int, units: str, reach: int = _NEAR) -> Term | None:
        """Return the term in one of *units* nearest to ``text[start:end]`` within its sentence, if any is near."""
        at = bisect_left(self.all, start, key=lambda term: term.start)
        best: tuple[int, Term] | None = None
        for term in self.all[max(0, at - 3) : at + 4]:
            left, right = (term.end, start) if term.start < start else (end, term.start)
            apart = right - left
            if term.unit in units and apart <= reach and not SENTENCE_END.search(self.text, left, max(left, right)):
                best = min(best or (apart, term), (apart, term), key=lambda each: each[0])
        return best[1] if best else None


def term_of(found: re.Match[str]) -> Term | None:
    """Return the term that ``TERM`` matched, None for one of no or of senseless length."""
    value = number(found["count"])
    if value != value.to_integral_value() or not 0 < value <= MOST_PAYMENTS:
        return None
    last = found["unit"][-1]
    units: dict[str, Unit] = {"期": "期", "月": "月", "年": "年", "天": "天", "日": "天"}
    return Term(found.start(), found.end(), int(value), units.get(last, "周"), found["cycle"] is not None)


def find_terms(text: str) -> Terms:
    """Return the terms of plain *text*."""
    return Terms(text, tuple(term for found in TERM.finditer(text) if (term := term_of(found))))
