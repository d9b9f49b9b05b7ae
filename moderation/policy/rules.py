"""A policy document's own rules: which of the table's outcomes it treats otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from moderation.lenders.standing import Standing
from moderation.policy.outcome import Verdict

Review = Literal["always", "never"]


@dataclass(frozen=True, slots=True)
class Condition:
    """What an item must be for a rule to apply; an empty part asks nothing.

    ``situations`` are rows of the decision table, ``labels`` what the outcome is called, ``remarks`` and ``faults``
    are met if any of them was found; with ``only_faults`` there must be a fault, and none but these.
    """

    situations: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    standings: frozenset[Standing] = frozenset()
    kinds: frozenset[str] = frozenset()
    remarks: frozenset[str] = frozenset()
    faults: frozenset[str] = frozenset()
    only_faults: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """What follows where a ``condition`` is met: another verdict, or another answer to whether a person looks."""

    name: str
    condition: Condition
    verdict: Verdict | None = None
    review: Review | None = None

    def values(self) -> Mapping[str, Any]:
        """Return the rule as plain values, the same ones for the same meaning."""
        parts = {
            name: sorted(map(str, part)) for name in Condition.__slots__ if (part := getattr(self.condition, name))
        }
        then = {"verdict": self.verdict, "review": self.review}
        return {"name": self.name, "when": parts, "then": {key: value for key, value in then.items() if value}}
