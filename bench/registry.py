"""Measures the lender registry at the size of the whole country, on one thread.

    python -m bench.registry [--write] [--ordinary FILE]

5,300 made-up micro-lenders with nine brands each (some 50,000 names in all) beside the shipped entries; the texts are
the authored corpus. Of a FILE of everyday texts (JSON lines with a key "text") only the number in which a look-alike is
suspected is told.
"""

import argparse
import csv
import io
import json
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from bench.machine import append
from bench.timing import fastest
from classifiers.training.__main__ import CORPUS
from moderation.audit import models as audit
from moderation.db import Base, Database, make_engine
from moderation.lenders import changes, importer, models
from moderation.lenders.loading import load_registry, shipped_registry
from moderation.lenders.registry import Registry
from moderation.lenders.scope import read_offer
from moderation.lenders.standing import Publisher
from moderation.privacy import vault

LENDERS, BRANDS, TEXTS, LOOKUPS = 5300, 9, 20_000, 20_000
DAY = date(2026, 5, 1)
_FIRST = (
    "安宝诚达德鼎方丰富高冠广汉豪和恒弘华汇佳嘉金锦聚凯康利联隆茂明诺鹏齐勤瑞润盛顺泰天通旺祥兴旭亚盈永裕源运泽正中众"
)
_SECOND = (
    "邦博昌成创翠达帆丰飞港谷海禾河弘湖华佳江洁景凯科浪丽林龙茂美宁平奇前晴泉山尚胜时思拓万威文西信星雅洋易云振智舟"
)
_BRAND = ("贷", "花", "借", "分期", "金", "好借", "白条", "e贷", "信用贷")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="append to bench/results/registry.csv")
    parser.add_argument("--ordinary", type=Path, help="everyday texts in which nothing should be suspected")
    arguments = parser.parse_args()
    rows = [*_measure(), *(_false_alarms(arguments.ordinary) if arguments.ordinary else ())]
    for row in rows:
        print(f"{row['what']:52} {row['value']:>12}")
    if arguments.write:
        print(append("registry", rows))


def _measure() -> Iterator[dict[str, Any]]:
    content = _list()
    with tempfile.TemporaryDirectory() as folder:
        db = Database(make_engine(f"sqlite:///{folder}/registry.db"))
        Base.metadata.create_all(db.engine, tables=(*models.TABLES, *audit.TABLES))
        vault.install(vault.Vault([Fernet.generate_key().decode()]))
        with db.write() as session:
            importer.seed(session)
        upload = importer.Upload(content, "lenders.csv", "lenders")
        began = time.perf_counter()
        with db.read() as session:
            importer.compare_file(session, upload)
        yield {"what": f"difference of {LENDERS} rows, s", "value": f"{time.perf_counter() - began:.2f}"}
        began = time.perf_counter()
        with db.write() as session:
            change = importer.propose_file(session, upload, by="Ann")
        if change is None:
            raise SystemExit("the made-up lenders are there already")
        with db.write() as session:
            changes.approve(session, change.id, by="Ben")
        yield {"what": "difference, proposal and approval, s", "value": f"{time.perf_counter() - began:.2f}"}
        began = time.perf_counter()
        with db.read() as session:
            registry = load_registry(session)
        yield {"what": "loading, s", "value": f"{time.perf_counter() - began:.2f}"}
        db.close()
    began = time.perf_counter()
    registry.near_misses("微粒袋额度")
    yield {"what": "first search for look-alikes, s", "value": f"{time.perf_counter() - began:.2f}"}
    names = sum(len(lender.names) for lender in registry.facts.lenders)
    yield {"what": "names", "value": f"{names}"}
    texts = _texts()
    yield {"what": "characters in a text, mean", "value": f"{sum(map(len, texts)) / len(texts):.1f}"}
    seconds = fastest(lambda: [registry.mentions(text, DAY) for text in texts])
    yield {"what": "matching, texts/s", "value": f"{len(texts) / seconds:.0f}"}
    seconds = fastest(lambda: [(registry.mentions(text, DAY), registry.near_misses(text)) for text in texts])
    yield {"what": "matching and near misses, texts/s", "value": f"{len(texts) / seconds:.0f}"}
    seconds = fastest(lambda: [read_offer(text) for text in texts])
    yield {"what": "reading the offer, texts/s", "value": f"{len(texts) / seconds:.0f}"}
    publishers = _publishers(registry)
    seconds = fastest(lambda: [registry.standing(publisher, at=DAY) for publisher in publishers])
    yield {"what": "standing of a publisher on a day, µs", "value": f"{seconds / len(publishers) * 1e6:.1f}"}


def _false_alarms(path: Path) -> Iterator[dict[str, Any]]:
    texts = [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]
    texts = random.Random(4).sample(texts, min(TEXTS, len(texts)))
    registry = shipped_registry()
    suspected = sum(bool(registry.standing(None, at=DAY, text=text).suspicions) for text in texts)
    yield {"what": "suspected among 10,000 everyday texts", "value": f"{suspected / len(texts) * 10_000:.1f}"}


def _list() -> bytes:
    dice = random.Random(1)
    stems: set[str] = set()
    while len(stems) < LENDERS:
        stems.add(dice.choice(_FIRST) + dice.choice(_SECOND) + dice.choice(_FIRST))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["legal_name", "licence_type", "brands_supported", "source", "confidence"])
    for stem in sorted(stems):
        brands = ";".join(f"{stem}{ending}" for ending in _BRAND[:BRANDS])
        writer.writerow([f"{stem}小额贷款有限公司", "小额贷款公司", brands, "made up", "medium"])
    return out.getvalue().encode()


def _texts() -> list[str]:
    lines = (line for path in sorted((Path(CORPUS) / "authored").glob("part*.jsonl")) for line in path.open("rb"))
    texts = [json.loads(line)["text"] for line in lines]
    return random.Random(2).sample(texts, TEXTS)


def _publishers(registry: Registry) -> list[Publisher]:
    names = [lender.legal_name for lender in registry.facts.lenders]
    return [Publisher(name=name, verified=True) for name in random.Random(3).choices(names, k=LOOKUPS)]


if __name__ == "__main__":
    main()
