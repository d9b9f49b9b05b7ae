"""The schedule's promises, for any time of trying and any receiver's wish."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from moderation.webhooks.schedule import DELAYS, HORIZON, LONGEST_RETRY_AFTER, next_attempt

CREATED = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ages = st.timedeltas(timedelta(), 2 * HORIZON)
tries = st.integers(0, 10_000)
seeds = st.integers(0, 2**32)
wishes = st.none() | st.floats(-1e9, 1e9)


@given(ages, tries, seeds, wishes)
def test_it_is_in_the_future_and_within_the_horizon_or_never(
    age: timedelta, attempts: int, seed: int, wish: float | None
) -> None:
    now = CREATED + age
    moment = next_attempt(CREATED, attempts, now, Random(seed), wish)
    assert moment is None or now < moment <= CREATED + HORIZON


@given(tries, seeds)
def test_the_delay_is_the_table_s_and_at_most_a_quarter_more(attempts: int, seed: int) -> None:
    moment = next_attempt(CREATED, attempts, CREATED, Random(seed))
    delay = DELAYS[min(max(attempts, 1), len(DELAYS)) - 1]
    assert moment is not None
    assert delay <= moment - CREATED <= delay * 1.25


@given(tries, seeds, wishes)
def test_a_receiver_can_ask_for_more_time_up_to_an_hour_but_not_for_less(attempts: int, seed: int, wish: float) -> None:
    without = next_attempt(CREATED, attempts, CREATED, Random(seed))
    with_wish = next_attempt(CREATED, attempts, CREATED, Random(seed), wish)
    assert without is not None
    assert with_wish is not None
    assert without <= with_wish <= max(without, CREATED + LONGEST_RETRY_AFTER * 1.25)
    if wish is not None and 0 <= wish <= LONGEST_RETRY_AFTER.total_seconds():
        assert with_wish >= CREATED + timedelta(seconds=wish)


@given(seeds)
def test_an_unreachable_receiver_is_tried_for_days_and_then_given_up(seed: int) -> None:
    rng, now, attempts = Random(seed), CREATED, 0
    while True:
        attempts += 1
        moment = next_attempt(CREATED, attempts, now, rng)
        if moment is None:
            break
        now = moment
    assert 10 <= attempts <= 13
    assert now - CREATED > timedelta(hours=55)


def test_a_shorter_horizon_ends_it_sooner() -> None:
    assert next_attempt(CREATED, 1, CREATED, Random(1), None, timedelta(seconds=4)) is None
