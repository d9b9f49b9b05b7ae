"""A lender's names and domains: which rows a file's fields come to, and bringing the stored ones in line."""

from dataclasses import dataclass

from moderation.lenders import cells, naming
from moderation.lenders.difference import Fields
from moderation.lenders.facts import NameKind
from moderation.lenders.models import LenderDomain, LenderEntity, LenderName

_DERIVED = "derived"
_OURS = frozenset({"legal_name", "former_names", "brands_supported", "brands_unverified", _DERIVED})


@dataclass(frozen=True, slots=True)
class Entry:
    """A name or domain, how surely it is the lender's, and the column it came from."""

    text: str
    kind: NameKind
    confidence: str
    source: str
    origin: str


def name_rows(fields: Fields) -> list[Entry]:
    """Return the names that a lender's fields hold, and the short ones that its legal name implies."""
    legal, sure, source = fields["legal_name"], fields["confidence"], fields["source"]
    supported = "low" if sure == "low" else "medium"
    entries = [Entry(naming.bare(legal), "legal_name", sure, source, "legal_name")]
    entries += [
        Entry(name, "alias", sure, "follows from the legal name", _DERIVED) for name in naming.short_names(legal)
    ]
    entries += [
        Entry(name, "former_name", supported, source, "former_names")
        for name in cells.parts(fields.get("former_names", ""))
    ]
    entries += _brands(fields, "brands_supported", supported) + _brands(fields, "brands_unverified", "low")
    return entries


def domain_rows(fields: Fields) -> list[Entry]:
    """Return the domains that a lender's fields hold."""
    sure = fields.get("domain_confidence") or "low"
    listed = cells.parts(fields.get("domains", ""))
    unverified = cells.parts(fields.get("domains_unverified", ""))
    return [Entry(domain, "brand", sure, fields["source"], "domains") for domain in listed] + [
        Entry(domain, "brand", "low", fields["source"], "domains_unverified") for domain in unverified
    ]


def set_names(row: LenderEntity, entries: list[Entry]) -> None:
    """Bring a lender's names in line with *entries*; names that another file brought stay."""
    there = {(name.name, name.origin): name for name in row.names}
    kept = [name for name in row.names if name.origin not in _OURS]
    for entry in entries:
        name = there.get((entry.text, entry.origin)) or LenderName(name=entry.text, origin=entry.origin)
        name.kind, name.confidence, name.source = entry.kind, entry.confidence, entry.source
        if name not in kept:
            kept.append(name)
    row.names = kept


def set_domains(row: LenderEntity, entries: list[Entry]) -> None:
    """Bring a lender's domains in line with *entries*."""
    there = {(domain.domain, domain.origin): domain for domain in row.domains}
    kept = []
    for entry in entries:
        domain = there.get((entry.text, entry.origin)) or LenderDomain(domain=entry.text, origin=entry.origin)
        domain.confidence, domain.source = entry.confidence, entry.source
        kept.append(domain)
    row.domains = kept


def _brands(fields: Fields, column: str, confidence: str) -> list[Entry]:
    entries = []
    for name in cells.parts(fields.get(column, "")):
        former = cells.former(name)
        kind: NameKind = "former_name" if former else "alias" if naming.is_firm(name) else "brand"
        entries.append(Entry(former or name, kind, confidence, fields["source"], column))
    return entries
