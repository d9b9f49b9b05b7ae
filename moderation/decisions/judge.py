"""The judge: reads items, looks up who publishes them, and applies the policy. No writing, no waiting.

It is the one way to a machine verdict: intake, workers, rescans and the command line all go through here.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from classifiers import Assessment, Classifier
from moderation.db import Database
from moderation.errors import Unavailable
from moderation.items.schemas import ItemIn
from moderation.lenders import scope
from moderation.lenders.loading import CurrentRegistry
from moderation.lenders.registry import Registry
from moderation.lenders.standing import Finding, Publisher
from moderation.policy.config import Policy
from moderation.policy.decide import decide
from moderation.policy.outcome import Outcome, Reason
from moderation.settings import Settings

_CHINA = timezone(timedelta(hours=8))
"""Licences begin and end with a day of China's."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A machine verdict before it has a place in a queue: the outcome and the answer as the API gives it."""

    outcome: Outcome
    document: dict[str, Any]


class Judge:
    """Holds a model, a policy and a registry; the registry is looked at anew when its version changes."""

    def __init__(self, classifier: Classifier, policy: Policy, registry: Registry):
        self.classifier = classifier
        self.policy = policy
        self.registry = registry

    def judge(self, items: Sequence[tuple[ItemIn, datetime]]) -> list[Judgement]:
        """Judge each item as of its instant (of publication, or of receipt), in order."""
        started = time.perf_counter()
        assessments = self.classifier.assess([_reading(item) for item, _ in items])
        outcomes = [
            self._decide(item, at, assessment) for (item, at), assessment in zip(items, assessments, strict=True)
        ]
        share = (time.perf_counter() - started) * 1000 / max(len(items), 1)
        return [
            Judgement(outcome, self._document(item, outcome, finding, assessment, share))
            for (item, _), assessment, (outcome, finding) in zip(items, assessments, outcomes, strict=True)
        ]

    def _decide(self, item: ItemIn, at: datetime, assessment: Assessment) -> tuple[Outcome, Finding]:
        day = at.astimezone(_CHINA).date()
        mentions = self.registry.mentions(assessment.normalized, day)
        links = [*item.links, *([item.landing_url] if item.landing_url else [])]
        links += [contact.value for contact in assessment.contacts if contact.kind == "url"]
        finding = self.registry.standing(
            _publisher(item), mentions=mentions, links=links, at=day, offer=scope.read_offer(assessment.normalized)
        )
        outcome = decide(
            assessment=assessment,
            finding=finding,
            text=item.text,
            title=item.title,
            kind=item.kind,
            policy=self.policy,
        )
        return outcome, finding

    def _document(
        self, item: ItemIn, outcome: Outcome, finding: Finding, assessment: Assessment, elapsed_ms: float
    ) -> dict[str, Any]:
        return {
            "id": item.id,
            "verdict": outcome.verdict,
            "final": outcome.final,
            "label": outcome.label,
            "labels": {key: round(value, 4) for key, value in assessment.labels.items()},
            "score": round(outcome.score, 6),
            "reasons": [_reason(reason, item) for reason in outcome.reasons],
            "lender": {"claimed": finding.claimed, "matched": finding.matched, "standing": finding.standing.value},
            "missing": list(outcome.missing),
            "notice": outcome.notice,
            "versions": {
                "model": f"{assessment.versions.model[:12]}+{assessment.versions.lexicon}",
                "policy": self.policy.version,
                "registry": self.registry.version,
            },
            "elapsed_ms": round(elapsed_ms, 3),
        }


class CurrentJudge:
    """Where the judge sits in a long-lived process: the model and policy stay, the registry is kept current."""

    def __init__(self, db: Database, settings: Settings, registry: CurrentRegistry | None = None):
        self._db = db
        self._settings = settings
        self._registry = registry or CurrentRegistry()
        self._judge: Judge | None = None

    def judge(self) -> Judge:
        """Return a judge with the registry as it is now.

        Raises:
            ArtifactError, PolicyError: model or policy cannot be trusted; nothing may be judged.
            Unavailable: the registry cannot be read.
        """
        try:
            with self._db.read() as session:
                registry = self._registry.get(session)
                if self._judge is None:
                    self._judge = Judge(self._classifier(), Policy.load(), registry)
                elif registry is not self._judge.registry:
                    self._judge = Judge(self._judge.classifier, self._judge.policy, registry)
        except SQLAlchemyError as error:
            raise Unavailable("the lender registry cannot be read", headers={"Retry-After": "5"}) from error
        return self._judge

    def _classifier(self) -> Classifier:
        classifier = Classifier.load(second=self._settings.encoder, threads=self._settings.encoder_threads)
        # Some tables are built at the first text that needs them; the first item should not wait for that.
        classifier.assess(["黑户也能贷，加微信 abc12345", "花呗能套现吗，朋友说有人能弄出来"])
        return classifier


def _reading(item: ItemIn) -> str:
    return f"{item.title}\n{item.text}" if item.title else item.text


def _publisher(item: ItemIn) -> Publisher | None:
    return None if item.publisher is None else Publisher(**item.publisher.model_dump())


def _reason(reason: Reason, item: ItemIn) -> dict[str, Any]:
    return {
        "code": reason.code,
        "source": reason.source,
        "message": reason.message,
        "spans": [place for span in reason.spans for place in _place(span.start, span.end, item)],
        "basis": list(reason.basis),
    }


def _place(start: int, end: int, item: ItemIn) -> list[dict[str, Any]]:
    """Split a span of the joint reading into its parts in title and text."""
    if not item.title:
        return [{"field": "text", "start": start, "end": end, "text": item.text[start:end]}]
    shift = len(item.title) + 1
    parts = (("title", item.title, start, end), ("text", item.text, start - shift, end - shift))
    return [
        {
            "field": field,
            "start": max(a, 0),
            "end": min(b, len(content)),
            "text": content[max(a, 0) : min(b, len(content))],
        }
        for field, content, a, b in parts
        if max(a, 0) < min(b, len(content))
    ]
