"""Numbers as Chinese ads write them: 1,506.93, 二十四, 三百五 (350), 1万2 (12,000), 2块5 (2.5), 三点六."""

import re
from decimal import Decimal

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_TIMES = {"万": 10_000, "w": 10_000, "千": 1000, "k": 1000, "百": 100}
_COIN = {"毛": Decimal("0.1"), "角": Decimal("0.1"), "分": Decimal("0.01")}

ARABIC = r"(?<![\d.])(?:\d{1,3}(?:,\d{3}){1,3}(?![\d,])|\d{1,9})(?:\.\d{1,6})?"
"""A number in digits: whole, with thousands or decimals. Text is as ``plain.Plain`` makes it."""
_FIRST = "零一二两三四五六七八九十百半"
# 万分之六一天 is six for one day, not sixty-one days; 二十一天 are twenty-one.
_ON = "(?!(?<=[一二两三四五六七八九])一[天日周])"
SPOKEN = rf"(?<![{_FIRST}])[{_FIRST}](?:{_ON}[{_FIRST}]|点(?=[{_FIRST}])){{0,7}}"
NUMBER = rf"(?:{ARABIC}|{SPOKEN})"
"""A number below a thousand, in digits or in words."""
SUM = (
    rf"(?:{ARABIC}(?:[万千百wk](?:[一二三四五六七八九](?![百千万个天日周年期月])|\d(?![\d.期天年月周个日%成倍折]))?)?"
    rf"|(?<![{_FIRST}千万])[{_FIRST}千万](?:[{_FIRST}千万]|点(?=[{_FIRST}])){{0,8}})"
)
"""A sum of money without its unit: 15000, 1.5万, 1万2, 10w, 一万二."""

_MIXED = re.compile(r"(?P<number>[\d,.]+)(?P<times>[万千百wk])?(?P<tail>.)?")


def number(text: str) -> Decimal:
    """Return the value of what ``NUMBER`` or ``SUM`` matched."""
    mixed = _MIXED.fullmatch(text)
    if mixed is None:
        return _spoken(text)
    times = _TIMES.get(mixed["times"] or "", 1)
    tail = number(mixed["tail"]) if mixed["tail"] else Decimal(0)
    return Decimal(mixed["number"].replace(",", "")) * times + tail * times / 10


def money(amount: str, unit: str | None, tail: str | None = None) -> Decimal:
    """Return yuan: *amount* in *unit* (元, 块, 毛, 角, 分; none means yuan) with a *tail* in tenths (两块五)."""
    value = number(amount) * _COIN.get((unit or "")[:1], Decimal(1))
    return value + (number(tail) / 10 if tail else 0)


def _spoken(text: str) -> Decimal:
    whole, point, fraction = text.partition("点")
    value = _whole(whole.replace("半", ""))
    if whole.endswith("半"):
        value += Decimal("0.5")
    digits = "".join(str(_DIGITS[char]) for char in fraction if char in _DIGITS)
    return value + Decimal(f"0.{digits}") if point and digits else value


def _whole(text: str) -> Decimal:
    total = section = 0
    digit: int | None = None
    last = 1
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char] + 10 * (digit or 0)
            last = 1 if char == "零" else last
        elif char in _UNITS:
            last = _UNITS[char]
            section += (1 if digit is None else digit) * last
            digit = None
        else:
            last = _LARGE[char]
            total += (section + (digit or 0) or 1) * last
            section, digit = 0, None
    # After a unit, a lone last digit counts tenths of it: 三百五 is 350, 一万二 is 12,000; not so 二十四.
    scale = last // 10 if last >= 100 and digit is not None and digit < 10 else 1
    return Decimal(total + section + (digit or 0) * scale)
