"""Lenders as the registry's pages show them: found by any of their names, and drawn with what each fact rests on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from moderation.lenders import portrait, timeline
from moderation.lenders.facts import Facts, KnownName, Lender, Validity
from moderation.lenders.kinds import Fields, Kind
from moderation.lenders.portrait import Claim, LenderOut
from moderation.lenders.timeline import Status

ClaimT = TypeVar("ClaimT", bound=Claim)
_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """A lender that was found: its state on a day, and those of its other names that the search met."""

    lender: Lender
    status: Status
    names: tuple[tuple[KnownName, bool], ...]
    """Each with whether it was the lender's on that day."""


@dataclass(frozen=True, slots=True)
class Held:
    """A fact about a lender; ``as_of`` is the day of which its source tells, ``holds`` whether it held on the day."""

    kind: str
    text: str
    detail: str
    claim: Claim
    as_of: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the licence's state, from ``since`` until the day before ``until``."""

    status: Status
    since: date | None
    until: date | None
    now: bool


@dataclass(frozen=True, slots=True)
class Portrait:
    """A lender as of a day."""

    lender: LenderOut
    periods: list[Period]
    names: list[Held]
    domains: list[Held]
    contacts: list[Held]
    partners: list[Held]


def found(facts: Facts, name: str, day: date, start: int, size: int) -> tuple[int, list[Hit]]:
    """Return how many lenders *name* is part of any name of, and up to *size* of them from *start*."""
    lenders = portrait.search(facts, name)
    return len(lenders), [_hit(lender, name.casefold(), day) for lender in lenders[start : start + size]]


def drawn(records: Sequence[tuple[Kind, Fields]], day: date) -> Portrait:
    """Return the lender that *records* (see ``store.about``) are about, as of *day*."""
    lender = portrait.draw(records, day)
    own = records[0][1].get("as_of", "")
    brands, channels, partners = (_of(kind, records) for kind in ("brands", "channels", "partners"))
    sites = [fields for fields in channels if fields["channel"] == "domain"]
    reached = [fields for fields in channels if fields["channel"] != "domain"]
    return Portrait(
        lender,
        [_period(*each, day) for each in timeline.periods(timeline.parse(lender.status_history))],
        [_held(each.kind, each.name, each, as_of, day) for each, as_of in _dated(lender.names, own, brands)],
        [_held("domain", each.domain, each, as_of, day) for each, as_of in _dated(lender.domains, own, sites)],
        [_held(each.kind, each.value, each, as_of, day) for each, as_of in _dated(lender.contacts, own, reached)],
        [
            _held(each.role, each.operator, each, as_of, day, each.product)
            for each, as_of in _dated(lender.partners, own, partners)
        ],
    )


def _hit(lender: Lender, part: str, day: date) -> Hit:
    met = [name for name in lender.names if part and name.kind != "legal_name" and part in name.text.casefold()]
    return Hit(
        lender,
        timeline.at(lender.statuses, day),
        tuple((name, name.valid.holds(day)) for name in met[:_MOST_NAMES]),
    )


def _period(status: Status, since: date | None, until: date | None, day: date) -> Period:
    return Period(status, since, until, _holds(since, until, day))


def _held(kind: str, text: str, claim: Claim, as_of: str, day: date, detail: str = "") -> Held:
    return Held(kind, text, detail, claim, as_of, _holds(claim.valid_from, claim.valid_to, day))


def _holds(since: date | None, until: date | None, day: date) -> bool:
    return Validity(since or date.min, until or date.max).holds(day)


def _of(kind: Kind, records: Iterable[tuple[Kind, Fields]]) -> list[Fields]:
    return [fields for each, fields in records if each == kind]


def _dated(claims: Sequence[ClaimT], own: str, records: Sequence[Fields]) -> Iterable[tuple[ClaimT, str]]:
    """Pair claims with the days of which their sources tell: those of the lender's own record come first."""
    days = [own] * (len(claims) - len(records)) + [fields.get("as_of", "") for fields in records]
    return zip(claims, days, strict=True)
