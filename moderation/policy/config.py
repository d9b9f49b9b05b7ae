"""The policy's figures: read from YAML, checked, and named by a hash of all that a verdict hangs on."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from moderation.errors import DaidunError
from moderation.lenders.standing import Standing

SHIPPED = "default.yaml"
_RULES = ("basis.py", "case.py", "decide.py", "disclosures.py", "patterns.py", "prices.py", "reasons.py", "wording.py")

_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
_PerCent = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
_Threshold = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]


class PolicyError(DaidunError):
    """A policy file that cannot be trusted; the message names the file and the key."""


class _Uncertain(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    from_: Annotated[_Share, Field(alias="from")]
    to: _Share

    @model_validator(mode="after")
    def _ascends(self) -> "_Uncertain":
        if self.from_ > self.to:
            raise ValueError(f"`from` ({self.from_:g}) must not be above `to` ({self.to:g})")
        return self


class _File(BaseModel):
    """What a policy file must hold: every key, no other."""

    model_config = ConfigDict(extra="forbid", strict=True)

    block_score: _Threshold
    uncertain: _Uncertain
    lending_ad_score: _Threshold
    allow_standings: list[Literal["verified_lender", "verified_partner"]]
    sample_rate: _Share
    max_annual_rate: _PerCent

    @field_validator("allow_standings")
    @classmethod
    def _each_once(cls, value: list[str]) -> list[str]:
        if len(set(value)) < len(value):
            raise ValueError("names a standing twice")
        return value

    @model_validator(mode="after")
    def _band_holds_threshold(self) -> "_File":
        if not self.uncertain.from_ <= self.block_score <= self.uncertain.to:
            raise ValueError("`block_score` must lie within `uncertain`: a verdict is least certain where it turns")
        return self


class _OnceLoader(yaml.SafeLoader):
    """Refuses a key that stands there twice: of two thresholds nobody knows which was meant."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = [key for place, key in enumerate(keys) if key in keys[:place]]
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"{twice[0]} stands there twice", node.start_mark)
        return super().construct_mapping(node, deep)


@dataclass(frozen=True)
class Policy:
    """The figures by which ``decide`` turns readings into verdicts.

    ``block_score`` is the probability from which an item is blocked, ``uncertain_from`` to ``uncertain_to``
    (both included) the band in which a moderator is asked. ``lending_ad_score`` is the probability from which a
    trusted publisher's text counts as a loan ad; ``allowing`` holds the standings that make a publisher trusted.
    ``sample_rate`` is the share of allowed items that a moderator checks; ``max_annual_rate``, in per cent, what a
    trusted publisher's loan may cost. ``rules`` is a hash of the decision's
    program and wording.
    """

    block_score: float
    uncertain_from: float
    uncertain_to: float
    lending_ad_score: float
    allowing: frozenset[Standing]
    sample_rate: float
    max_annual_rate: float
    rules: str

    @cached_property
    def version(self) -> str:
        """A hash of the figures and the rules: equal versions give equal verdicts for equal readings."""
        values = {name: value for name, value in vars(self).items() if name != "version"}
        canonical = json.dumps(values | {"allowing": sorted(self.allowing)}, sort_keys=True)
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:16]

    @classmethod
    def load(cls, path: Path | None = None) -> "Policy":
        """Read the policy at *path*, by default the one shipped with the package.

        Raises:
            PolicyError: the file is missing, is no YAML, lacks a key, or has a value that makes no sense.
        """
        name = path.name if path else SHIPPED
        checked = _checked(name, _content(name, path))
        return cls(
            block_score=checked.block_score,
            uncertain_from=checked.uncertain.from_,
            uncertain_to=checked.uncertain.to,
            lending_ad_score=checked.lending_ad_score,
            allowing=frozenset(Standing(each) for each in checked.allow_standings),
            sample_rate=checked.sample_rate,
            max_annual_rate=checked.max_annual_rate,
            rules=_rules(),
        )


@cache
def _rules() -> str:
    digest = hashlib.sha256()
    for name in _RULES:
        digest.update(files(__package__).joinpath(name).read_bytes())
    prices = files("moderation.rates")
    for source in sorted((each for each in prices.iterdir() if each.name.endswith(".py")), key=lambda each: each.name):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _content(name: str, path: Path | None) -> Mapping[object, object]:
    try:
        source = path or files(__package__).joinpath(SHIPPED)
        content = yaml.load(source.read_text(encoding="utf-8"), _OnceLoader)  # noqa: S506 - it is a safe loader.
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PolicyError(f"policy {name} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise PolicyError(f"policy {name}: must be a mapping of keys to values")
    return content


def _checked(name: str, content: Mapping[object, object]) -> _File:
    try:
        return _File.model_validate(content)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        told = "; ".join(f"{_key(fault['loc'])}: {fault['msg']}" for fault in faults)
        raise PolicyError(f"policy {name}: {told}") from error


def _key(place: tuple[int | str, ...]) -> str:
    return ".".join(map(str, place)) or "block_score, uncertain"
