"""Spot checks are drawn evenly, the same way every time."""

import pytest

from moderation.policy.sampling import is_sampled

KEYS = [f"platform/item-{number}" for number in range(20_000)]


def share(rate: float, salt: str = "seed", keys: list[str] = KEYS) -> float:
    return sum(is_sampled(key, rate, salt) for key in keys) / len(keys)


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.25, 0.5, 0.9])
def test_the_share_drawn_is_the_rate(rate):
    deviation = (rate * (1 - rate) / len(KEYS)) ** 0.5
    assert abs(share(rate) - rate) < 4 * deviation


def test_every_stretch_of_keys_gets_its_share():
    counts = [
        sum(is_sampled(key, 0.1, "seed") for key in KEYS[start : start + 1000]) for start in range(0, 20_000, 1000)
    ]
    chi_square = sum((count - 100) ** 2 / 90 for count in counts)
    assert chi_square < 45.3  # 0.1 % of fair draws exceed this with 20 degrees of freedom.


def test_the_same_lot_falls_every_time():
    assert [is_sampled(key, 0.3, "a") for key in KEYS[:100]] == [is_sampled(key, 0.3, "a") for key in KEYS[:100]]
    assert is_sampled("platform/item-7", 0.5, "a") is True
    assert is_sampled("platform/item-2", 0.5, "a") is False


def test_another_salt_draws_independently():
    both = sum(is_sampled(key, 0.5, "a") and is_sampled(key, 0.5, "b") for key in KEYS) / len(KEYS)
    assert both == pytest.approx(0.25, abs=0.015)


def test_salt_and_key_are_not_confused():
    assert any(is_sampled(f"b{n}", 0.5, "a") != is_sampled(f"{n}", 0.5, "ab") for n in range(50))


def test_who_is_drawn_at_a_low_rate_is_drawn_at_a_higher_one():
    assert all(is_sampled(key, 0.2, "s") for key in KEYS if is_sampled(key, 0.1, "s"))


def test_nobody_at_zero_and_everybody_at_one():
    assert (share(0.0), share(1.0)) == (0.0, 1.0)


def test_a_lone_surrogate_in_a_key_is_no_failure():
    assert is_sampled("item-\ud83d", 1.0, "s")
