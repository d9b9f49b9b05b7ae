"""The schema of a policy document: what each key may hold, and what is wrong with one, by line and column."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from classifiers.labels import LABELS, Group
from moderation.lenders.standing import Standing
from moderation.policy import places, wording
from moderation.policy.outcome import Verdict
from moderation.policy.places import Fault, Path, Unreadable
from moderation.policy.rules import Condition, Review, Rule
from moderation.policy.situations import CHOICES

PROMOTIONS = tuple(key for key, label in LABELS.items() if label.group is not Group.BENIGN)
FAULTS = tuple(code.removeprefix("disclosure.") for code in wording.DISCLOSURES)
REMARKS = (
    "branch_of_lender",
    "cheap_domain",
    "foreign_landing",
    "landing_unconfirmed",
    "licence_number_format",
    "licence_number_mismatch",
    "lookalike_domain",
    "lookalike_name",
    "matched_by_alias",
    "matched_by_domain",
    "matched_by_former_name",
    "names_other_lender",
    "shortened_link",
)
"""What a rule may ask of the registry's remarks."""

_MOST_RULES = 100


def _among(allowed: Sequence[str], what: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is no {what}; there are {', '.join(allowed)}")
        return value

    return AfterValidator(check)


def _different(values: list[str]) -> list[str]:
    twice = [value for place, value in enumerate(values) if value in values[:place]]
    if twice:
        raise ValueError(f"names {twice[0]} twice")
    return values


_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
_PerCent = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
_Threshold = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]
_Notice = Annotated[str, Field(min_length=1, max_length=300)]
_Name = Annotated[str, Field(min_length=1, max_length=100)]
_Different = AfterValidator(_different)
_Promotion = Annotated[str, _among(PROMOTIONS, "label that promotes a loan")]
_Remarks = Annotated[list[Annotated[str, _among(REMARKS, "remark")]], Field(min_length=1), _Different]
_Faults = Annotated[list[Annotated[str, _among(FAULTS, "fault of a disclosure")]], Field(min_length=1), _Different]
_Situations = Annotated[list[Annotated[str, _among(tuple(CHOICES), "row")]], Field(min_length=1), _Different]
_Labels = Annotated[list[Annotated[str, _among(tuple(LABELS), "label")]], Field(min_length=1), _Different]
_Kinds = Annotated[list[Annotated[str, _among(tuple(wording.KINDS), "kind")]], Field(min_length=1), _Different]
_Standings = Annotated[
    list[Annotated[str, _among([each.value for each in Standing], "standing")]], Field(min_length=1), _Different
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Uncertain(_Strict):
    """The band in which a moderator is asked, both ends included."""

    from_: Annotated[_Share, Field(alias="from")]
    to: _Share

    @model_validator(mode="after")
    def _ascends(self) -> "Uncertain":
        if self.from_ > self.to:
            raise ValueError(f"`from` ({self.from_:g}) must not be above `to` ({self.to:g})")
        return self


class When(_Strict):
    """The conditions of a rule: all that are given must hold."""

    situations: _Situations | None = None
    labels: _Labels | None = None
    standings: _Standings | None = None
    kinds: _Kinds | None = None
    remarks: _Remarks | None = None
    faults: _Faults | None = None
    only_faults: _Faults | None = None


class Then(_Strict):
    """What follows."""

    verdict: Verdict | None = None
    review: Review | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Then":
        if self.verdict is None and self.review is None:
            raise ValueError("must give a verdict, a review, or both")
        return self


class RuleIn(_Strict):
    """One rule; the first that applies to an item counts."""

    name: _Name
    when: When
    then: Then

    @model_validator(mode="after")
    def _within_bounds(self) -> "RuleIn":
        if self.when == When():
            raise ValueError("`when` must name a condition")
        if self.then.verdict is None:
            return self
        if self.when.situations is None:
            raise ValueError("a rule that gives a verdict must name the `situations` it is for")
        closed = [row for row in self.when.situations if self.then.verdict not in CHOICES[row]]
        if closed:
            raise ValueError(f"no policy can {self.then.verdict} what row {closed[0]} decides")
        return self

    def rule(self) -> Rule:
        """Return the rule as it is applied."""
        asked = {name: frozenset(value) for name, value in self.when if value is not None}
        if "standings" in asked:
            asked["standings"] = frozenset(Standing(each) for each in asked["standings"])
        return Rule(self.name, Condition(**asked), self.then.verdict, self.then.review)


class Document(_Strict):
    """A policy document. What has no default must be given; no other key may be."""

    format: Literal[1] = 1
    block_score: _Threshold
    label_scores: dict[_Promotion, _Threshold] = {}
    uncertain: Uncertain
    lending_ad_score: _Threshold
    allow_standings: list[Literal["verified_lender", "verified_partner"]]
    max_annual_rate: _PerCent
    sample_rate: _Share
    rules: Annotated[list[RuleIn], Field(max_length=_MOST_RULES)] = []
    notices: dict[_Promotion, _Notice] = {}
    unable: Literal["review", "block"] = "review"

    @field_validator("allow_standings")
    @classmethod
    def _each_once(cls, value: list[str]) -> list[str]:
        return _different(value)

    @field_validator("rules")
    @classmethod
    def _told_apart(cls, value: list[RuleIn]) -> list[RuleIn]:
        _different([each.name for each in value])
        return value

    @model_validator(mode="after")
    def _band_holds_thresholds(self) -> "Document":
        for name, score in {"block_score": self.block_score, **self.label_scores}.items():
            if not self.uncertain.from_ <= score <= self.uncertain.to:
                raise ValueError(f"`{name}` must lie within `uncertain`: a verdict is least certain where it turns")
        return self


def checked(source: str) -> tuple[Document | None, tuple[Fault, ...]]:
    """Return the document in the YAML text *source*, or what is wrong with it, in the order of its lines."""
    try:
        content, found = places.read(source)
    except Unreadable as error:
        return None, (error.fault,)
    if not isinstance(content, dict):
        return None, (found.fault((), "must be a mapping of keys to values"),)
    try:
        return Document.model_validate(content), ()
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False, include_input=False)
        return None, tuple(sorted(found.fault(_path(each), each["msg"].removeprefix("Value error, ")) for each in told))


def _path(fault: Any) -> Path:
    """Leave out what pydantic adds to a path: the mark that a mapping's key is wrong, not its value."""
    return tuple(step for step in fault["loc"] if step != "[key]")
