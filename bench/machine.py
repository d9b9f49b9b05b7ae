"""Where a figure was measured: the description that stands beside it."""

import csv
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def describe() -> str:
    """Return processor, cores, memory and Python in one line."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{model}, {cores} cores, {memory:.0f} GiB, Linux {platform.release()}, Python {platform.python_version()}"


def append(name: str, rows: list[dict[str, Any]]) -> Path:
    """Append *rows* to ``results/<name>.csv`` with date and machine; return the file."""
    path = RESULTS / f"{name}.csv"
    path.parent.mkdir(exist_ok=True)
    stamped = [{"date": f"{datetime.now(UTC):%Y-%m-%d}", **row, "machine": describe()} for row in rows]
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(stamped[0]))
        if new:
            writer.writeheader()
        writer.writerows(stamped)
    return path
