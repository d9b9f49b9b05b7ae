"""What the registry knows, as plain values: read from the rows once, then never touched again."""

import hashlib
import json
from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation.lenders import timeline
from moderation.lenders.models import LenderEntity, Operator
from moderation.lenders.timeline import Timeline

Confidence = Literal["high", "medium", "low"]
NameKind = Literal["legal_name", "former_name", "alias", "brand"]
RANK: dict[Confidence, int] = {"low": 0, "medium": 1, "high": 2}


@dataclass(frozen=True, slots=True, order=True)
class KnownName:
    """A name and how surely it is the lender's."""

    text: str
    kind: NameKind
    confidence: Confidence


@dataclass(frozen=True, slots=True, order=True)
class KnownDomain:
    """A domain as listed and how surely it is the lender's."""

    host: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Lender:
    """A legal person with a licence to lend, and its licence's state over time."""

    legal_name: str
    licence_type: str
    nfra_code: str
    province: str
    confidence: Confidence
    names: tuple[KnownName, ...]
    domains: tuple[KnownDomain, ...]
    statuses: Timeline


@dataclass(frozen=True, slots=True)
class Helper:
    """An operator (助贷, 贷超): known by name, without a licence to lend."""

    name: str
    role: str
    confidence: Confidence
    brands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """All lenders and operators, in order of name."""

    lenders: tuple[Lender, ...] = ()
    operators: tuple[Helper, ...] = ()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that a verdict may rest on; notes and sources are not part of it."""
        content = [
            [
                [lender.legal_name, lender.licence_type, lender.nfra_code, lender.province, lender.confidence],
                [[name.text, name.kind, name.confidence] for name in lender.names],
                [[domain.host, domain.confidence] for domain in lender.domains],
                timeline.render(lender.statuses),
            ]
            for lender in self.lenders
        ]
        helpers = [[each.name, each.role, each.confidence, each.brands] for each in self.operators]
        plain = json.dumps([content, helpers], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()


def read_facts(session: Session) -> Facts:
    """Read all facts from the rows."""
    lenders = [_lender(row) for row in session.scalars(select(LenderEntity))]
    operators = [
        Helper(row.name, row.role, cast(Confidence, row.confidence), tuple(row.brands))
        for row in session.scalars(select(Operator))
    ]
    return Facts(
        tuple(sorted(lenders, key=lambda lender: lender.legal_name)),
        tuple(sorted(operators, key=lambda operator: operator.name)),
    )


def _lender(row: LenderEntity) -> Lender:
    names = {KnownName(each.name, cast(NameKind, each.kind), cast(Confidence, each.confidence)) for each in row.names}
    domains = {KnownDomain(each.domain, cast(Confidence, each.confidence)) for each in row.domains}
    return Lender(
        legal_name=row.legal_name,
        licence_type=row.licence_type,
        nfra_code=row.nfra_code,
        province=row.province,
        confidence=cast(Confidence, row.confidence),
        names=tuple(sorted(names)),
        domains=tuple(sorted(domains)),
        statuses=row_timeline(row),
    )


def row_timeline(row: LenderEntity) -> Timeline:
    """Return the statuses of a row's periods, in order."""
    return timeline.parse(
        ";".join(each.status + (f"@{each.valid_from}" if each.valid_from else "") for each in row.periods)
    )
