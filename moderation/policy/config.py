"""A policy: what a document says, ready to decide by, and named by a hash of all that a verdict hangs on."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from moderation.errors import Invalid
from moderation.lenders.standing import Standing
from moderation.policy.document import Document, checked
from moderation.policy.places import Fault
from moderation.policy.rules import Rule

SHIPPED = "default.yaml"
_RULES = (
    "advice.py",
    "basis.py",
    "case.py",
    "claims.py",
    "decide.py",
    "disclosures.py",
    "patterns.py",
    "prices.py",
    "purposes.py",
    "reasons.py",
    "risk_notice.py",
    "rules.py",
    "situations.py",
    "wording.py",
)


class PolicyError(Invalid):
    """A policy document that cannot be trusted; the message and ``faults`` tell what is wrong, and where."""

    def __init__(self, detail: str, faults: Sequence[Fault] = ()):
        told = [{"loc": each.key, "msg": each.message, "line": each.line, "column": each.column} for each in faults]
        super().__init__(detail, errors=told)
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Policy:
    """What ``decide`` turns readings into verdicts by.

    ``block_score`` is the probability of an illegal promotion from which an item is blocked, ``label_scores`` that of
    labels for which it is another; ``uncertain_from`` to ``uncertain_to`` (both included) is the band in which a
    moderator is asked. ``lending_ad_score`` is the probability from which a trusted publisher's text counts as a loan
    ad; ``allowing`` holds the standings that make a publisher trusted; ``max_annual_rate``, in per cent, is what
    their loans may cost. ``sample_rate`` is the share of allowed items that a moderator checks. ``rules`` treat
    outcomes of the table otherwise, ``notices`` replace the lines for consumers, by label. ``unable`` says what
    becomes of an item that could not be judged. ``program`` is a hash of the decision's program and wording.
    """

    block_score: float
    uncertain_from: float
    uncertain_to: float
    lending_ad_score: float
    allowing: frozenset[Standing]
    sample_rate: float
    max_annual_rate: float
    program: str
    label_scores: Mapping[str, float] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    notices: Mapping[str, str] = field(default_factory=dict)
    unable: Literal["review", "block"] = "review"

    @cached_property
    def version(self) -> str:
        """A hash of the document and the program: equal versions give equal verdicts for equal readings."""
        return _hash([self.values(), self.program])

    @cached_property
    def digest(self) -> str:
        """A hash of what the document says, however it is laid out."""
        return _hash(self.values())

    def values(self) -> dict[str, Any]:
        """Return what the document says, as plain values."""
        return {
            "block_score": self.block_score,
            "label_scores": dict(self.label_scores),
            "uncertain": {"from": self.uncertain_from, "to": self.uncertain_to},
            "lending_ad_score": self.lending_ad_score,
            "allow_standings": sorted(self.allowing),
            "max_annual_rate": self.max_annual_rate,
            "sample_rate": self.sample_rate,
            "rules": [rule.values() for rule in self.rules],
            "notices": dict(self.notices),
            "unable": self.unable,
        }

    def threshold(self, label: str) -> float:
        """Return the score from which an item is blocked as *label*."""
        return self.label_scores.get(label, self.block_score)

    @classmethod
    def load(cls, path: Path | None = None) -> "Policy":
        """Read the policy at *path*, by default the one shipped with the package.

        Raises:
            PolicyError: the file is missing, is no YAML, lacks a key, or has a value that makes no sense.
        """
        name = path.name if path else SHIPPED
        try:
            source = (path or files(__package__).joinpath(SHIPPED)).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise PolicyError(f"policy {name} cannot be read: {error}") from error
        return cls.parse(source, name)

    @classmethod
    def parse(cls, source: str, name: str = "policy") -> "Policy":
        """Read the policy document *source*, called *name* where its faults are told.

        Raises:
            PolicyError: it is no YAML, lacks a key, or has a value that makes no sense.
        """
        document, faults = checked(source)
        if document is None:
            raise PolicyError(f"policy {name}: " + "; ".join(map(str, faults)), faults)
        return _policy(document)


def _policy(document: Document) -> Policy:
    return Policy(
        block_score=document.block_score,
        uncertain_from=document.uncertain.from_,
        uncertain_to=document.uncertain.to,
        lending_ad_score=document.lending_ad_score,
        allowing=frozenset(Standing(each) for each in document.allow_standings),
        sample_rate=document.sample_rate,
        max_annual_rate=document.max_annual_rate,
        program=_program(),
        label_scores=document.label_scores,
        rules=tuple(each.rule() for each in document.rules),
        notices=document.notices,
        unable=document.unable,
    )


@cache
def _program() -> str:
    digest = hashlib.sha256()
    for name in _RULES:
        digest.update(files(__package__).joinpath(name).read_bytes())
    prices = files("moderation.rates")
    for source in sorted((each for each in prices.iterdir() if each.name.endswith(".py")), key=lambda each: each.name):
        digest.update(source.read_bytes())
    digest.update(prices.joinpath("seed", "lpr.yaml").read_bytes())
    return digest.hexdigest()[:16]


def _hash(content: Any) -> str:
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:16]
