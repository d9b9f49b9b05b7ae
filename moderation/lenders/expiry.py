"""What of the registry stops to hold soon, so that somebody can ask for news before it does."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from moderation.lenders.facts import Facts, Lender


@dataclass(frozen=True, slots=True, order=True)
class Ending:
    """A fact and the last day on which it holds."""

    last_day: date
    lender: str
    what: str


def ending(facts: Facts, first: date, last: date) -> list[Ending]:
    """Return what holds for the last time between *first* and *last*, both included, soonest first."""
    found = [each for lender in facts.lenders for each in _of(lender)]
    found += [
        Ending(pair.valid.until - timedelta(days=1), pair.lender, f"partner {pair.operator} ({pair.role})")
        for pair in facts.partnerships
        if pair.valid.until != date.max
    ]
    return sorted(each for each in found if first <= each.last_day <= last)


def _of(lender: Lender) -> Iterator[Ending]:
    if lender.expires is not None:
        yield Ending(lender.expires, lender.legal_name, "licence")
    held = [(each.valid, f"name {each.text}") for each in lender.names]
    held += [(each.valid, f"domain {each.host}") for each in lender.domains]
    held += [(each.valid, f"{each.kind} {each.value}") for each in lender.contacts]
    for valid, what in held:
        if valid.until != date.max:
            yield Ending(valid.until - timedelta(days=1), lender.legal_name, what)
