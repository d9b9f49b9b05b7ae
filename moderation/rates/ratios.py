"""Prices put as a rate: 日息0.02%, 月息3厘, 年化7.2%-24%, 手续费率每期0.75%, 砍头息30%."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from moderation.rates import vocabulary as words
from moderation.rates.annualised import Price, annualise
from moderation.rates.readings import Reading, read
from moderation.rates.terms import Terms

_REACH = 24
_SHORT_REACH = 12
_LAST_CUES = 4
_AROUND = 30
_GENERIC = frozenset({"rate", "interest", "fee"})
_SHORT = _GENERIC | {"deduction", "received"}
_PERIODIC = frozenset({"annual", "monthly", "weekly", "daily"})
_ADJACENT = {"at_month": "monthly", "at_week": "weekly", "at_day": "daily", "at_year": "annual", "in_days": "interest"}
_AT = re.compile(r"(?:低至|最低|仅|只要?|约|:|大概)?")
_CLAUSE = re.compile(r"[,，、|｜/]")
_HIGHEST_RATE = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Label:
    """What a reading is a rate of, and from where to where the text says so."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RatioFinder:
    """Finds the rates of one plain text."""

    text: str
    terms: Terms
    cues: tuple[re.Match[str], ...]

    @classmethod
    def of(cls, text: str, terms: Terms) -> "RatioFinder":
        """Prepare to search plain *text*."""
        return cls(text, terms, tuple(words.CUE.finditer(text)))

    def find(self) -> Iterator[Price]:
        """Yield the prices, in order; their offsets are those of the plain text."""
        floor = 0
        for reading in read(self.text):
            label = self._label(reading, floor)
            if label and reading.high <= _HIGHEST_RATE and not self._foreign(reading, label, floor):
                yield self._bounded(annualise(reading, label.name, self._price(reading, label), self.terms), floor)
            if reading.unit != "bare" or label:
                floor = reading.end

    def _price(self, reading: Reading, label: Label) -> Price:
        return Price(min(label.start, reading.start), max(label.end, reading.end), reading.start, reading.end)

    def _label(self, reading: Reading, floor: int) -> Label | None:
        """Name the reading by the word before it, or else after it, or else by its unit."""
        cue = self._cue(reading, floor)
        if reading.unit in {"bare", "tenths"} or (cue and cue.name not in _GENERIC):
            return cue
        suffix = words.SUFFIX.match(self.text, reading.end)
        if suffix and suffix.lastgroup in _PERIODIC and (cue or self._lends(reading)):
            name = "monthly_fee" if cue and cue.name == "fee" and suffix["monthly"] else suffix.lastgroup
            return Label(name, cue.start if cue else reading.start, suffix.end())
        if cue is None and suffix and suffix.lastgroup:
            unit_says = reading.unit == "coin" or (reading.unit == "per_cent" and self._lends(reading))
            return Label(suffix.lastgroup, reading.start, suffix.end()) if unit_says else None
        return cue or self._by_unit(reading)

    def _cue(self, reading: Reading, floor: int) -> Label | None:
        """Return the nearest word before the reading that fits it; a period told in the same breath tells more."""
        last = bisect_left(self.cues, reading.start, key=lambda cue: cue.start())
        nearest: Label | None = None
        for cue in reversed(self.cues[max(0, last - _LAST_CUES) : last]):
            reach = _SHORT_REACH if cue.lastgroup in _SHORT else _REACH
            if cue.start() < floor or reading.start - cue.end() > reach:
                break
            gap = self.text[cue.end() : reading.start]
            if words.SENTENCE_END.search(gap):
                break
            name = cue.lastgroup or ""
            if nearest and (name not in _PERIODIC or _CLAUSE.search(self.text, cue.end(), nearest.start)):
                continue
            if cue.end() <= reading.start and _applies(name, gap, reading):
                nearest = Label(_ADJACENT.get(name, name), cue.start(), reading.end)
                if name not in _GENERIC:
                    break
        return nearest

    def _by_unit(self, reading: Reading) -> Label | None:
        """厘 by itself, 万五 and 万分之五 are rates where the talk is of loans and not of shares."""
        if reading.unit == "coin" and "厘" in reading.text and reading.high <= 3 and self._lends(reading):
            return Label("interest", reading.start, reading.end)
        meant = reading.unit == "myriad" and not (reading.short and reading.text.endswith("一"))
        if meant and self._lends(reading) and not words.SHARES.search(self._around(reading)):
            return Label("interest", reading.start, reading.end)
        return None

    def _lends(self, reading: Reading) -> bool:
        return words.LENDING.search(self._around(reading)) is not None

    def _around(self, reading: Reading) -> str:
        return self.text[max(0, reading.start - _AROUND) : reading.end + _AROUND]

    def _foreign(self, reading: Reading, label: Label, floor: int) -> bool:
        """Tell whether the rate is a deposit's, a tax, a share of customers, a change …"""
        before = _CLAUSE.split(self.text[max(floor, label.start - 10) : label.start])[-1]
        gap = self.text[label.start : reading.start]
        return bool(
            (reading.unit == "per_cent" and reading.low == 100)
            or words.FOREIGN.search(before + gap)
            or words.OTHER_SHARE.search(gap or before)
            or words.OTHER_AFTER.match(self.text, reading.end)
            or (label.name in {"received", "deduction"} and "头" not in gap and not self._repaid(reading))
        )

    def _repaid(self, reading: Reading) -> bool:
        around = self._around(reading)
        return "背债" not in around and ("还" in around or words.LENDING.search(around) is not None)

    def _bounded(self, price: Price, floor: int) -> Price:
        """Drop the end that the text does not give: 低至 has no upper, 不超过 no lower."""
        if price.is_range:
            return price
        told = self.text[max(floor, price.start - 4) : price.start]
        before = _CLAUSE.split(told)[-1] + self.text[price.start : price.figure_start]
        after = words.FLOOR_AFTER.match(self.text, price.figure_end) or words.FLOOR_AFTER.match(self.text, price.end)
        if after or words.LOWEST.search(before):
            return replace(price, annual_high=None, lowest_only=True, end=max(price.end, after.end() if after else 0))
        ceiling = words.CEILING_AFTER.match(self.text, price.figure_end)
        if ceiling or words.HIGHEST.search(before):
            return replace(price, annual_low=None, end=max(price.end, ceiling.end() if ceiling else 0))
        return price


def _applies(name: str, gap: str, reading: Reading) -> bool:
    """Tell whether a word for a rate can name a number so written, with *gap* between them."""
    if name in _ADJACENT and (not _AT.fullmatch(gap) or _is_money(name, reading)):
        return False
    if name in {"deduction", "received"} and _CLAUSE.search(gap):
        return False
    if reading.unit == "tenths" or name == "received":
        return name in {"deduction", "received"} and reading.unit in {"tenths", "per_cent"}
    if reading.unit == "bare":
        return _applies_to_bare(name, gap, reading)
    return not reading.short or name in {"daily", "at_day"} or (name in _GENERIC and not reading.text.endswith("一"))


def _is_money(name: str, reading: Reading) -> bool:
    """Tell 每天3毛, a sum, from 月3厘, a rate."""
    return reading.unit == "coin" and (name == "at_day" or "毛" in reading.text)


def _applies_to_bare(name: str, gap: str, reading: Reading) -> bool:
    decimal = "." in reading.text or "点" in reading.text
    named = name in {"annual", "monthly"} or (name == "rate" and decimal)
    return named and reading.high < 100 and words.GAP.fullmatch(gap) is not None
