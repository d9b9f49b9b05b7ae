"""Items for the demonstration, invented, each with the verdict that is expected of it."""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

_FILE = "items.jsonl"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an item should come to: any of ``labels`` will do, and any standing where ``standing`` is None.

    ``known_miss`` says, in words, why the shipped model does not get it right yet; None where it should.
    """

    verdict: str
    labels: tuple[str, ...]
    standing: str | None = None
    known_miss: str | None = None

    def faults(self, document: dict[str, Any]) -> list[str]:
        """Return how a decision document differs from what is expected, in words; empty when it doesn't."""
        given = {"verdict": document["verdict"], "label": document["label"], "standing": document["lender"]["standing"]}
        wanted = {"verdict": (self.verdict,), "label": self.labels, "standing": (self.standing,)}
        return [
            f"{field} is {given[field]}, not {' or '.join(str(each) for each in values)}"
            for field, values in wanted.items()
            if values != (None,) and given[field] not in values
        ]


@dataclass(frozen=True, slots=True)
class Sample:
    """An item as the API takes it, and what is expected of it."""

    item: dict[str, Any]
    expect: Expectation


def load() -> list[Sample]:
    """Return the samples in the order of the file."""
    lines = files(__package__).joinpath(_FILE).read_text(encoding="utf-8").splitlines()
    return [_sample(json.loads(line)) for line in lines]


def _sample(row: dict[str, Any]) -> Sample:
    expect = row.pop("expect")
    label = expect["label"]
    labels = (label,) if isinstance(label, str) else tuple(label)
    return Sample(row, Expectation(expect["verdict"], labels, expect.get("standing"), expect.get("known_miss")))
