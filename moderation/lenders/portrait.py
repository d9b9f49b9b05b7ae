"""All that the registry holds about one lender, as its API and its command line show it."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date

from pydantic import BaseModel, Field

from moderation.lenders import cells, names, timeline
from moderation.lenders.facts import Facts, Lender, valid_in
from moderation.lenders.kinds import Fields, Kind


class Claim(BaseModel):
    """A fact with where it comes from, how sure it is, and when it holds."""

    source: str
    confidence: str
    valid_from: date | None = None
    valid_to: date | None = Field(None, description="The day after the last one.")


class NameOut(Claim):
    """A name of a lender."""

    name: str
    kind: str


class DomainOut(Claim):
    """A domain of a lender; all hosts below it are the lender's."""

    domain: str


class ContactOut(Claim):
    """An app, an official account or a hotline."""

    kind: str
    value: str


class PartnerOut(Claim):
    """An operator that the lender lists as its partner."""

    operator: str
    role: str
    product: str


class LenderOut(BaseModel):
    """A lender as of a day; ``status`` is that day's, ``status_history`` all that is known."""

    id: int
    legal_name: str
    licence_type: str
    uscc: str
    nfra_code: str
    licence_no: str
    regulator: str
    region: str
    province: str
    products: list[str]
    channel: str
    max_amount: int | None = Field(description="Yuan; null where only the type of licence sets a limit.")
    status: str
    at: date
    status_history: str
    expires: date | None
    confidence: str
    source: str
    note: str
    as_of: date | None
    names: list[NameOut]
    domains: list[DomainOut]
    contacts: list[ContactOut]
    partners: list[PartnerOut]


def number_of(legal_name: str) -> int:
    """Return the number by which the API knows the lender: it follows from the legal name."""
    return int.from_bytes(hashlib.blake2b(legal_name.encode(), digest_size=6).digest())


def search(facts: Facts, name: str) -> list[Lender]:
    """Return the lenders of which *name* is part of any name; all of them for an empty one."""
    part = name.casefold()
    return [lender for lender in facts.lenders if any(part in known.text.casefold() for known in lender.names)]


def draw(records: Sequence[tuple[Kind, Fields]], day: date) -> LenderOut:
    """Return the lender that *records* (see ``store.about``) are about, as of *day*."""
    own = records[0][1]
    statuses = timeline.parse(own["statuses"])
    return LenderOut(
        id=number_of(own["legal_name"]),
        region=own.get("valid_region", ""),
        products=cells.parts(own.get("products", "")),
        max_amount=int(own["max_amount"]) if own.get("max_amount") else None,
        status=timeline.at(statuses, day),
        at=day,
        status_history=timeline.render(statuses),
        expires=_day(own.get("expires")),
        as_of=_day(own.get("as_of")),
        names=[*_own_names(own), *(_brand(fields) for fields in _of("brands", records))],
        domains=[*_own_domains(own), *(_domain(each) for each in _of("channels", records) if _is_domain(each))],
        contacts=[_contact(each) for each in _of("channels", records) if not _is_domain(each)],
        partners=[_partner(each) for each in _of("partners", records)],
        **{name: own.get(name, "") for name in _PLAIN},
    )


_PLAIN = (
    "legal_name", "licence_type", "uscc", "nfra_code", "licence_no", "regulator", "province", "channel", "confidence",
    "source", "note",
)  # fmt: skip


def _of(kind: Kind, records: Iterable[tuple[Kind, Fields]]) -> list[Fields]:
    return [fields for each, fields in records if each == kind]


def _own_names(own: Fields) -> list[NameOut]:
    return [
        NameOut(name=each.text, kind=each.kind, confidence=each.confidence, source=each.source)
        for each in names.of_lender(own)
    ]


def _own_domains(own: Fields) -> list[DomainOut]:
    sure = own.get("domain_confidence") or "low"
    pairs = [(host, sure) for host in cells.parts(own.get("domains", ""))]
    pairs += [(host, "low") for host in cells.parts(own.get("domains_unverified", ""))]
    return [DomainOut(domain=host, confidence=confidence, source=own["source"]) for host, confidence in pairs]


def _brand(fields: Fields) -> NameOut:
    former = cells.former(fields["brand"])
    return NameOut(name=former or fields["brand"], kind="former_name" if former else "brand", **_claim(fields))


def _domain(fields: Fields) -> DomainOut:
    return DomainOut(domain=fields["value"], **_claim(fields))


def _contact(fields: Fields) -> ContactOut:
    return ContactOut(kind=fields["channel"], value=fields["value"], **_claim(fields))


def _partner(fields: Fields) -> PartnerOut:
    return PartnerOut(
        operator=fields["operator_name"], role=fields["role"], product=fields.get("product", ""), **_claim(fields)
    )


def _is_domain(fields: Fields) -> bool:
    return fields["channel"] == "domain"


def _claim(fields: Fields) -> dict[str, str | date | None]:
    valid = valid_in(fields)
    return {
        "source": fields["source"],
        "confidence": fields["confidence"],
        "valid_from": None if valid.since == date.min else valid.since,
        "valid_to": None if valid.until == date.max else valid.until,
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
