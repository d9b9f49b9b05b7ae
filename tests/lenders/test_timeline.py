"""A licence's state is known day by day, and hearing the same again changes nothing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.lenders import timeline
from moderation.lenders.timeline import STATUSES, at, merge, parse, periods, render

TODAY = date(2026, 6, 1)
DAYS = st.dates(date(2020, 1, 1), TODAY)
DATED = st.dictionaries(DAYS, st.sampled_from(STATUSES), max_size=4)
TOLD = DATED.map(lambda told: tuple(sorted(told.items()))) | st.sampled_from(STATUSES).map(lambda told: ((None, told),))


@pytest.mark.parametrize(
    ("day", "status"),
    [("2025-02-27", "unknown"), ("2025-02-28", "suspended"), ("2025-11-11", "suspended"), ("2025-11-12", "active")],
)
def test_the_status_of_a_day_is_the_last_that_began(day: str, status: str) -> None:
    known = merge((), parse("suspended@2025-02-28;active@2025-11-12"), TODAY)
    assert at(known, date.fromisoformat(day)) == status


def test_a_suspension_does_not_reach_back() -> None:
    known = merge(parse("active"), parse("suspended@2025-02-28"), TODAY)
    assert render(known) == "active;suspended@2025-02-28"


def test_a_licence_that_is_active_again_is_so_from_the_day_it_was_told() -> None:
    known = merge(parse("unknown;suspended@2025-02-28"), parse("active"), TODAY)
    assert render(known) == "unknown;suspended@2025-02-28;active@2026-06-01"


def test_periods_meet_without_gap_or_overlap() -> None:
    stretches = periods(parse("unknown;suspended@2025-02-28;active@2025-11-12"))
    assert [end for _, _, end in stretches[:-1]] == [begun for _, begun, _ in stretches[1:]]
    assert stretches[-1] == ("active", date(2025, 11, 12), None)


@pytest.mark.parametrize("text", ["closed", "active@yesterday", "active@2025-01-01;suspended@2025-01-01"])
def test_what_is_no_timeline_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"none of|no day|same day"):
        parse(text)


@given(TOLD, TOLD)
def test_telling_the_same_again_changes_nothing(first: timeline.Timeline, second: timeline.Timeline) -> None:
    once = merge(merge((), first, TODAY), second, TODAY)
    assert merge(once, second, TODAY + timedelta(days=1)) == once
    assert parse(render(once)) == once
