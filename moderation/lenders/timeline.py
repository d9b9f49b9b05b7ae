"""A licence's state over time: a sequence of (day it began, status), the first of which has no beginning.

Written ``unknown;suspended@2025-02-28;active@2025-11-12`` in files and differences.
"""

from datetime import date
from typing import Literal, get_args

Status = Literal["active", "suspended", "revoked", "exited", "unknown"]
Event = tuple[date | None, Status]
Timeline = tuple[Event, ...]

STATUSES: tuple[Status, ...] = get_args(Status)


def parse(text: str) -> Timeline:
    """Read ``status@day;…`` in order of days.

    Raises:
        ValueError: a status or day is unknown, or two of them share a day; the message says which.
    """
    events = [_event(part.strip()) for part in text.split(";") if part.strip()]
    days = [day for day, _ in events]
    if len(set(days)) != len(days):
        raise ValueError("two statuses begin on the same day")
    return _ordered(events)


def render(timeline: Timeline) -> str:
    """Write a timeline the way ``parse`` reads it."""
    return ";".join(status if day is None else f"{status}@{day.isoformat()}" for day, status in timeline)


def merge(known: Timeline, told: Timeline, today: date) -> Timeline:
    """Return *known* with what a file tells of it; telling the same again changes nothing.

    A dated status enters at its day. An undated one only says what holds now: if that is news, it holds from
    *today*, because nothing tells since when. Before its first dated status a new lender's state is unknown.
    """
    dated = {day: status for day, status in known if day is not None}
    dated |= {day: status for day, status in told if day is not None}
    undated = [status for day, status in told if day is None]
    if not known:
        return _ordered([(None, undated[0] if undated else "unknown"), *dated.items()])
    first = known[0][1]
    merged = _ordered([(None, first), *dated.items()])
    if undated and len(told) == 1 and merged[-1][1] != undated[0]:
        merged = _ordered([(None, first), *(dated | {today: undated[0]}).items()])
    return merged


def at(timeline: Timeline, day: date) -> Status:
    """Return the status that held on *day*."""
    holding: Status = "unknown"
    for begun, status in timeline:
        if begun is None or begun <= day:
            holding = status
    return holding


def periods(timeline: Timeline) -> list[tuple[Status, date | None, date | None]]:
    """Return (status, first day, day after the last) for each stretch of the timeline."""
    ends: list[date | None] = [day for day, _ in timeline[1:]] + [None]
    return [(status, begun, end) for (begun, status), end in zip(timeline, ends, strict=True)]


def _event(part: str) -> Event:
    status, at_sign, day = part.partition("@")
    if status not in STATUSES:
        raise ValueError(f"{status!r} is none of {', '.join(STATUSES)}")
    return (_day(day) if at_sign else None, status)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no day of the form 2025-02-28") from error


def _ordered(events: list[Event]) -> Timeline:
    return tuple(sorted(events, key=lambda event: event[0] or date.min))
