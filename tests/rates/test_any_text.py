"""Whatever the text, it is read without error, in linear time, and spans lie in it."""

import sys
from collections.abc import Callable
from functools import partial
from re import Pattern
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.rates import phrases, plain, ratios, schedules, terms, vocabulary
from moderation.rates.phrases import find_quotes

parser: Any = pytest.importorskip("re._parser")

PIECES = [
    "年化",
    "利率",
    "日息",
    "月息",
    "周息",
    "万五",
    "万分之",
    "百分之",
    "3厘",
    "2分",
    "一毛五",
    "7.2%",
    "24%",
    "-",
    "至",
    "到",
    "起",
    "低至",
    "最高",
    "借",
    "到手",
    "还",
    "每期",
    "每月",
    "每天",
    "一天",
    "12期",
    "七天",
    "10天一期",
    "1506.93元",
    "1万5",
    "15k",
    "一万",
    "两块五",
    "LPR",
    "+50BP",
    "四倍",
    "免息",
    "7折",
    "手续费率",
    "砍头",
    "两成",
    "逾期",
    "收益",
    "。",
    "，",
    "0",
    "00",
    ".",
    "%",
    "点",
    "半",
    "百",
    "千",
    "万",
    "亿",
    "十",
    "零",
    "１",
    "②",
    "𝟑",
    "(",
    ")",
    "还清",
    "利息",
    "个点",
    "个",
    "\n",
    "\u200b",
    "\ufe0f\u20e3",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=25).map("".join)
MODULES = (phrases, plain, ratios, schedules, terms, vocabulary)
PATTERNS = {name: value for module in MODULES for name, value in vars(module).items() if isinstance(value, Pattern)}
UNBOUNDED = {"_SPACE"}
"""One run of one character: what it takes, it takes once."""

HOSTILE = (
    "1",
    "一",
    "万",
    "点",
    "半万千",
    "1,111",
    "利率",
    "年化利率(",
    "1%",
    "3厘至",
    "7天一期",
    "还",
    "每天还1元",
    "借1万到手",
    "利率不超过",
    "百分之",
    "到手700借1000",
    "免息0利息",
    "lpr+",
    "1 ",
    " ",
    "最高1%",
    "每天",
)


@given(TEXTS | st.text(max_size=60))
@settings(max_examples=400, deadline=None)
def test_spans_slice_the_text_and_nothing_fails(text: str) -> None:
    for quote in find_quotes(text):
        assert text[quote.span.start : quote.span.end] == quote.span.text != ""
        if quote.annual_low is not None and quote.annual_high is not None:
            assert 0 <= quote.annual_low <= quote.annual_high or quote.convention == "lpr_margin"
        assert not (quote.lowest_only and quote.is_range)


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_width_and_case_do_not_change_the_price(text: str) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" and char != "," else char for char in text)
    assert [q.figures for q in find_quotes(wide)] == [q.figures for q in find_quotes(text)]


def calls_of(work: Callable[[], object]) -> int:
    """Count the calls, of Python functions and built in ones, that *work* makes."""
    count = 0

    def seen(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_text_takes_twice_the_calls(piece: str) -> None:
    short = (piece * 4000)[:4000]
    once, twice = calls_of(partial(find_quotes, short)), calls_of(partial(find_quotes, short * 2))
    assert twice <= 2.2 * once + 200


@pytest.mark.parametrize("name", sorted(PATTERNS.keys() - UNBOUNDED))
def test_no_pattern_looks_further_than_a_bounded_stretch(name: str) -> None:
    """With the calls linear and each match bounded, so is the time."""
    _, most = parser.parse(PATTERNS[name].pattern, PATTERNS[name].flags).getwidth()
    assert most <= 200


def test_a_hundred_thousand_hostile_characters_are_read() -> None:
    text = ("年化利率(" * 9 + "一" * 40 + "1" * 40 + "每天还到手万") * 900
    assert len(text) > 100_000
    assert isinstance(find_quotes(text), tuple)
