"""The judge: reads items, looks up who publishes them, and applies the policy. No writing, no waiting.

It is the one way to a machine verdict: intake, workers, rescans and the command line all go through here.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from classifiers import Assessment, Classifier
from moderation.days import day_of
from moderation.db import Database
from moderation.errors import Unavailable
from moderation.items.schemas import ItemIn
from moderation.lenders import scope
from moderation.lenders.loading import CurrentRegistry
from moderation.lenders.registry import Registry
from moderation.lenders.standing import Finding, Publisher
from moderation.policies.assigned import SHIPPED_ONLY, Assigned, CurrentPolicies, Shadow
from moderation.policy.config import Policy
from moderation.policy.decide import decide
from moderation.policy.outcome import Outcome, Reason
from moderation.settings import Settings

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A machine verdict before it has a place in a queue: the outcome and the answer as the API gives it.

    ``shadow`` is what the policy in shadow would have said, where the tenant has one.
    """

    outcome: Outcome
    document: dict[str, Any]
    shadow: "Opinion | None" = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the policy in shadow of row ``policy_id`` says of an item; no outcome if it failed."""

    policy_id: int
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class _Read:
    """An item, who publishes it and what it does: all that any policy decides by."""

    item: ItemIn
    day: date
    assessment: Assessment
    finding: Finding

    def decided(self, policy: Policy) -> Outcome:
        return decide(
            assessment=self.assessment,
            finding=self.finding,
            text=self.item.text,
            title=self.item.title,
            kind=self.item.kind,
            policy=policy,
            day=self.day,
        )


class Judge:
    """Holds a model, a registry, a policy, and the policies of tenants that have their own."""

    def __init__(
        self, classifier: Classifier, policy: Policy, registry: Registry, policies: Assigned = SHIPPED_ONLY
    ) -> None:
        self.classifier = classifier
        self.policy = policy
        self.registry = registry
        self.policies = policies

    def policy_of(self, tenant: int | None) -> Policy:
        """Return the policy that decides the items of *tenant*."""
        return self.policy if tenant is None else self.policies.live.get(tenant, self.policy)

    def judge(
        self, items: Sequence[tuple[ItemIn, datetime]], tenants: Sequence[int | None] | None = None
    ) -> list[Judgement]:
        """Judge each item as of its instant (of publication, or of receipt), in order.

        *tenants* tells whose each item is; without it, all are judged by the one policy.
        """
        started = time.perf_counter()
        assessments = self.classifier.assess([_reading(item) for item, _ in items])
        read = [
            self._read(item, day_of(at), assessment) for (item, at), assessment in zip(items, assessments, strict=True)
        ]
        owners = list(tenants) if tenants is not None else [None] * len(read)
        policies = [self.policy_of(owner) for owner in owners]
        outcomes = [each.decided(policy) for each, policy in zip(read, policies, strict=True)]
        share = (time.perf_counter() - started) * 1000 / max(len(items), 1)
        return [
            Judgement(outcome, self._document(each, outcome, policy, share), self._opinion(each, owner))
            for each, outcome, policy, owner in zip(read, outcomes, policies, owners, strict=True)
        ]

    def _read(self, item: ItemIn, day: date, assessment: Assessment) -> _Read:
        mentions = self.registry.mentions(assessment.normalized, day)
        links = [*item.links, *([item.landing_url] if item.landing_url else [])]
        links += [contact.value for contact in assessment.contacts if contact.kind == "url"]
        finding = self.registry.standing(
            _publisher(item),
            mentions=mentions,
            links=links,
            at=day,
            offer=scope.read_offer(assessment.normalized),
            text=_reading(item),
        )
        return _Read(item, day, assessment, finding)

    def _opinion(self, read: _Read, tenant: int | None) -> Opinion | None:
        shadow = None if tenant is None else self.policies.shadows.get(tenant)
        return None if shadow is None else Opinion(shadow.id, _tried(read, shadow))

    def _document(self, read: _Read, outcome: Outcome, policy: Policy, elapsed_ms: float) -> dict[str, Any]:
        item, finding, assessment = read.item, read.finding, read.assessment
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
                "policy": policy.version,
                "registry": self.registry.version,
            },
            "elapsed_ms": round(elapsed_ms, 3),
        }


class CurrentJudge:
    """Where the judge sits in a long-lived process: the model stays, registry and policies are kept current."""

    def __init__(self, db: Database, settings: Settings, registry: CurrentRegistry | None = None):
        self._db = db
        self._settings = settings
        self._registry = registry or CurrentRegistry()
        self._policies = CurrentPolicies()
        self._judge: Judge | None = None

    def judge(self) -> Judge:
        """Return a judge with the registry and the tenants' policies as they are now.

        Raises:
            ArtifactError, PolicyError: the model or the shipped policy cannot be trusted; nothing may be judged.
            StoredPolicyRefused: nor if that holds for the document in force of a tenant.
            Unavailable: registry and policies cannot be read.
        """
        try:
            with self._db.read() as session:
                registry, policies = self._registry.get(session), self._policies.get(session)
        except SQLAlchemyError as error:
            raise Unavailable("registry and policies cannot be read", headers={"Retry-After": "5"}) from error
        judge = self._judge
        if judge is None:
            judge = Judge(self._classifier(), Policy.load(), registry, policies)
        elif registry is not judge.registry or policies is not judge.policies:
            judge = Judge(judge.classifier, judge.policy, registry, policies)
        self._judge = judge
        return judge

    def _classifier(self) -> Classifier:
        classifier = Classifier.load(second=self._settings.encoder, threads=self._settings.encoder_threads)
        # Some tables are built at the first text that needs them; the first item should not wait for that.
        classifier.assess(["黑户也能贷，加微信 abc12345", "花呗能套现吗，朋友说有人能弄出来"])
        return classifier


def _tried(read: _Read, shadow: Shadow) -> Outcome | None:
    try:
        return read.decided(shadow.policy)
    except Exception as error:  # noqa: BLE001 - whatever a policy on trial provokes must not touch the live verdict
        log.error("policy.shadow_failed", policy=shadow.policy.digest, error=type(error).__name__)  # noqa: TRY400 - the trace may quote the text
        return None


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
