"""What the registry knows, as plain values: assembled from records once, then never touched again."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal, cast

from moderation.lenders import cells, links, names, timeline
from moderation.lenders.kinds import Fields, Kind
from moderation.lenders.names import Confidence, NameKind
from moderation.lenders.timeline import Timeline

ContactKind = Literal["app", "wechat_oa", "hotline"]
RANK: dict[Confidence, int] = {"low": 0, "medium": 1, "high": 2}


@dataclass(frozen=True, slots=True, order=True)
class Validity:
    """From the day ``since`` until the day before ``until``."""

    since: date = date.min
    until: date = date.max

    def holds(self, day: date) -> bool:
        """Whether *day* lies within."""
        return self.since <= day < self.until


ALWAYS = Validity()


@dataclass(frozen=True, slots=True, order=True)
class KnownName:
    """A name, how surely it is the lender's, and when."""

    text: str
    kind: NameKind
    confidence: Confidence
    valid: Validity = ALWAYS


@dataclass(frozen=True, slots=True, order=True)
class KnownDomain:
    """A domain as listed, how surely it is the lender's, and when."""

    host: str
    confidence: Confidence
    valid: Validity = ALWAYS


@dataclass(frozen=True, slots=True, order=True)
class KnownContact:
    """An app, an official account or a telephone number of a lender's."""

    kind: ContactKind
    value: str
    confidence: Confidence
    valid: Validity = ALWAYS


@dataclass(frozen=True, slots=True)
class Scope:
    """What a licence allows as far as the registry knows; empty where only the type of licence tells."""

    products: tuple[str, ...] = ()
    channel: str = ""
    region: str = ""
    max_amount: int | None = None


@dataclass(frozen=True, slots=True)
class Lender:
    """A legal person with a licence to lend, and its state over time; ``expires`` is the licence's last day."""

    legal_name: str
    licence_type: str
    nfra_code: str
    province: str
    confidence: Confidence
    names: tuple[KnownName, ...]
    domains: tuple[KnownDomain, ...]
    statuses: Timeline
    uscc: str = ""
    licence_no: str = ""
    scope: Scope = field(default_factory=Scope)
    contacts: tuple[KnownContact, ...] = ()
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Helper:
    """An operator (助贷, 贷超): known by name, without a licence to lend."""

    name: str
    role: str
    confidence: Confidence
    brands: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Partnership:
    """A lender's own word that an operator works for it, in a role, for a product (or all), and when."""

    lender: str
    operator: str
    role: str
    product: str
    confidence: Confidence
    valid: Validity = ALWAYS


