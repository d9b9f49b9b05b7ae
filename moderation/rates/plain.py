"""The text in one spelling, each character knowing where it came from.

Full-width, circled, capital and financial (壹贰叁) forms become plain, the traditional characters of the trade
simplified; invisible characters and spaces go, so that "日 息 0. 0 2 %" reads as 日息0.02%. A space stays where
two numbers would otherwise run into one ("到手700 7天").
"""

import re
import unicodedata
from dataclasses import dataclass

from classifiers.assessment import Span

_FORMAL = "〇壹贰叁肆伍陆柒捌玖拾佰仟兩貳參陸萬億貸還個錢塊週釐費續實際帳賬過點無計獲質淨總"
_USUAL = "零一二三四五六七八九十百千两二三六万亿贷还个钱块周厘费续实际账账过点无计获质净总"
_DASHES = "‐‑‒–—―−－~～〜﹣"
_SAME = str.maketrans(_FORMAL + _DASHES + "﹪", _USUAL + "-" * len(_DASHES) + "%")
_DIGIT = re.compile(r"\d")
_THREE = re.compile(r"\d{3}(?!\d)")
_ONE = re.compile(r"\d(?!\d)")
_SPACE = re.compile(r" +")
_POINT = re.compile(r"(?<=\d)(?:·(?=\d)|。(?=\d{1,2}[%厘]))")
_GROUPING = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class Plain:
    """*text* in one spelling; ``origins`` are the offsets of its characters in ``source``."""

    source: str
    text: str
    origins: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Return where ``text[start:end]`` (not empty) lies in the source."""
        first, last = self.origins[start], self.origins[end - 1] + 1
        return Span(first, last, self.source[first:last])


def plain(source: str) -> Plain:
    """Return *source* in one spelling."""
    pairs = [(char, place) for place, raw in enumerate(source) if (char := _folded(raw))]
    text = "".join(char for char, _ in pairs)
    dropped = bytearray(len(text))
    for space in _SPACE.finditer(text):
        first = space.start() + (not _runs_on(text, space.start(), space.end()))
        dropped[first : space.end()] = b"\x01" * (space.end() - first)
    kept = [pair for pair, gone in zip(pairs, dropped, strict=True) if not gone]
    text = "".join(char for char, _ in kept)
    return Plain(source, _decimal_points(text), tuple(place for _, place in kept))


def _folded(char: str) -> str:
    """Return one plain character, or none for what no reader sees."""
    if char in "\n\r\u2028\u2029":
        return "\n"
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category in {"Cf", "Mn", "Me"}:
        return ""
    digit = unicodedata.digit(char, -1)
    if digit >= 0:
        return str(digit)
    code = ord(char)
    narrow = chr(code - 0xFEE0) if 0xFF01 <= code <= 0xFF5E and char != "，" else char
    narrow = narrow.translate(_SAME)
    return narrow.lower() if narrow.isascii() else narrow


def _runs_on(text: str, start: int, end: int) -> bool:
    """Tell whether the space may go: always, but between two numbers that are not one (1 506.93, 3 6 %)."""
    before, after = text[max(0, start - 4) : start], text[end : end + 1]
    if not (_DIGIT.fullmatch(before[-1:]) and _DIGIT.fullmatch(after)):
        return True
    digits = len(before) - len(before.rstrip("0123456789"))
    thousands = digits <= 3 and _THREE.match(text, end) is not None and not before.startswith(".")
    return thousands or (digits == 1 and _ONE.match(text, end) is not None)


def _decimal_points(text: str) -> str:
    """Read 3。6% and 15，000 as numbers."""
    return _GROUPING.sub(",", _POINT.sub(".", text))
