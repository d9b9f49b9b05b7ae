"""All benchmarks, one after the other: ``make bench``. Some twelve minutes on two cores; results in bench/results."""

import subprocess
import sys

RUNS = [
    ["bench.classifier", "--write"],
    *(
        ["bench.end_to_end", "--write", "--engine", engine, "--scenario", scenario, "--judge", judge, *rest]
        for engine in ("servers", "embedded")
        for scenario, judge, rest in (
            ("batches", "real", ["--rate", "300", "--seconds", "60"]),
            ("batches", "noop", ["--rate", "300", "--seconds", "60"]),
            ("singles", "real", ["--rate", "20", "--seconds", "60"]),
            ("singles", "noop", ["--rate", "20", "--seconds", "60"]),
            ("flood", "real", ["--seconds", "20"]),
            ("flood", "noop", ["--seconds", "20"]),
        )
    ),
    ["bench.disturbed", "--write", "--engine", "servers"],
    ["bench.disturbed", "--write", "--engine", "embedded"],
    ["bench.webhooks"],
]

for run in RUNS:
    print("$ python -m", *run, flush=True)
    subprocess.run([sys.executable, "-m", *run], check=True)
