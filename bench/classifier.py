"""Measures the classifier on one thread: ``python bench/classifier.py [--data FOLDER] [--write]``.

FOLDER holds ``*.jsonl`` files of objects with a "text"; without it the shipped authored corpus is read.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.machine import append  # noqa: E402
from bench.timing import fastest  # noqa: E402
from classifiers import Classifier  # noqa: E402
from classifiers.contacts import find_contacts  # noqa: E402
from classifiers.gate import Gate  # noqa: E402
from classifiers.lexicon import Lexicon  # noqa: E402
from classifiers.normalize import normalize  # noqa: E402
from classifiers.passages import Reading, whole  # noqa: E402

CORPUS = ROOT / "classifiers" / "training" / "corpus" / "authored"
SHORT, LONG = 60, 220
COUNT, BATCH = 2000, 256

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=CORPUS, help="folder with *.jsonl (default: the shipped corpus)")
    parser.add_argument("--write", action="store_true", help="append to bench/results/classifier.csv")
    arguments = parser.parse_args()
    texts = [text for text in _texts(arguments.data) if text]
    mixes = {
        "short": [text for text in texts if len(text) <= SHORT],
        "long": [text for text in texts if len(text) > LONG],
        "mixed": texts,
    }
    rows = [row for name, mix in mixes.items() if mix for row in _measure(name, _sample(mix))]
    rows.append(_row("", "load", 1, fastest(Classifier.load)))
    rows = [{"texts": arguments.data.name, **row} for row in rows]
    for row in rows:
        speed, cost = row["texts_per_second"], row["microseconds_per_text"]
        print(f"{row['mix']:6} {row['stage']:10} {speed:>9} texts/s {cost:>9} µs")
    if arguments.write:
        print(append("classifier", rows))


def _texts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)


def _sample(texts: Sequence[str]) -> list[str]:
    return random.Random(1).sample(texts, min(COUNT, len(texts)))


def _measure(name: str, texts: Sequence[str]) -> Iterator[Row]:
    """Time the whole way and each stage of it; a stage is fed what the one before it gave."""
    classifier, gate, lexicon = Classifier.load(), Gate.load(ROOT / "classifiers" / "artifacts"), Lexicon.load()
    normalized = [normalize(text) for text in texts]
    readings = [Reading(each, find_contacts(each)) for each in normalized]
    passages = [whole(reading) for reading in readings]
    matrix = gate.featurizer.matrix(passages)
    stages: dict[str, Callable[[], object]] = {
        "assess": lambda: _assess(classifier, texts, BATCH),
        "one by one": lambda: _assess(classifier, texts, 1),
        "normalise": lambda: [normalize(text) for text in texts],
        "contacts": lambda: [find_contacts(each) for each in normalized],
        "lexicon": lambda: [lexicon.match(each) for each in normalized],
        "features": lambda: gate.featurizer.matrix(passages),
        "heads": lambda: gate.heads.margins(matrix),
        "gate": lambda: gate.judge(readings),
    }
    for stage, run in stages.items():
        yield _row(name, stage, len(texts), fastest(run))


def _assess(classifier: Classifier, texts: Sequence[str], batch: int) -> None:
    """Read every text anew: what was answered before is forgotten."""
    classifier.answers.clear()
    for start in range(0, len(texts), batch):
        classifier.assess(texts[start : start + batch])


def _row(mix: str, stage: str, count: int, seconds: float) -> Row:
    return {
        "mix": mix,
        "stage": stage,
        "texts_per_second": f"{count / seconds:.0f}",
        "microseconds_per_text": f"{1e6 * seconds / count:.0f}",
    }


if __name__ == "__main__":
    main()
