"""Which changes could turn a block into an allow; those need a second person.

A record grants something (this name, this domain, this state on these days) or restrains somebody (an operator is
nobody who may lend; a name that is a lender's is not another's to use). A change widens if it leaves more granted
or less restrained than before, on any day. Records of low confidence grant nothing, but do restrain: to take a lender
out at once, lower its confidence or end its licence; to take its record out needs two.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from moderation.lenders import cells, names, timeline
from moderation.lenders.facts import ALWAYS, Validity, valid_in
from moderation.lenders.kinds import Fields, Kind
from moderation.lenders.timeline import Timeline

Held = tuple[str, Validity]


def reasons(kind: Kind, before: Fields | None, after: Fields | None) -> tuple[str, ...]:
    """Return why changing a record from *before* to *after* widens; nothing if it doesn't. None means no record."""
    granted = _beyond(_grants(kind, after), list(_grants(kind, before)))
    freed = _beyond(_restrains(kind, before), list(_restrains(kind, after)))
    told = [f"grants {each}" for each in granted] + [f"no longer restrains {each}" for each in freed]
    if kind == "lenders" and after is not None and after["confidence"] != "low":
        sure = before if before and before["confidence"] != "low" else None
        told += [f"active from {day}" for day in _gained(sure, after)]
        told += [f"wider {name}" for name in _limits(sure, after)] if sure else []
    return tuple(told)


def _beyond(held: Iterable[Held], other: list[Held]) -> list[str]:
    """Return what is *held* on a day on which the *other* doesn't hold it."""
    return sorted(
        {
            name
            for name, valid in held
            if not any(name == same and span.since <= valid.since and valid.until <= span.until for same, span in other)
        }
    )


def _grants(kind: Kind, fields: Fields | None) -> Iterator[Held]:
    if fields is None or fields["confidence"] == "low":
        return
    if kind == "lenders":
        yield f"licence type {fields['licence_type']}", ALWAYS
        yield from ((f"name {each.text}", ALWAYS) for each in names.of_lender(fields) if _identifies(each))
        if fields.get("domain_confidence", "low") not in {"", "low"}:
            yield from ((f"domain {host}", ALWAYS) for host in cells.parts(fields.get("domains", "")))
    elif kind == "channels":
        yield f"{fields['channel']} {fields['value']}", valid_in(fields)
    elif kind == "partners":
        yield f"partner {fields['operator_name']} ({fields['role']})", valid_in(fields)


def _identifies(name: names.Name) -> bool:
    return name.kind != "brand" and name.confidence != "low"


def _restrains(kind: Kind, fields: Fields | None) -> Iterator[Held]:
    """Whom a record holds back: its own confidence doesn't count, for a weak suspicion holds back as well."""
    if fields is None:
        return
    if kind == "operators":
        yield f"operator {fields['operator_name']}", ALWAYS
        yield from ((f"operator's brand {brand}", ALWAYS) for brand in cells.parts(fields.get("brands", "")))
    elif kind == "brands":
        yield f"use of {fields['brand']}", valid_in(fields)
    elif kind == "lenders":
        yield from ((f"use of {each.text}", ALWAYS) for each in names.of_lender(fields))


def _gained(before: Fields | None, after: Fields) -> Iterator[str]:
    """Yield the days from which the licence counts as active and did not before."""
    was: Timeline = timeline.parse(before["statuses"]) if before else ()
    becomes = timeline.parse(after["statuses"])
    for day in sorted({day or date.min for day, _ in (*was, *becomes)}):
        if timeline.at(becomes, day) == "active" and timeline.at(was, day) != "active":
            yield "the beginning" if day == date.min else day.isoformat()


def _limits(before: Fields, after: Fields) -> Iterator[str]:
    """Yield the limits that *after* loosens. Which of two regions is the larger no rule here knows."""
    if before.get("valid_region", "") != after.get("valid_region", ""):
        yield "valid_region"
    for name in ("products", "channel"):
        was, becomes = _set_of(before.get(name, "")), _set_of(after.get(name, ""))
        if was and not (becomes and becomes <= was):
            yield name
    for name in ("max_amount", "expires"):
        limit, new = before.get(name, ""), after.get(name, "")
        if limit and (not new or (len(new), new) > (len(limit), limit)):
            yield name


def _set_of(value: str) -> set[str]:
    return {"online", "offline"} if value == "both" else set(cells.parts(value))
