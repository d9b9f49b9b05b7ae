"""Open cases, oldest first: a page of them, the one after another, how many there are."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from moderation.access.models import User
from moderation.decisions.append import newest
from moderation.decisions.models import Decision
from moderation.errors import NotFound
from moderation.items.models import Item
from moderation.review.models import CAUSES, OPEN, ReviewCase

PAGE = 25
COUNT_LIMIT = 1000
"""Nobody reads further than this, and counting a long queue at each look would be dear."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A case with its item and that item's standing decision, which a quarantined item has not."""

    case: ReviewCase
    item: Item
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the queue; ``after`` is the cursor of the next one, None at the end."""

    entries: list[Entry]
    after: int | None


@dataclass(frozen=True, slots=True)
class File:
    """All there is about one case: the item's decisions from first to last, and people's names by id."""

    entry: Entry
    decisions: list[Decision]
    names: dict[int, str]


def page(session: Session, cause: str | None, after: int | None, size: int = PAGE) -> Page:
    """Return up to *size* open cases of *cause* (None: any) that come after the case *after* (None: the first)."""
    rows = session.execute(_open(session, cause, after).limit(size + 1)).all()
    decisions = newest(session, [item.id for _, item in rows[:size]])
    entries = [Entry(case, item, decisions.get(item.id)) for case, item in rows[:size]]
    return Page(entries, entries[-1].case.id if len(rows) > size else None)


def following(session: Session, cause: str | None, after: int) -> int | None:
    """Return the id of the open case that comes after the case *after*, or else of the oldest other one."""
    for start in (after, None):
        rows = session.execute(_open(session, cause, start).where(ReviewCase.id != after).limit(1)).first()
        if rows is not None:
            return rows[0].id
    return None


def counts(session: Session) -> dict[str, int]:
    """Return how many cases of each cause are open, counted up to ``COUNT_LIMIT``."""
    return {cause: _count(session, cause) for cause in CAUSES}


def open_file(session: Session, case_id: int) -> File:
    """Return the case with all decisions on its item.

    Raises:
        NotFound: there is no such case.
    """
    case = session.get(ReviewCase, case_id)
    if case is None:
        raise NotFound(f"there is no case {case_id}")
    item = session.get_one(Item, case.item_id)
    decisions = list(session.scalars(select(Decision).where(Decision.item_id == item.id).order_by(Decision.seq)))
    people = {decision.actor_id for decision in decisions} | {case.closed_by}
    names = session.execute(select(User.id, User.name).where(User.id.in_(people - {None})))
    entry = Entry(case, item, decisions[-1] if decisions else None)
    return File(entry, decisions, {row.id: row.name for row in names})


def _open(session: Session, cause: str | None, after: int | None) -> Select[ReviewCase, Item]:
    query = select(ReviewCase, Item).join(Item, Item.id == ReviewCase.item_id).where(ReviewCase.state == OPEN)
    if cause is not None:
        query = query.where(ReviewCase.cause == cause)
    last = session.get(ReviewCase, after) if after is not None else None
    if last is not None:
        query = query.where(tuple_(ReviewCase.created_at, ReviewCase.id) > (last.created_at, last.id))
    return query.order_by(ReviewCase.created_at, ReviewCase.id)


def _count(session: Session, cause: str) -> int:
    some = select(ReviewCase.id).where(ReviewCase.state == OPEN, ReviewCase.cause == cause).limit(COUNT_LIMIT)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0
