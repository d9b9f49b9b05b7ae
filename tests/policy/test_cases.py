"""The golden set: text, publisher, registry and day in, verdict out. See ``cases/README.md``."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from classifiers import Classifier
from moderation.decisions.judge import Judge
from moderation.items.schemas import ItemIn, date_of
from moderation.lenders import importer
from moderation.lenders.kinds import Kind
from moderation.lenders.loading import registry_of
from moderation.lenders.registry import Registry
from moderation.policy.config import Policy

FOLDER = Path(__file__).parent / "cases"
Case = dict[str, Any]


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


CASES = {case["id"]: case for case in cases()}
MISSES: dict[str, str] = json.loads((FOLDER / "known_misses.json").read_text(encoding="utf-8"))
"""Cases that come out wrong, and why; a test fails when one of them comes out right."""


@lru_cache(maxsize=1)
def classifier() -> Classifier:
    return Classifier.load()


def registry_for(case: Case) -> Registry:
    return _registry(json.dumps(case.get("registry", {}), sort_keys=True, ensure_ascii=False))


@lru_cache(maxsize=256)
def _registry(extra: str) -> Registry:
    rows = json.loads(extra)
    pairs = [
        {
            "legal_name": pair["lender"],
            "operator_name": pair["operator"],
            "role": pair["role"],
            "valid_from": pair["valid_from"] or "",
            "valid_to": pair["valid_to"] or "",
            "source": "the lender's own list",
            "confidence": "high",
        }
        for pair in rows.get("partners", [])
    ]
    contents: list[tuple[Kind, bytes]] = [(kind, importer.shipped_file(name)) for kind, name in importer.SHIPPED]
    extras: tuple[tuple[Kind, Sequence[Case]], ...] = (
        ("lenders", rows.get("lenders", [])),
        ("operators", rows.get("operators", [])),
        ("partners", pairs),
    )
    contents += [(kind, _csv(each)) for kind, each in extras if each]
    return registry_of(*contents)


def _csv(rows: Sequence[Case]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def judged(case: Case) -> dict[str, Any]:
    item = ItemIn.model_validate(
        {
            name: case[name]
            for name in ("id", "kind", "text", "publisher", "landing_url", "links", "published_at")
            if case.get(name) is not None
        }
    )
    judge = Judge(classifier(), Policy.load(), registry_for(case))
    return judge.judge([(item, date_of(item))])[0].document


def faults(case: Case) -> list[str]:
    """Return in what the decision differs from what is expected."""
    found, expect = judged(case), case["expect"]
    labels = expect.get("label")
    allowed = [labels] if isinstance(labels, str) else labels
    wrong = []
    if found["verdict"] != expect["verdict"]:
        wrong.append(f"verdict {found['verdict']} ({found['label']}, {[each['code'] for each in found['reasons']]})")
    if "standing" in expect and found["lender"]["standing"] != expect["standing"]:
        wrong.append(f"standing {found['lender']['standing']}")
    if allowed and found["label"] not in allowed:
        wrong.append(f"label {found['label']}")
    if "missing" in expect and sorted(found["missing"]) != sorted(expect["missing"]):
        wrong.append(f"missing {found['missing']}")
    if expect.get("review") and found["final"]:
        wrong.append("final")
    return wrong


@pytest.mark.parametrize("name", [name for name in CASES if name not in MISSES])
def test_a_case_comes_out_as_the_rules_say(name: str) -> None:
    case = CASES[name]
    assert faults(case) == [], case["why"]


@pytest.mark.parametrize("name", MISSES)
def test_a_known_miss_is_still_missed(name: str) -> None:
    assert faults(CASES[name]) != [], f"{name} comes out right now: take it off the list"


def test_nearly_all_cases_come_out_right() -> None:
    assert MISSES.keys() <= CASES.keys()
    assert len(MISSES) <= 0.02 * len(CASES)


def test_no_verified_and_fully_disclosed_ad_is_blocked() -> None:
    allowed = [case for case in CASES.values() if case["expect"]["verdict"] == "allow"]
    ads = [case for case in allowed if case["expect"].get("standing") in {"verified_lender", "verified_partner"}]
    assert len(ads) > 40
    assert [case["id"] for case in ads if judged(case)["verdict"] == "block"] == []
