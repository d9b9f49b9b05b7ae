"""Times a run of something."""

import time
from collections.abc import Callable

REPEATS = 3


def fastest(run: Callable[[], object]) -> float:
    """Return the seconds of the fastest of a few runs: what else the machine does can only add to it."""
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    return min(seconds)
