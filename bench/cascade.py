"""Measures the cascade on one thread, on a mix as platforms see it.

    python -m bench.cascade DATA [--bert] [--write]

DATA holds ``real/general_train.jsonl`` and ``real/lending_train.jsonl``. The mix is 97 % everyday texts, 2 % innocent
talk of lending and 1 % promotions, no text twice. ``--bert`` measures a network of the size of bert-base beside it, on
the same texts in the same run (needs transformers and torch; its weights are random, which costs the same).
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import importlib
import json
import random
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.machine import append
from bench.timing import fastest
from classifiers import Classifier, labels
from classifiers.artifact import SHIPPED
from classifiers.lexicon import Lexicon
from classifiers.passages import Reading
from classifiers.second import SecondStage

COUNT, SHARES = 20_000, {"general": 0.97, "talk": 0.02, "promotion": 0.01}
ENCODED, SINGLE, COMPARED = 2000, 5000, 200
BATCH = 256

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--bert", action="store_true", help="also a bert-base-sized pipeline of transformers")
    parser.add_argument("--write", action="store_true", help="append to bench/results/cascade.csv")
    arguments = parser.parse_args()
    kinds = _kinds(arguments.data)
    texts = _mix(kinds)
    rows = list(_measure(texts))
    if arguments.bert:
        rows += _bert(texts[:COMPARED])
    rows.append({"what": "peak memory of this process, MB", "value": f"{_peak_megabytes():.0f}"})
    for row in rows:
        print(f"{row['what']:52} {row['value']:>10}")
    if arguments.write:
        print(append("cascade", rows))


def _kinds(data: Path) -> dict[str, list[str]]:
    lending = list(_rows(data / "real" / "lending_train.jsonl"))
    return {
        "general": [row["text"] for row in _rows(data / "real" / "general_train.jsonl")],
        "talk": [
            row["text"] for row in lending if row["label"] in labels.LABELS and row["label"] not in labels.ILLEGAL
        ],
        "promotion": [row["text"] for row in lending if row["label"] in labels.ILLEGAL],
    }


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _mix(kinds: dict[str, list[str]]) -> list[str]:
    dice = random.Random(1)
    texts = [
        text
        for kind, share in SHARES.items()
        for text in dice.sample(list(dict.fromkeys(kinds[kind])), int(COUNT * share))
    ]
    dice.shuffle(texts)
    return texts


def _measure(texts: Sequence[str]) -> Iterator[Row]:
    began = time.perf_counter()
    classifier = Classifier.load()
    yield {"what": "load, s", "value": f"{time.perf_counter() - began:.2f}"}
    lexicon, second = Lexicon.load(), classifier.second
    if not isinstance(second, SecondStage):
        raise SystemExit(f"no encoder in {SHIPPED}")
    readings = [Reading.of(text) for text in texts]
    opinions = classifier.gate.judge(readings)
    terms = [lexicon.match(reading.normalized) for reading in readings]
    asked = [row for row, opinion in enumerate(opinions) if second.doubts(opinion, terms[row])]
    some = random.Random(2).sample(range(len(texts)), ENCODED)
    yield {"what": "characters in a text, mean", "value": f"{np.mean([len(text) for text in texts]):.1f}"}
    yield {"what": "sent to the encoder, %", "value": f"{100 * len(asked) / len(texts):.2f}"}
    stages: dict[str, tuple[int, Callable[[], object]]] = {
        "cascade": (len(texts), lambda: _assess(classifier, texts)),
        "normaliser and contacts": (len(texts), lambda: [Reading.of(text) for text in texts]),
        "gate": (len(texts), lambda: classifier.gate.judge(readings)),
        "automaton alone (the floor)": (len(texts), lambda: [lexicon.match(each.normalized) for each in readings]),
        "encoder, on any texts": (ENCODED, lambda: _second(second, readings, opinions, some)),
        "encoder, on those it is asked": (len(asked), lambda: _second(second, readings, opinions, asked)),
    }
    for name, (count, run) in stages.items():
        yield {"what": f"{name}, texts/s", "value": f"{count / fastest(run):.0f}"}
    milliseconds = 1e3 * _singly(classifier, texts[:SINGLE])
    for share in (50, 99, 99.9):
        yield {"what": f"one text alone, p{share}, ms", "value": f"{np.percentile(milliseconds, share):.2f}"}


def _assess(classifier: Classifier, texts: Sequence[str]) -> None:
    classifier.answers.clear()
    for start in range(0, len(texts), BATCH):
        classifier.assess(texts[start : start + BATCH])


def _second(second: SecondStage, readings: Sequence[Any], opinions: Sequence[Any], rows: Sequence[int]) -> None:
    second.judge([readings[row] for row in rows], [opinions[row] for row in rows])


def _singly(classifier: Classifier, texts: Sequence[str]) -> np.ndarray:
    classifier.answers.clear()
    seconds = []
    for text in texts:
        began = time.perf_counter()
        classifier.assess([text])
        seconds.append(time.perf_counter() - began)
    return np.array(seconds)


def _bert(texts: Sequence[str]) -> Iterator[Row]:
    torch, transformers = (importlib.import_module(name) for name in ("torch", "transformers"))
    torch.set_num_threads(1)
    config = transformers.BertConfig(vocab_size=21128, num_labels=24)
    model = transformers.BertForSequenceClassification(config).eval()
    # One token a character, as a Chinese vocabulary of characters gives.
    rows = [torch.randint(1000, 20000, (1, min(len(text), 510) + 2)) for text in texts]

    def run() -> None:
        with torch.inference_mode():
            for row in rows:
                model(row)

    yield {"what": "bert-base on the same texts, texts/s", "value": f"{len(rows) / fastest(run):.1f}"}


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
