"""Two people at once: whoever comes second compares with what the first one left; on both databases."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from moderation.db import Database
from moderation.errors import Conflict
from moderation.policies import life
from moderation.policies.models import LIVE, PROPOSED, PolicyState, StoredPolicy
from tests.policies.conftest import LAXER, STRICTER, Desk


def test_of_two_who_publish_one_has_to_ask(desk: Desk) -> None:
    """Each alone only tightens the shipped document; each loosens what the other one tightened."""
    changes: list[dict[str, float]] = [{"block_score": 0.3}, {"max_annual_rate": 18}]
    drafts = [desk.draft(**change).digest for change in changes]
    ran = _at_once([lambda word=word: desk.do(life.publish, word) for word in drafts])
    assert sorted(row.state for row in ran) == [LIVE, PROPOSED]


def test_of_two_who_approve_one_is_told_that_the_other_was_first(desk: Desk) -> None:
    waiting = [desk.publish(block_score=score).digest for score in (0.6, 0.7)]
    ran = _at_once([lambda word=word: desk.do(life.approve, word, "Ben") for word in waiting])
    assert [type(result) for result in ran if isinstance(result, Exception)] == [Conflict]
    assert desk.in_force() in waiting


def test_the_same_document_drafted_twice_is_one(db: Database, desk: Desk) -> None:
    ran = _at_once([lambda: desk.draft(**STRICTER)] * 3)
    assert len({row.id for row in ran}) == 1


def test_behind_the_lock_the_database_holds_one_live_row_a_tenant(db: Database, desk: Desk) -> None:
    desk.publish(**STRICTER)
    row = desk.draft(**LAXER)
    with pytest.raises(IntegrityError), db.write() as session:
        session.execute(update(StoredPolicy).where(StoredPolicy.id == row.id).values(state=LIVE))


def test_the_counter_moves_with_what_judges_and_not_with_drafts(db: Database, desk: Desk) -> None:
    seen = []
    for step in (lambda: desk.draft(**STRICTER), lambda: desk.publish(**STRICTER)):
        step()
        with db.read() as session:
            seen.append(session.scalar(select(PolicyState.counter)))
    assert seen == [0, 1]


def _at_once(steps: list[Callable[[], StoredPolicy]]) -> list[StoredPolicy | Exception]:
    ran: list[StoredPolicy | Exception] = []
    start = threading.Barrier(len(steps))

    def run(step: Callable[[], StoredPolicy]) -> None:
        start.wait(10)
        try:
            ran.append(step())
        except Conflict as error:
            ran.append(error)

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(ran) == len(steps)
    return ran
