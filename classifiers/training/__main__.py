"""Trains and judges the models: ``python -m classifiers.training {gate,evaluate,encoder} DATA_FOLDER``."""

import argparse
import importlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from classifiers.artifact import SHIPPED
from classifiers.training import cards, packing, report, study
from classifiers.training import markdown as pages
from classifiers.training.fitting import Recipe
from classifiers.training.folds import Log, Prepared

_DATA = """DATA_FOLDER holds authored/*.jsonl and, if you have them, real/*.jsonl; one object with "text" and "label" a
line (see the README beside the shipped corpus). Without DATA_FOLDER the authored corpus that comes with this
package is used. The same data, package versions and machine type give the same bytes."""

CORPUS = Path(__file__).parent / "corpus"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parsed = _parser().parse_args(arguments)
    log = logger()
    try:
        prepared = study.prepare(parsed.folder, log)
    except FileNotFoundError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if parsed.command == "encoder":
        return _train_encoder(prepared, parsed, log)
    studied = study.study(prepared, Recipe(), log)
    if parsed.command == "gate":
        _train(studied, parsed.out, log)
    if parsed.command == "evaluate" or parsed.markdown:
        _report(studied, parsed.markdown)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m classifiers.training", description=__doc__, epilog=_DATA)
    commands = parser.add_subparsers(dest="command", required=True)
    gate = commands.add_parser("gate", help="train the gate and write gate.npz and gate.card.json", epilog=_DATA)
    gate.add_argument("--out", type=Path, default=SHIPPED, help="folder to write to (default: the shipped artifacts)")
    judge = commands.add_parser(
        "evaluate", help="judge every text by a gate that saw neither its author nor its like", epilog=_DATA
    )
    judge.add_argument(
        "--leave-one-author-out",
        action="store_true",
        required=True,
        help="the one protocol there is: no part is judged by a gate that has read its author",
    )
    second = commands.add_parser("encoder", help="train the encoder; needs PyTorch", epilog=_DATA)
    second.add_argument("--out", type=Path, default=SHIPPED, help="folder to write to (default: the shipped artifacts)")
    second.add_argument("--work", type=Path, required=True, help="folder for what is finished, to go on after a stop")
    second.add_argument(
        "--hold", action="append", metavar="PART", help="an author never to be read; repeat (default: the plan's)"
    )
    second.add_argument(
        "--further", metavar="ARTIFACTS", type=Path, help="go on from the encoder in this folder instead of anew"
    )
    for command in (gate, judge):
        command.add_argument("--markdown", type=Path, help="page whose generated part the report replaces")
    for command in (gate, judge, second):
        command.add_argument("folder", metavar="DATA_FOLDER", type=Path, nargs="?", default=CORPUS, help="the data")
    return parser


def _train(studied: study.Study, out: Path, log: Log) -> None:
    fitted = study.final(studied.prepared, Recipe())
    content = packing.pack(fitted.idf, studied.calibrated.heads(fitted.heads), studied.calibrated.curve)
    packing.write(out, content, cards.card(studied, Recipe(), studied.calibrated.curve))
    log(f"wrote {len(content)} bytes to {out}")


def _train_encoder(prepared: Prepared, parsed: argparse.Namespace, log: Log) -> int:
    # Only this command needs PyTorch, and the gate must be trainable without.
    try:
        pipeline = importlib.import_module("classifiers.training.encoder.pipeline")
    except ModuleNotFoundError as error:
        sys.stderr.write(
            f"{error.name} is missing: pip install -r requirements-train.txt and torch, see docs/encoder.md\n"
        )
        return 2
    pipeline.run(prepared, parsed.hold or pipeline.HELD, parsed.work, parsed.out, log, start=parsed.further)
    return 0


def _report(studied: study.Study, markdown: Path | None) -> None:
    page = report.page(studied.judged)
    if markdown is None:
        print(page)
    else:
        markdown.write_text(pages.replaced(markdown.read_text(encoding="utf-8"), page), encoding="utf-8")


def logger() -> Log:
    """Return a log that tells the seconds since now."""
    began = time.monotonic()
    return lambda message: print(f"{time.monotonic() - began:6.0f} s  {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
