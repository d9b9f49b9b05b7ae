"""Which names a lender's record implies, of which kind, and how surely."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast

from moderation.lenders import cells, naming
from moderation.lenders.kinds import Fields

Confidence = Literal["high", "medium", "low"]
NameKind = Literal["legal_name", "former_name", "alias", "brand"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a lender, and what told it: a column, or the legal name."""

    text: str
    kind: NameKind
    confidence: Confidence
    source: str


def of_lender(fields: Fields) -> Iterator[Name]:
    """Yield the names in a lender's record, and the short ones that its legal name implies."""
    legal, source = fields["legal_name"], fields["source"]
    sure = cast(Confidence, fields["confidence"])
    supported: Confidence = "low" if sure == "low" else "medium"
    yield Name(naming.bare(legal), "legal_name", sure, source)
    for short in naming.short_names(legal):
        yield Name(short, "alias", sure, "follows from the legal name")
    for former in cells.parts(fields.get("former_names", "")):
        yield Name(former, "former_name", supported, source)
    yield from _brands(fields, "brands_supported", supported)
    yield from _brands(fields, "brands_unverified", "low")


def _brands(fields: Fields, column: str, confidence: Confidence) -> Iterator[Name]:
    for name in cells.parts(fields.get(column, "")):
        former = cells.former(name)
        kind: NameKind = "former_name" if former else "alias" if naming.is_firm(name) else "brand"
        yield Name(former or name, kind, confidence, fields["source"])
