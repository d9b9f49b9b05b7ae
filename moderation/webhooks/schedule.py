"""When a failed delivery is tried again. Pure; the only place that knows."""

from datetime import datetime, timedelta
from random import Random

DELAYS = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 2 * 60, 10 * 60, 3600, 3 * 3600, 6 * 3600, 12 * 3600))
HORIZON = timedelta(hours=72)
LONGEST_RETRY_AFTER = timedelta(hours=1)
_JITTER = 0.25


def next_attempt(
    created_at: datetime,
    attempts: int,
    now: datetime,
    rng: Random,
    retry_after: float | None = None,
    horizon: timedelta = HORIZON,
) -> datetime | None:
    """Return when to try again after *attempts* failures, or None once *horizon* is used up.

    The horizon counts from *created_at*. The last delay repeats. Up to a quarter is added at random, so that
    what failed together does not come back together. A receiver's *retry_after* (seconds) lengthens the
    delay, up to an hour, and never shortens it.
    """
    delay = DELAYS[min(max(attempts, 1), len(DELAYS)) - 1]
    if retry_after is not None:
        delay = max(delay, min(timedelta(seconds=max(retry_after, 0)), LONGEST_RETRY_AFTER))
    moment = now + delay * (1 + _JITTER * rng.random())
    return moment if moment <= created_at + horizon else None
