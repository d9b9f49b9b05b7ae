"""Measure the normaliser: how much of a disguised text it recovers, and what it does to innocent ones.

    .venv/bin/python bench/normaliser.py DATA

DATA holds ``authored/part*.jsonl`` (see docs/normaliser.md). Nothing of the texts is printed.
"""

import argparse
import json
import random
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import opencc

from classifiers.contacts import find_contacts
from classifiers.lexicon import Lexicon
from classifiers.normalize import normalize

BENIGN = {"news_education", "complaint", "question_talk", "service_notice", "other_ad", "unrelated"}
OBFUSCATED = "part6.jsonl"
READ_BY_THE_AUTHOR = 12
"""The first rows of the obfuscated part were read before it was divided; they always count as development."""

_T2S = opencc.OpenCC("t2s")
Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    """Return the rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def simple(text: str) -> str:
    """Return what NFKC, OpenCC, case folding and deleting what is invisible make of *text*."""
    shown = "".join(c for c in text if unicodedata.category(c) != "Cf" and c not in "\ufe0e\ufe0f\u20e3")
    return str(_T2S.convert(unicodedata.normalize("NFKC", shown))).casefold()


def distance(left: str, right: str) -> int:
    """Return the Levenshtein distance."""
    before = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        now = [i]
        for j, b in enumerate(right, 1):
            now.append(min(before[j] + 1, now[-1] + 1, before[j - 1] + (a != b)))
        before = now
    return before[-1]


def recovery(read: str, meant: str) -> float:
    """Return the share of characters recovered: 1 minus the normalised edit distance."""
    return 1 - distance(read, meant) / max(len(read), len(meant), 1)


def halves(path: Path) -> tuple[list[Row], list[Row]]:
    """Return (development, held out) of the obfuscated part."""
    numbered = list(enumerate(rows(path)))
    random.Random(1).shuffle(numbered)
    middle = len(numbered) // 2
    development = [row for _, row in numbered[:middle]]
    return development, [row for number, row in numbered[middle:] if number >= READ_BY_THE_AUTHOR]


def mean(values: Iterable[float]) -> float:
    """Return the arithmetic mean, 0 for nothing."""
    values = list(values)
    return sum(values) / len(values) if values else 0.0


def report_recovery(name: str, part: list[Row]) -> None:
    """Print the recovery of *part*: of the raw text, of the simple form and of the normaliser."""
    by_technique: dict[str, list[tuple[float, float]]] = defaultdict(list)
    scores = []
    for row in part:
        meant = simple(row["plain"])
        simple_score = recovery(simple(row["text"]), meant)
        own_score = recovery(normalize(row["text"]).text, normalize(row["plain"]).text)
        scores.append((recovery(row["text"], row["plain"]), simple_score, own_score))
        for technique in row["evasion"]:
            by_technique[technique].append((simple_score, own_score))
    raw, plain, own = (mean(score[i] for score in scores) for i in range(3))
    print(f"recovery {name} n={len(part)} raw={raw:.4f} simple={plain:.4f} normaliser={own:.4f}")
    for technique, pairs in sorted(by_technique.items()):
        before, after = mean(p[0] for p in pairs), mean(p[1] for p in pairs)
        print(f"  {technique:<15} n={len(pairs):<4} simple={before:.4f} normaliser={after:.4f}")


def report_contacts(name: str, part: list[Row]) -> None:
    """Print the share of contacts found in the plain texts that are found in the disguised ones as well."""
    meant = found = extra = disguised = 0
    for row in part:
        plain = {contact.value for contact in find_contacts(normalize(row["plain"]))}
        hidden = {contact.value: contact.disguised for contact in find_contacts(normalize(row["text"]))}
        meant += len(plain)
        found += len(plain & set(hidden))
        extra += len(set(hidden) - plain)
        disguised += sum(hidden.values())
    print(f"contacts {name} in_plain={meant} found_disguised={found} not_in_plain={extra} flagged={disguised}")


def report_terms(name: str, part: list[Row], lexicon: Lexicon) -> None:
    """Print the share of terms of the plain texts that are found in the disguised ones as well."""
    meant = simple_found = found = 0
    for row in part:
        plain = {hit.term for hit in lexicon.match(normalize(row["plain"]))}
        own = {hit.term for hit in lexicon.match(normalize(row["text"]))}
        meant += len(plain)
        found += len(plain & own)
        simple_found += sum(term in simple(row["text"]) for term in plain)
    print(f"terms {name} in_plain={meant} found_in_simple={simple_found} found_disguised={found}")


def innocent(folder: Path) -> Iterator[str]:
    """Yield benign texts without any evasion."""
    for path in sorted((folder / "authored").glob("*.jsonl")):
        if path.name != OBFUSCATED:
            yield from (row["text"] for row in rows(path) if row["label"] in BENIGN and not row.get("evasion"))


def report_harm(name: str, texts: list[str]) -> None:
    """Print the share of texts whose normal form is not the simple form."""
    read = [(normalize(text), simple(text)) for text in texts]
    changed = sum(normal.text != plain for normal, plain in read)
    disguised = sum(normal.disguised > 0 for normal, _ in read)
    print(f"harm {name} n={len(texts)} changed={changed} ({changed / max(len(texts), 1):.2%}) disguised={disguised}")


def report_speed(kind: str, texts: list[str], lexicon: Lexicon) -> None:
    """Print texts of 100 characters a processor second."""
    joined = "".join(texts)
    short = [joined[i : i + 100] for i in range(0, len(joined), 100)]
    for name, work in (
        ("normalize", normalize),
        ("normalize+contacts", lambda text: find_contacts(normalize(text))),
        ("normalize+contacts+lexicon", lambda text: (find_contacts(n := normalize(text)), lexicon.match(n))),
    ):
        best = min(timed(work, short) for _ in range(3))
        print(f"speed {kind} {name} texts_per_second={len(short) / best:.0f}")


def timed(work: Any, texts: list[str]) -> float:
    """Return the processor seconds *work* takes over *texts*."""
    began = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - began


def main() -> None:
    """Run every measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder that holds authored/part*.jsonl")
    folder: Path = parser.parse_args().data
    lexicon = Lexicon.load()
    development, held_out = halves(folder / "authored" / OBFUSCATED)
    for name, part in (("development", development), ("held_out", held_out)):
        report_recovery(name, part)
        report_contacts(name, part)
        report_terms(name, part, lexicon)
    report_harm("authored_innocent", list(innocent(folder)))
    general = folder / "real" / "general_train.jsonl"
    if general.exists():
        everyday = rows(general)
        for label in sorted({row["label"] for row in everyday}):
            report_harm(f"everyday_{label}", [row["text"] for row in everyday if row["label"] == label])
    report_speed("obfuscated", [row["text"] for row in development], lexicon)
    report_speed("ordinary", list(innocent(folder))[:2000], lexicon)


if __name__ == "__main__":
    main()
