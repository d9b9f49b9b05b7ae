"""Policies as the API takes and gives them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row

from moderation.policies.models import PolicyEvent, ShadowCount, ShadowDifference, StoredPolicy
from moderation.policy.places import MOST_CHARACTERS

State = Literal["draft", "shadow", "proposed", "live", "retired"]
Word = Annotated[
    str,
    Field(
        pattern=r"^([0-9a-f]{16}|live|shadow|default)$",
        description="A digest, `live` (what decides now, the shipped one included), `shadow` or `default`.",
        examples=["live"],
    ),
]
Digest = Annotated[str, Field(pattern=r"^([0-9a-f]{16}|live|shadow)$", description="A digest, `live` or `shadow`.")]


class PolicyIn(BaseModel):
    """A document to keep as a draft."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[str, Field(max_length=MOST_CHARACTERS, description="The document, as YAML.")]
    note: Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")] = ""


class PolicySource(BaseModel):
    """A document to check."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[str, Field(max_length=MOST_CHARACTERS, description="The document, as YAML.")]


class PolicyNames(BaseModel):
    """What a document is called: by its content, and by its content and this program."""

    digest: str
    version: str


class PolicyOut(BaseModel):
    """A document and where it is in its life. The shipped one has neither state nor history.

    While ``retiring`` is true, the document is live, and its retirement waits for somebody's approval.
    """

    digest: str
    state: State | None = None
    note: str = ""
    author: str | None = None
    created_at: datetime | None = None
    shadow_since: datetime | None = None
    proposed_by: str | None = None
    proposed_at: datetime | None = None
    against: str | None = Field(None, description="The digest that it was compared with when it was proposed.")
    widening: list[str] = Field([], description="Why that could turn a block into an allow.")
    retiring: bool = False
    decided_by: str | None = None
    decided_at: datetime | None = None
    retired_at: datetime | None = None


class PolicyEventOut(BaseModel):
    """Something that was done with a policy."""

    what: str
    actor: str
    at: datetime
    detail: dict[str, Any]


class PolicyFullOut(PolicyOut):
    """A document with its text, its values and its history. Without version and values, this program refuses it."""

    source: str
    version: str | None = None
    values: dict[str, Any] | None = None
    events: list[PolicyEventOut] = []


class PoliciesOut(BaseModel):
    """A page of a tenant's documents, newest first. ``in_force`` is the digest of what decides now."""

    total: int
    in_force: str
    policies: list[PolicyOut]


class PolicyValueChanged(BaseModel):
    """One value that differs."""

    key: str
    before: Any
    after: Any


class PolicyDiffOut(BaseModel):
    """What going from one document to another changes, and why that could turn a block into an allow."""

    before: str
    after: str
    changed: list[PolicyValueChanged]
    widening: list[str]


class ShadowCountOut(BaseModel):
    """How often these two verdicts met. ``final`` is false where a person is asked."""

    live: str
    live_final: bool
    shadow: str = Field(description="`block`, `allow`, or `failed`.")
    shadow_final: bool
    count: int


class ShadowSideOut(BaseModel):
    """What one of the two policies says of an item."""

    verdict: str
    final: bool
    label: str
    codes: list[str]


class ShadowDifferenceOut(BaseModel):
    """An item on which the two differ; ``item`` is the caller's own id."""

    item: str
    at: datetime
    live: ShadowSideOut
    shadow: ShadowSideOut


class ShadowOut(BaseModel):
    """How a policy in shadow compares with the live one since ``since``; of the differences, the newest are kept."""

    digest: str
    since: datetime | None
    counts: list[ShadowCountOut]
    kept: int
    differences: list[ShadowDifferenceOut]
    next_cursor: int | None = Field(None, description="For the page with older differences; null on the last one.")


def policy_out(row: StoredPolicy) -> PolicyOut:
    """Return a document without its text."""
    return PolicyOut.model_validate({name: getattr(row, name) for name in PolicyOut.model_fields})


def event_out(event: PolicyEvent) -> PolicyEventOut:
    """Return an event as the API gives it."""
    return PolicyEventOut(what=event.what, actor=event.actor, at=event.at, detail=event.detail)


def count_out(row: ShadowCount) -> ShadowCountOut:
    """Return a count as the API gives it."""
    return ShadowCountOut(
        live=row.live_verdict,
        live_final=row.live_final,
        shadow=row.shadow_verdict,
        shadow_final=row.shadow_final,
        count=row.count,
    )


def difference_out(found: Row[ShadowDifference, str]) -> ShadowDifferenceOut:
    """Return a difference as the API gives it."""
    row, item = found
    live = ShadowSideOut(verdict=row.live_verdict, final=row.live_final, label=row.live_label, codes=row.live_codes)
    shadow = ShadowSideOut(
        verdict=row.shadow_verdict, final=row.shadow_final, label=row.shadow_label, codes=row.shadow_codes
    )
    return ShadowDifferenceOut(item=item, at=row.at, live=live, shadow=shadow)
