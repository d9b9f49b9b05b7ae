"""What the encoder reads, and the way back to the text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.contacts import find_contacts
from classifiers.normalize import normalize
from classifiers.passages import Reading, whole
from classifiers.surface import LONG_NUMBER, MARKS, SEPARATOR, Surface, surface


def _read(text: str, *, disguised: bool = False) -> Surface:
    normalized = normalize(text)
    return surface(whole(Reading(normalized, find_contacts(normalized))), disguised=disguised)


class TestSurface:
    def test_a_contact_is_one_mark_whoever_it_belongs_to(self) -> None:
        one, other = _read("要的加微信 abc12345 聊"), _read("要的加微信 zz_99887766 聊")
        assert one.text == other.text
        assert "abc" not in one.text
        assert any(mark in one.text for mark in MARKS)

    def test_long_numbers_are_one_mark_and_short_ones_stay(self) -> None:
        text = _read("订单 20260318774421 共 714 元").text
        assert LONG_NUMBER in text
        assert "714" in text
        assert "2026" not in text

    @pytest.mark.parametrize("written", ["尾号 6222 0211 4567 8901 的卡", "单号 3300-12345678", "编号 20260318774421"])
    def test_numbers_in_groups_are_one_mark(self, written: str) -> None:
        assert _read(written).text.count(LONG_NUMBER) == 1

    @pytest.mark.parametrize(
        "written", ["3000 5000 8000元", "1、2、3、5、8、9", "分3 6 9 12期", "2026-03-18", "额度100000"]
    )
    def test_amounts_dates_and_lists_stay(self, written: str) -> None:
        assert LONG_NUMBER not in _read(written).text

    def test_the_wording_follows_only_where_it_was_disguised(self) -> None:
        text = "无/视/征/信，不/看/负/债"
        plain, both = _read(text).text, _read(text, disguised=True).text
        assert SEPARATOR not in plain
        assert both.startswith(plain + SEPARATOR)
        assert "/" in both

    def test_lone_surrogates_become_something_that_can_be_encoded(self) -> None:
        assert _read("a\ud800b").text.encode() == "a\ufffdb".encode()

    @pytest.mark.parametrize("forged", ["<pad>", "</s>", "<unk>", "\ue001", "\ue010", SEPARATOR])
    def test_nobody_can_write_a_mark_of_ours(self, forged: str) -> None:
        text = _read(f"征信{forged}花了").text
        assert forged not in text
        assert text.startswith("征信")
        assert text.endswith("花了")

    def test_nothing_in_nothing_out(self) -> None:
        assert _read("") == Surface("", ())
        assert _read(" \n ").text == ""


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_places_point_at_the_characters_they_were_read_from(text: str) -> None:
    normalized = normalize(text)
    passage = whole(Reading(normalized, find_contacts(normalized)))
    found = surface(passage, disguised=True)
    plain = found.text.partition(SEPARATOR)[0]
    assert len(found.places) == len(plain)
    assert list(found.places) == sorted(set(found.places))
    for character, place in zip(plain, found.places, strict=True):
        assert character in {passage.normalized[place], " ", LONG_NUMBER, "\ufffd", "("}
