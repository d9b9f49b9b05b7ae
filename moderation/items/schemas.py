"""An item as callers send it and as they get it back; the same over HTTP, webhook and JSONL."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    model_validator,
)
from pydantic.config import JsonValue

from moderation.policy.codes import meanings

MAX_TEXT = 100_000
MAX_BATCH = 500
_MAX_CONTEXT = 16_384

# An id is echoed into logs and URLs: no control characters, no white space at its ends.
Id = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x20\x7f](?:[^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?$")
]
Link = Annotated[str, Field(min_length=1, max_length=2048)]
Name = Annotated[str, Field(max_length=200)]


def _small(value: Any) -> Any:
    size = len(json.dumps(value))
    if size > _MAX_CONTEXT:
        raise ValueError(f"context is {size} bytes as JSON; the limit is {_MAX_CONTEXT}")
    return value


def _instant(value: Any) -> Any:
    # A number would be read as seconds or milliseconds by its size: a guess we do not make.
    if value is not None and not isinstance(value, str | datetime):
        raise ValueError("must be an ISO 8601 date and time with a zone, such as 2026-03-01T09:30:00+08:00")
    return value


# What _has_something_to_judge asks for, in JSON Schema's words.
_SOMETHING_TO_JUDGE: list[JsonValue] = [
    {"properties": {"text": {"pattern": r"[^\s]"}}},
    {"required": ["title"], "properties": {"title": {"type": "string", "pattern": r"[^\s]"}}},
    {"required": ["links"], "properties": {"links": {"minItems": 1}}},
    {"required": ["landing_url"], "properties": {"landing_url": {"type": "string"}}},
]


class PublisherIn(BaseModel):
    """Who publishes. ``verified`` is the platform's word that the identity was checked."""

    model_config = ConfigDict(extra="forbid", title="Publisher")

    id: Name | None = None
    name: Name | None = None
    licence_no: Annotated[str, Field(max_length=64)] | None = None
    domain: Annotated[str, Field(max_length=253)] | None = None
    verified: bool = Field(False, strict=True)


class ItemIn(BaseModel):
    """One post or ad. ``id`` is the caller's and the idempotency key."""

    model_config = ConfigDict(extra="forbid", title="Item", json_schema_extra={"anyOf": _SOMETHING_TO_JUDGE})

    id: Id
    kind: Literal["post", "ad", "comment", "profile", "message"] = "post"
    title: Annotated[str, Field(max_length=1000)] | None = None
    text: Annotated[str, Field(max_length=MAX_TEXT)]
    links: Annotated[list[Link], Field(max_length=100)] = []
    landing_url: Link | None = None
    publisher: PublisherIn | None = None
    published_at: Annotated[AwareDatetime, BeforeValidator(_instant)] | None = None
    context: Annotated[Any, AfterValidator(_small)] = Field(
        None, description="Opaque to us, echoed back; at most 16 KiB as JSON."
    )

    @model_validator(mode="after")
    def _has_something_to_judge(self) -> "ItemIn":
        if not (self.text.strip() or (self.title or "").strip() or self.links or self.landing_url):
            raise ValueError("text, title, links and landing_url are all empty: there is nothing to judge")
        return self

    def stored(self) -> dict[str, Any]:
        """Return the item as plain JSON values, without what was not sent."""
        return self.model_dump(mode="json", exclude_defaults=True) | {
            "id": self.id,
            "kind": self.kind,
            "text": self.text,
        }

    def content_hash(self) -> str:
        """SHA-256 of the canonical JSON: equal for equal content, whatever the order of keys."""
        return hashlib.sha256(json.dumps(self.stored(), sort_keys=True).encode("ascii")).hexdigest()


class BatchIn(BaseModel):
    """Up to 500 items; accepted whole or not at all."""

    model_config = ConfigDict(extra="forbid", title="Batch")

    items: Annotated[list[ItemIn], Field(min_length=1, max_length=MAX_BATCH)]


Many = Annotated[list[ItemIn], Field(min_length=1, max_length=MAX_BATCH)]


class Submission(RootModel[ItemIn | BatchIn | Many]):
    """One item, or a batch: ``{"items": […]}`` or a bare array."""

    model_config = ConfigDict(title="Submission")

    @model_validator(mode="wrap")
    @classmethod
    def _by_shape(cls, value: Any, handler: Any) -> "Submission":
        # Trying each branch of the union would report the errors of all three: the shape says which is meant.
        if isinstance(value, list):
            return cls.model_construct(root=BatchIn.model_validate({"items": value}))
        if isinstance(value, dict):
            return cls.model_construct(root=(BatchIn if "items" in value else ItemIn).model_validate(value))
        submission: Submission = handler(value)
        return submission

    @property
    def items(self) -> list[ItemIn]:
        if isinstance(self.root, BatchIn):
            return self.root.items
        return [self.root] if isinstance(self.root, ItemIn) else self.root

    @property
    def single(self) -> bool:
        return isinstance(self.root, ItemIn)


class SpanOut(BaseModel):
    """Code-point offsets into the original ``field``: ``field[start:end] == text``."""

    start: int
    end: int
    text: str
    field: Literal["text", "title"] = "text"


class ReasonOut(BaseModel):
    """One ground of the verdict."""

    code: str = Field(
        description="Stable and machine-readable; `x-codes` says what each means.",
        json_schema_extra={"x-codes": meanings()},  # type: ignore[dict-item]
    )
    source: Literal["lexicon", "model", "lender", "disclosure", "campaign", "moderator"]
    message: str
    spans: list[SpanOut] = []
    basis: list[str] = []


class LenderFindingOut(BaseModel):
    """Which lender is claimed, which is matched, and how the publisher stands."""

    claimed: str | None = None
    matched: str | None = None
    standing: str


class VersionsOut(BaseModel):
    """With the content hash, all that it takes to give the same answer again."""

    model: str
    policy: str
    registry: str


class DecisionOut(BaseModel):
    """The verdict and its grounds."""

    model_config = ConfigDict(title="Decision")

    id: str
    verdict: Literal["block", "allow"]
    final: bool
    sequence: int | None = Field(None, description="Counts this item's decisions from 1; the highest stands.")
    label: str
    labels: dict[str, float]
    score: float = Field(ge=0, le=1)
    reasons: list[ReasonOut]
    lender: LenderFindingOut
    missing: list[str] = []
    notice: str | None = None
    versions: VersionsOut
    elapsed_ms: float = Field(ge=0)


class RecordOut(BaseModel):
    """An accepted item: where it stands, and its newest decision if there is one."""

    model_config = ConfigDict(title="Record")

    id: str
    state: Literal["pending", "decided", "quarantined"]
    received_at: datetime
    decision: DecisionOut | None = None
    context: Any = None


class RecordsOut(BaseModel):
    """The records of a batch, in its order."""

    model_config = ConfigDict(title="Records")

    items: list[RecordOut]


class Answer(RootModel[RecordOut | RecordsOut]):
    """One record for one item, records for a batch."""


class Checked(BaseModel):
    """Decisions on items that were not stored, in the order sent."""

    items: list[DecisionOut]


class CheckAnswer(RootModel[DecisionOut | Checked]):
    """One decision for one item, decisions for a batch."""


def date_of(item: ItemIn) -> datetime:
    """The instant whose registry counts: publication, or now for what is not yet published."""
    return item.published_at or datetime.now(UTC)
