"""Numbers with a rate's unit, before anything is known of their period."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from moderation.rates.numerals import number
from moderation.rates.vocabulary import JOIN, VALUE

Unit = Literal["per_cent", "myriad", "thousand", "coin", "points", "tenths", "bare"]

_UNITS: dict[str, tuple[Unit, Decimal]] = {
    "per_cent": ("per_cent", Decimal(1)),
    "of_hundred": ("per_cent", Decimal(1)),
    "of_thousand": ("thousand", Decimal("0.1")),
    "per_mille": ("thousand", Decimal("0.1")),
    "qian": ("thousand", Decimal("0.1")),
    "of_myriad": ("myriad", Decimal("0.01")),
    "per_myriad": ("myriad", Decimal("0.01")),
    "wan": ("myriad", Decimal("0.01")),
    "coins": ("coin", Decimal(1)),
    "points": ("points", Decimal(1)),
    "tenths": ("tenths", Decimal(10)),
    "bare": ("bare", Decimal(1)),
}
_FEN = {"厘": Decimal("0.1"), "分": Decimal(1), "毛": Decimal(10)}


@dataclass(frozen=True, slots=True)
class Reading:
    """A number or range in per cent; in 分 (a hundredth by the month) where ``unit`` is ``coin``.

    ``short`` says that it is written 万五 or 千二, which is also how sums, shares and ranks are written.
    """

    start: int
    end: int
    low: Decimal
    high: Decimal
    unit: Unit
    short: bool = False
    text: str = ""

    @property
    def is_range(self) -> bool:
        """Whether the text gives two ends."""
        return self.low != self.high


def read(text: str) -> tuple[Reading, ...]:
    """Return the readings of plain *text*, in order; two that a text joins (最低…,最高…) are one range."""
    joined: list[Reading] = []
    for each in _each(text):
        last = joined[-1] if joined else None
        if last and last.unit == each.unit != "bare" and JOIN.fullmatch(text, last.end, each.start):
            ends = (last.low, last.high, each.low, each.high)
            joined[-1] = replace(last, end=each.end, low=min(ends), high=max(ends))
        else:
            joined.append(each)
    return tuple(joined)


def _each(text: str) -> Iterator[Reading]:
    for found in VALUE.finditer(text):
        name = next(name for name in _UNITS if found[name])
        unit, scale = _UNITS[name]
        half = Decimal("0.5") if found["half"] else Decimal(0)
        value = _coins(found) if unit == "coin" else number(found[name]) * scale + half
        low = value
        if found["low"]:
            low = number(found["low"]) * (_FEN[found["coin"]] if unit == "coin" else scale)
            low = min(low, value)
        yield Reading(_start(found, name, low, value), found.end(), low, value, unit, name in {"wan", "qian"}, found[0])


def _start(found: re.Match[str], name: str, low: Decimal, value: Decimal) -> int:
    """Leave out of the span what came before 至 but is no lower end."""
    return found.start() if low != value or not found["low"] else found.start(name)


def _coins(found: re.Match[str]) -> Decimal:
    """Read 一分二 as 1.2 分, 三厘八 as 0.38, 一毛五 as 15."""
    scale = _FEN[found["coin"]]
    tail = found["tail"]
    tenths = (Decimal(5) if tail == "半" else number(tail)) if tail else Decimal(0)
    return (number(found["coins"]) + tenths / 10) * scale
