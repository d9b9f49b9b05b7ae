"""Judges the shipped classifier on texts that its models have not read, and writes the model card.

    python -m classifiers.evaluation DATA_FOLDER [--mistakes FILE]

DATA_FOLDER holds authored/*.jsonl and, if you have them, real/*.jsonl; without it the shipped corpus is judged. The
tables go to docs/model-card.md, as CSV to docs/model-card/.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from classifiers.evaluation import held, page, tables
from classifiers.evaluation.view import CASCADE, View
from classifiers.training.__main__ import CORPUS, logger

DOCS = Path(__file__).resolve().parents[2] / "docs"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parsed = _parser().parse_args(arguments)
    try:
        found = held.judge(parsed.folder, logger())
    except FileNotFoundError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    view = View.of(found)
    page.write(tables.tables(found), view, parsed.docs / "model-card.md", parsed.docs / "model-card")
    if parsed.mistakes:
        _write_mistakes(view, parsed.mistakes, parsed.most)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m classifiers.evaluation",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", metavar="DATA_FOLDER", type=Path, nargs="?", default=CORPUS)
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder of model-card.md (default: docs)")
    parser.add_argument(
        "--mistakes", type=Path, help="CSV of the worst mistakes on authored texts, to be read by people"
    )
    parser.add_argument("--most", type=int, default=50, help="how many of them (default: 50)")
    return parser


def _write_mistakes(view: View, path: Path, most: int) -> None:
    """Write the authored texts on which the cascade is most wrong, the worst first."""
    score = view.score()
    wrongness = np.where(view.illegal, 1 - score, score) * (view.authored & (view.illegal | view.innocent))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["author", "label", "score", "gate", "encoder", "named", "text"])
        worst = np.argsort(-wrongness, kind="stable")[:most]
        for row in worst[wrongness[worst] > 0]:
            scores = [f"{view.score(system)[row]:.3f}" for system in (CASCADE, "gate", "encoder")]
            writer.writerow([view.part[row], view.truth[row], *scores, view.labels()[row], view.held.samples[row].text])


if __name__ == "__main__":
    sys.exit(main())
