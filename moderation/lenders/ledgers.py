"""How each kind of file is kept in rows: reading the rows back as a file's fields, and writing them."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation.lenders import cells, timeline
from moderation.lenders.difference import Fields
from moderation.lenders.facts import row_timeline
from moderation.lenders.models import LenderEntity, LenderName, LenderStatus, Operator
from moderation.lenders.offspring import domain_rows, name_rows, set_domains, set_names
from moderation.lenders.refusals import Fault
from moderation.lenders.sheets import Kind, Record

BRANDS_FILE = "brands"
_SCALARS = ("legal_name", "licence_type", "nfra_code", "regulator", "province", "confidence", "note", "source")
_LISTS = ("former_names", "brands_supported", "brands_unverified")


class Ledger(Protocol):
    """One kind of file's rows in the database."""

    def stored(self) -> dict[str, Fields]:
        """Return what is there, by key, in the fields of the file."""
        ...

    def settled(self, fields: Fields, stored: Fields) -> Fields:
        """Return what a row's fields come to, given what is there."""
        ...

    def faults(self, records: Sequence[Record]) -> list[Fault]:
        """Return what is wrong with rows in view of the rest of the registry."""
        ...

    def put(self, key: str, fields: Fields) -> None:
        """Write a row; *fields* are complete."""
        ...


class LenderLedger:
    """Lenders with their names, domains and statuses."""

    def __init__(self, session: Session, today: date):
        self._session = session
        self._today = today
        self._rows = {row.legal_name: row for row in session.scalars(select(LenderEntity).order_by(LenderEntity.id))}

    def stored(self) -> dict[str, Fields]:
        return {key: self._fields(row) for key, row in self._rows.items()}

    def settled(self, fields: Fields, stored: Fields) -> Fields:
        told = _told(fields)
        day = date.fromisoformat(fields["as_of"]) if fields.get("as_of") else self._today
        known = timeline.parse(stored.get("statuses", ""))
        settled = {name: value for name, value in fields.items() if name not in {"status", "status_history"}}
        settled["licence_type"] = cells.plain_licence_type(fields["licence_type"])
        settled["statuses"] = timeline.render(timeline.merge(known, told, day))
        if "domains" in fields:
            confidence = fields.get("domain_confidence") or stored.get("domain_confidence") or "low"
            settled["domain_confidence"] = confidence if fields["domains"] else ""
        return settled

    def faults(self, records: Sequence[Record]) -> list[Fault]:
        return []

    def put(self, key: str, fields: Fields) -> None:
        row = self._rows.get(key) or LenderEntity()
        for name in _SCALARS:
            setattr(row, name, fields.get(name, ""))
        row.region = fields.get("valid_region", "")
        row.as_of = date.fromisoformat(fields["as_of"]) if fields.get("as_of") else None
        statuses = timeline.parse(fields["statuses"])
        row.status = statuses[-1][1]
        if not row.periods or row_timeline(row) != statuses:
            row.periods = [LenderStatus(status=s, valid_from=a, valid_to=b) for s, a, b in timeline.periods(statuses)]
        set_names(row, name_rows(fields))
        set_domains(row, domain_rows(fields))
        self._session.add(row)
        self._rows[key] = row

    def _fields(self, row: LenderEntity) -> Fields:
        fields = {name: getattr(row, name) for name in _SCALARS}
        fields |= {origin: _spelled(row, origin) for origin in _LISTS}
        listed = [domain for domain in row.domains if domain.origin == "domains"]
        unverified = [domain for domain in row.domains if domain.origin == "domains_unverified"]
        return fields | {
            "valid_region": row.region,
            "domains": ";".join(sorted(domain.domain for domain in listed)),
            "domain_confidence": listed[0].confidence if listed else "",
            "domains_unverified": ";".join(sorted(domain.domain for domain in unverified)),
            "statuses": timeline.render(row_timeline(row)),
            "as_of": row.as_of.isoformat() if row.as_of else "",
        }


class OperatorLedger:
    """Operators."""

    def __init__(self, session: Session):
        self._session = session
        self._rows = {row.name: row for row in session.scalars(select(Operator).order_by(Operator.id))}

    def stored(self) -> dict[str, Fields]:
        return {key: self._fields(row) for key, row in self._rows.items()}

    def settled(self, fields: Fields, stored: Fields) -> Fields:
        return fields

    def faults(self, records: Sequence[Record]) -> list[Fault]:
        return []

    def put(self, key: str, fields: Fields) -> None:
        row = self._rows.get(key) or Operator(name=key)
        row.brands = cells.parts(fields.get("brands", ""))
        row.role, row.note = fields.get("role", ""), fields.get("note", "")
        row.source, row.confidence = fields["source"], fields["confidence"]
        self._session.add(row)
        self._rows[key] = row

    def _fields(self, row: Operator) -> Fields:
        scalars = {"role": row.role, "source": row.source, "confidence": row.confidence, "note": row.note}
        return {"operator_name": row.name, "brands": ";".join(sorted(row.brands)), **scalars}


class BrandLedger:
    """Single names that a file claims for lenders that are there already."""

    def __init__(self, session: Session):
        self._lenders = {row.legal_name: row for row in session.scalars(select(LenderEntity))}
        self._rows = {
            f"{lender.legal_name} / {_mark(name)}": name
            for lender in self._lenders.values()
            for name in lender.names
            if name.origin == BRANDS_FILE
        }

    def stored(self) -> dict[str, Fields]:
        return {key: {"source": row.source, "confidence": row.confidence} for key, row in self._rows.items()}

    def settled(self, fields: Fields, stored: Fields) -> Fields:
        name = {} if stored else {"legal_name": fields["legal_name"], "brand": fields["brand"]}
        return {**name, "source": fields["source"], "confidence": fields["confidence"]}

    def faults(self, records: Sequence[Record]) -> list[Fault]:
        strangers = [record for record in records if record.fields["legal_name"] not in self._lenders]
        return [
            Fault(record.line, "legal_name", record.fields["legal_name"], "is no lender in the registry")
            for record in strangers
        ]

    def put(self, key: str, fields: Fields) -> None:
        row = self._rows.get(key)
        if row is None:
            former = cells.former(fields["brand"])
            row = LenderName(
                name=former or fields["brand"], kind="former_name" if former else "brand", origin=BRANDS_FILE
            )
            self._lenders[fields["legal_name"]].names.append(row)
            self._rows[key] = row
        row.source, row.confidence = fields["source"], fields["confidence"]


def ledger(session: Session, kind: Kind, today: date) -> Ledger:
    """Return the ledger of a kind of file."""
    if kind == "lenders":
        return LenderLedger(session, today)
    return OperatorLedger(session) if kind == "operators" else BrandLedger(session)


def _told(fields: Fields) -> timeline.Timeline:
    """Return what a row says of the licence's state: dated statuses, or else the one that holds now."""
    since = cells.suspended_since(fields["licence_type"])
    dated = [fields.get("status_history", ""), f"suspended@{since}" if since else ""]
    history = ";".join(part for part in dict.fromkeys(";".join(dated).split(";")) if part)
    return timeline.parse(history or fields.get("status") or "active")


def _spelled(row: LenderEntity, origin: str) -> str:
    plain = origin == "former_names"
    return ";".join(sorted(name.name if plain else _mark(name) for name in row.names if name.origin == origin))


def _mark(name: LenderName) -> str:
    return f"{name.name}(旧名)" if name.kind == "former_name" else name.name