@dataclass(frozen=True)
class Facts:
    """All lenders, operators and partnerships, in order of name."""

    lenders: tuple[Lender, ...] = ()
    operators: tuple[Helper, ...] = ()
    partnerships: tuple[Partnership, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of all that a verdict may rest on; notes and sources are not part of it."""
        plain = json.dumps(
            [
                [_told(lender) for lender in self.lenders],
                [[each.name, each.role, each.confidence, each.brands] for each in self.operators],
                [
                    [each.lender, each.operator, each.role, each.product, each.confidence, *_days(each.valid)]
                    for each in self.partnerships
                ],
            ],
            ensure_ascii=False,
            separators=(",", ":"),
        )
        return hashlib.sha256(plain.encode()).hexdigest()


def assemble(records: Iterable[tuple[Kind, Fields]]) -> Facts:
    """Return the facts that *records*, as settled by ``ledgers``, come to."""
    by_kind: dict[Kind, list[Fields]] = defaultdict(list)
    for kind, fields in records:
        by_kind[kind].append(fields)
    brands, channels = (_by_lender(by_kind[kind]) for kind in ("brands", "channels"))
    lenders = [
        _lender(fields, brands[fields["legal_name"]], channels[fields["legal_name"]]) for fields in by_kind["lenders"]
    ]
    operators = [
        Helper(
            fields["operator_name"],
            fields.get("role", ""),
            cast(Confidence, fields["confidence"]),
            tuple(cells.parts(fields.get("brands", ""))),
        )
        for fields in by_kind["operators"]
    ]
    return Facts(
        tuple(sorted(lenders, key=lambda lender: lender.legal_name)),
        tuple(sorted(operators, key=lambda operator: operator.name)),
        tuple(sorted(_partnership(fields) for fields in by_kind["partners"])),
    )


def valid_in(fields: Fields) -> Validity:
    """Return when a record holds, by its own columns."""
    return Validity(*(_day(fields.get(name, ""), edge) for name, edge in _EDGES))


_EDGES = (("valid_from", date.min), ("valid_to", date.max))


def _by_lender(rows: Iterable[Fields]) -> dict[str, list[Fields]]:
    grouped: dict[str, list[Fields]] = defaultdict(list)
    for fields in rows:
        grouped[fields["legal_name"]].append(fields)
    return grouped


def _lender(fields: Fields, brands: Iterable[Fields], channels: Iterable[Fields]) -> Lender:
    known = {KnownName(each.text, each.kind, each.confidence) for each in names.of_lender(fields)}
    known |= {_brand(each) for each in brands}
    domains, contacts = _domains(fields), set()
    for each in channels:
        confidence, valid = cast(Confidence, each["confidence"]), valid_in(each)
        if each["channel"] == "domain":
            domains.add(KnownDomain(links.host_of(each["value"]) or each["value"], confidence, valid))
        else:
            contacts.add(KnownContact(cast(ContactKind, each["channel"]), each["value"], confidence, valid))
    return Lender(
        legal_name=fields["legal_name"],
        licence_type=fields["licence_type"],
        nfra_code=fields.get("nfra_code", ""),
        province=fields.get("province", ""),
        confidence=cast(Confidence, fields["confidence"]),
        names=tuple(sorted(known)),
        domains=tuple(sorted(domains)),
        statuses=timeline.parse(fields["statuses"]),
        uscc=fields.get("uscc", ""),
        licence_no=fields.get("licence_no", ""),
        scope=_scope(fields),
        contacts=tuple(sorted(contacts)),
        expires=date.fromisoformat(fields["expires"]) if fields.get("expires") else None,
    )


def _brand(fields: Fields) -> KnownName:
    former = cells.former(fields["brand"])
    kind: NameKind = "former_name" if former else "brand"
    return KnownName(former or fields["brand"], kind, cast(Confidence, fields["confidence"]), valid_in(fields))


def _domains(fields: Fields) -> set[KnownDomain]:
    sure = cast(Confidence, fields.get("domain_confidence") or "low")
    listed = {KnownDomain(host, sure) for host in cells.parts(fields.get("domains", ""))}
    return listed | {KnownDomain(host, "low") for host in cells.parts(fields.get("domains_unverified", ""))}


def _scope(fields: Fields) -> Scope:
    return Scope(
        tuple(cells.parts(fields.get("products", ""))),
        fields.get("channel", ""),
        fields.get("valid_region", ""),
        int(fields["max_amount"]) if fields.get("max_amount") else None,
    )


def _partnership(fields: Fields) -> Partnership:
    return Partnership(
        fields["legal_name"],
        fields["operator_name"],
        fields["role"],
        fields.get("product", ""),
        cast(Confidence, fields["confidence"]),
        valid_in(fields),
    )


def _day(text: str, edge: date) -> date:
    return date.fromisoformat(text) if text else edge


def _days(valid: Validity) -> list[str]:
    return [valid.since.isoformat(), valid.until.isoformat()]


def _told(lender: Lender) -> list[object]:
    scope = lender.scope
    return [
        [lender.legal_name, lender.licence_type, lender.nfra_code, lender.province, lender.confidence],
        [lender.uscc, lender.licence_no, lender.expires.isoformat() if lender.expires else ""],
        [scope.products, scope.channel, scope.region, scope.max_amount],
        [[name.text, name.kind, name.confidence, *_days(name.valid)] for name in lender.names],
        [[domain.host, domain.confidence, *_days(domain.valid)] for domain in lender.domains],
        [[each.kind, each.value, each.confidence, *_days(each.valid)] for each in lender.contacts],
        timeline.render(lender.statuses),
    ]
