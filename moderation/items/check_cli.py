"""``daidun check``: verdicts without a server. Order kept, one line out for every line in."""

import itertools
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
from pydantic import ValidationError

from classifiers import Classifier
from moderation.bodies import faults, parse
from moderation.decisions.judge import Judge
from moderation.errors import Rejected
from moderation.items.schemas import ItemIn, date_of
from moderation.lenders.loading import shipped_registry
from moderation.policy.config import Policy
from moderation.settings import Settings

_BATCH = 256
_MAX_LINE = 4 * 2**20

Line = ItemIn | dict[str, Any]


@click.command()
@click.argument("texts", nargs=-1)
@click.option("--input", "source", help="JSONL of items, - for standard input.")
@click.option("--output", "target", default="-", show_default=True, help="JSONL of verdicts, - for standard output.")
@click.option(
    "--policy",
    "policy_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A policy document to judge by; the shipped one unless given.",
)
def check(texts: tuple[str, ...], source: str | None, target: str, policy_file: Path | None) -> None:
    """Judge TEXTs, or the items of a JSONL file, with the shipped model, policy and lender registry.

    A line that is no item gives a line with "error" and its line number; the rest are judged all the same.
    Exit code 1 when there was such a line.
    """
    if bool(texts) == bool(source):
        raise click.UsageError("give TEXTs, or --input FILE, but not both")
    policy = Policy.load(policy_file)
    settings = Settings()
    classifier = Classifier.load(second=settings.encoder, threads=settings.encoder_threads)
    judge = Judge(classifier, policy, shipped_registry())
    faulty = False
    with _opened(source, texts) as lines, _writer(target) as out:
        for answer in judge_lines(judge, lines):
            faulty = faulty or "error" in answer
            out.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
    sys.exit(1 if faulty else 0)


def judge_lines(judge: Judge, lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield one answer a line, in order: the decision, or what is wrong with the line."""
    numbered = enumerate(lines, start=1)
    while batch := [_read(number, line) for number, line in itertools.islice(numbered, _BATCH)]:
        items = [line for line in batch if isinstance(line, ItemIn)]
        judgements = iter(judge.judge([(item, date_of(item)) for item in items]))
        for line in batch:
            yield _with_context(next(judgements).document, line) if isinstance(line, ItemIn) else line


def _with_context(document: dict[str, Any], item: ItemIn) -> dict[str, Any]:
    return document if item.context is None else document | {"context": item.context}


def _read(number: int, line: bytes) -> Line:
    if len(line) > _MAX_LINE:
        return {"line": number, "error": f"the line is {len(line)} bytes; the limit is {_MAX_LINE}"}
    try:
        value = parse(line)
        return ItemIn.model_validate(value)
    except Rejected as error:
        return {"line": number, "error": error.detail}
    except ValidationError as error:
        told = "; ".join(f"{fault['loc']}: {fault['msg']}" for fault in faults(error)[:5])
        given = value.get("id") if isinstance(value, dict) else None
        return {"line": number, **({"id": given} if isinstance(given, str) else {}), "error": told}


@contextmanager
def _opened(source: str | None, texts: tuple[str, ...]) -> Iterator[Iterable[bytes]]:
    if source is None:
        items = ({"id": f"text-{place}", "text": text} for place, text in enumerate(texts, start=1))
        yield [json.dumps(item).encode("ascii") for item in items]
    elif source == "-":
        yield sys.stdin.buffer
    else:
        try:
            file = open(source, "rb")  # noqa: SIM115 - closed below; only opening it may fail with this message.
        except OSError as error:
            raise click.UsageError(f"{source} cannot be read: {error.strerror}") from error
        with file:
            yield file


@contextmanager
def _writer(target: str) -> Iterator[IO[bytes]]:
    if target == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        try:
            file = open(target, "wb")  # noqa: SIM115 - as above.
        except OSError as error:
            raise click.UsageError(f"{target} cannot be written: {error.strerror}") from error
        with file:
            yield file
