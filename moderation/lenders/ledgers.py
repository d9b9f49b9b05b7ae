"""What a file's rows come to, given the records that are there; nothing here reads or writes a database."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from moderation.lenders import cells, links, timeline
from moderation.lenders.facts import valid_in
from moderation.lenders.kinds import Fields, Kind
from moderation.lenders.refusals import Fault
from moderation.lenders.sheets import Record


def settled(kind: Kind, told: Fields, stored: Fields, today: date) -> Fields:
    """Return the record that a row comes to: all its fields, those that the row doesn't tell as they were."""
    if kind == "lenders":
        return stored | _lender(told, stored, today)
    if kind == "channels" and told["channel"] == "domain":
        return stored | told | {"value": links.host_of(told["value"]) or told["value"]}
    return stored | told


def faults(kind: Kind, records: Sequence[Record], lenders: Collection[str]) -> list[Fault]:
    """Return what is wrong with rows as wholes, and in view of the *lenders* that there are."""
    found: list[Fault] = []
    for record in records:
        found += [Fault(record.line, column, value, message) for column, value, message in _wrong(kind, record.fields)]
        name = record.fields["legal_name"] if kind in {"brands", "channels", "partners"} else None
        if name is not None and name not in lenders:
            found.append(Fault(record.line, "legal_name", name, "is no lender in the registry"))
    return found


def _wrong(kind: Kind, fields: Fields) -> Iterable[tuple[str, str, str]]:
    valid = valid_in(fields)
    if valid.since >= valid.until:
        yield "valid_to", fields["valid_to"], f"is not after valid_from, {fields['valid_from']}"
    if kind == "channels" and fields["channel"] == "domain":
        host = links.host_of(fields["value"])
        if host is None or "/" in fields["value"] or links.registrable(host) is None:
            yield "value", fields["value"], "is no domain"


def _lender(told: Fields, stored: Fields, today: date) -> Fields:
    day = date.fromisoformat(told["as_of"]) if told.get("as_of") else today
    known = timeline.parse(stored.get("statuses", ""))
    fields = {name: value for name, value in told.items() if name not in {"status", "status_history"}}
    fields["licence_type"] = cells.plain_licence_type(told["licence_type"])
    fields["statuses"] = timeline.render(timeline.merge(known, _states(told), day))
    if "domains" in fields:
        confidence = fields.get("domain_confidence") or stored.get("domain_confidence") or "low"
        fields["domain_confidence"] = confidence if fields["domains"] else ""
    return fields


def _states(told: Fields) -> timeline.Timeline:
    """Return what a row says of the licence's state: dated statuses, or else the one that holds now."""
    since = cells.suspended_since(told["licence_type"])
    dated = [told.get("status_history", ""), f"suspended@{since}" if since else ""]
    history = ";".join(part for part in dict.fromkeys(";".join(dated).split(";")) if part)
    return timeline.parse(history or told.get("status") or "active")
