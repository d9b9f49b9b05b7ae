"""The kinds of records that the registry keeps, and the columns that a file of each may have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from moderation.lenders import cells

Fields = dict[str, str]
"""A record's cells by column, each in its canonical form."""

Kind = Literal["lenders", "operators", "brands", "channels", "partners"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column by name, and the check of its cells. A file may leave out what is not ``required``."""

    name: str
    check: Callable[[str], str] = cells.text
    required: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of file; ``key`` names the columns that tell its rows apart."""

    kind: Kind
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def required(self) -> set[str]:
        return {column.name for column in self.columns if column.required}

    def key_of(self, fields: Mapping[str, str]) -> str:
        """Return what tells the row of *fields* from others of its kind."""
        return " / ".join(value for name in self.key if (value := fields.get(name, "")))


_SOURCED = (
    Column("source", cells.sourced, required=True),
    Column("confidence", cells.confidence, required=True),
    Column("as_of", cells.day),
    Column("note"),
)
"""Every fact says where it comes from, how sure it is, and of which day it tells."""

_VALID = (Column("valid_from", cells.day), Column("valid_to", cells.day))
"""The first day, and the day after the last; nothing where none is known."""

SHEETS: dict[Kind, Sheet] = {
    "lenders": Sheet(
        "lenders",
        ("legal_name",),
        (
            Column("legal_name", cells.named, required=True),
            Column("licence_type", cells.licence_type, required=True),
            *_SOURCED,
            Column("uscc", cells.uscc),
            Column("nfra_code", cells.nfra_code),
            Column("licence_no"),
            Column("regulator"),
            Column("valid_region"),
            Column("province"),
            Column("products", cells.products),
            Column("channel", cells.channel),
            Column("max_amount", cells.amount),
            Column("former_names", cells.names),
            Column("brands_supported", cells.names),
            Column("brands_unverified", cells.names),
            Column("domains", cells.domains),
            Column("domain_confidence", cells.optional_confidence),
            Column("domains_unverified", cells.domains),
            Column("status", cells.status),
            Column("status_history", cells.statuses),
            Column("expires", cells.day),
        ),
    ),
    "operators": Sheet(
        "operators",
        ("operator_name",),
        (
            Column("operator_name", cells.named, required=True),
            *_SOURCED,
            Column("brands", cells.names),
            Column("role"),
        ),
    ),
    "brands": Sheet(
        "brands",
        ("legal_name", "brand"),
        (
            Column("legal_name", cells.named, required=True),
            Column("brand", cells.named, required=True),
            *_SOURCED,
            *_VALID,
        ),
    ),
    "channels": Sheet(
        "channels",
        ("legal_name", "channel", "value"),
        (
            Column("legal_name", cells.named, required=True),
            Column("channel", cells.channel_kind, required=True),
            Column("value", cells.channel_value, required=True),
            *_SOURCED,
            *_VALID,
        ),
    ),
    "partners": Sheet(
        "partners",
        ("legal_name", "operator_name", "role", "product"),
        (
            Column("legal_name", cells.named, required=True),
            Column("operator_name", cells.named, required=True),
            Column("role", cells.role, required=True),
            *_SOURCED,
            Column("product"),
            *_VALID,
        ),
    ),
}
