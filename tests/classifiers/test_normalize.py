"""What the normaliser promises: a plain reading, a way back to the original, and no surprises."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.normalize import Normalized, normalize

ANYTHING = st.text(alphabet=st.characters(), max_size=80)
TRADE = st.text(
    alphabet=st.sampled_from(
        "贷款借钱征信黑户花呗微信薇徽代贝亻昔钅戋壹贰〇幺洞①❶⑤ＡaВоv+❤🐧💰⚫.·* /\n\u200b\ufe0fdaikuanQ1390③ 号群加"
    ),
    max_size=80,
)


def assert_maps_back(normalized: Normalized) -> None:
    assert len(normalized.starts) == len(normalized.ends) == len(normalized.text)
    assert list(normalized.starts) == sorted(normalized.starts)
    assert list(normalized.ends) == sorted(normalized.ends)
    for index in range(len(normalized.text)):
        span = normalized.span(index, index + 1)
        assert 0 <= span.start < span.end <= len(normalized.original)
        assert normalized.original[span.start : span.end] == span.text
    assert 0 <= normalized.disguised <= len(normalized.original)


class TestTheWayBack:
    @given(ANYTHING)
    @settings(max_examples=300, deadline=None)
    def test_any_text_maps_back(self, text: str) -> None:
        assert_maps_back(normalize(text))

    @given(TRADE)
    @settings(max_examples=500, deadline=None)
    def test_disguised_text_maps_back(self, text: str) -> None:
        assert_maps_back(normalize(text))

    @given(TRADE, st.integers(-5, 90), st.integers(-5, 90))
    @settings(max_examples=200, deadline=None)
    def test_any_range_gives_a_true_span(self, text: str, start: int, end: int) -> None:
        normalized = normalize(text)
        span = normalized.span(start, end)
        assert 0 <= span.start <= span.end <= len(text)
        assert text[span.start : span.end] == span.text

    def test_a_span_covers_the_separators_inside_a_word(self) -> None:
        normalized = normalize("办理贷.款了")
        begin = normalized.text.index("贷款")
        assert normalized.span(begin, begin + 2).text == "贷.款"

    def test_a_span_covers_a_split_character_whole(self) -> None:
        normalized = normalize("他亻昔钅戋去了")
        begin = normalized.text.index("借")
        assert normalized.span(begin, begin + 1).text == "亻昔"

    def test_a_span_after_a_deleted_character_is_not_shifted(self) -> None:
        normalized = normalize("\ufeff你\u200b好贷款")
        begin = normalized.text.index("贷款")
        assert normalized.span(begin, begin + 2).text == "贷款"

    def test_an_empty_text_stays_empty(self) -> None:
        normalized = normalize("")
        assert (normalized.text, normalized.disguised) == ("", 0)
        assert normalized.span(0, 0).text == ""

    def test_a_text_of_nothing_visible_becomes_empty(self) -> None:
        normalized = normalize("\u200b\u2060\ufeff")
        assert normalized.text == ""
        assert normalized.span(0, 3).start == 3


class TestRobustness:
    @pytest.mark.parametrize("text", ["\ud800", "贷\udfff款", "\x00\x01\x7f", "\r\n\u2028", "\U0010ffff", "e\u0301"])
    def test_odd_characters_raise_nothing(self, text: str) -> None:
        assert_maps_back(normalize(text))

    @pytest.mark.parametrize(
        "unit", ["贷 款", "红.", "1o", "贷款 ", "我", "我\n", "亻言", "贷\u200b", "壹佰", "1-", "我dai", "\ud800"]
    )
    def test_a_hundred_thousand_characters_take_linear_time(self, unit: str) -> None:
        normalize(unit)
        began = time.perf_counter()
        normalize((unit * 100_000)[:100_000])
        assert time.perf_counter() - began < 5

    def test_line_breaks_of_every_kind_are_kept_as_one(self) -> None:
        assert normalize("一行\r\n二行\u2028三行").text == "一行\n\n二行\n三行"

    @given(st.text(alphabet="今天天气很好我们去公园散步吃了一碗牛肉面。,!", max_size=60))
    @settings(max_examples=100, deadline=None)
    def test_ordinary_words_are_left_alone_however_they_are_mixed(self, text: str) -> None:
        assert normalize(text).text == text

    @pytest.mark.parametrize(
        "text",
        ["黑户可做,加微信abc_123", "贷款,借款,征信", "qq8043177296", "今天还花呗", "telegram:abcde1", "订单2024-11-12"],
    )
    def test_a_plain_reading_reads_as_itself(self, text: str) -> None:
        assert normalize(text).text == text
        assert normalize(text).disguised == 0

    @pytest.mark.parametrize(
        "text", ["薇 xd_7735q", "亻昔钅戋", "贷.款", "无/视/征/信", "嘿户", "八零四③①77二九6", "ｄａｉ款", "１０万"]
    )
    def test_a_second_pass_changes_nothing(self, text: str) -> None:
        once = normalize(text).text
        assert normalize(once).text == once


class TestWhatCountsAsADisguise:
    @pytest.mark.parametrize(
        "text",
        [
            "您好，本期账单１２００元。",
            "終於把二十年的房貸繳清了",
            "❤️周末愉快👨‍👩‍👧",
            "第①步，第②步",
            "ＡＴＭ",
            "Hello World",
        ],
    )
    def test_full_width_traditional_and_emoji_are_ordinary(self, text: str) -> None:
        assert normalize(text).disguised == 0

    @pytest.mark.parametrize(
        ("text", "count"),
        [("贷\u200b款", 1), ("贷.款", 1), ("亻昔钱", 2), ("嘿户", 1), ("袋款", 1), ("无/视/征/信", 3), ("dai款", 3)],
    )
    def test_the_characters_undone_are_counted(self, text: str, count: int) -> None:
        assert normalize(text).disguised == count
