"""Failed logins are kept, without what was typed, and cannot hold up the log."""

import threading
import time

import pytest

from moderation.access import people
from moderation.audit import attempts, trail
from moderation.audit.attempts import PER_MINUTE, Quotas, Why, failed
from moderation.audit.trail import SYSTEM, Event
from moderation.audit.verify import verify
from moderation.db import Database
from tests.audit.conftest import events

TYPED = "my secret password"


def test_a_name_that_is_no_account_is_not_stored_as_typed(db: Database) -> None:
    for name in (TYPED, TYPED, "another"):
        failed(db, name, None, Why.UNKNOWN)
    first, second, third = events(db)
    assert first.subject == second.subject != third.subject
    assert first.subject.startswith("unknown:")
    assert (first.actor, first.action, first.details) == (SYSTEM, "login.failed", {"why": "unknown"})
    assert TYPED not in str(vars(first))


@pytest.mark.parametrize("name", ["", "\x00", "\ud800", "贷" * 5000])
def test_any_name_can_be_typed(db: Database, name: str) -> None:
    failed(db, name, None, Why.UNKNOWN)
    assert len(events(db)) == 1


@pytest.mark.parametrize(("disabled", "right", "why"), [(False, False, "password"), (True, True, "disabled")])
def test_an_account_is_named_and_why(db: Database, disabled: bool, right: bool, why: str) -> None:
    with db.write() as session:
        _, password = people.create(session, "ann", "moderator")
        if disabled:
            people.disable(session, "ann")
    assert people.verify(db, "ann", password if right else "wrong") is None
    [event] = events(db, "login.failed")
    assert (event.actor, event.subject, event.details) == (SYSTEM, "user:ann", {"why": why})


def test_a_flood_is_counted_and_hides_no_attempt_on_an_account(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setitem(attempts._quotas, db, Quotas(lambda: clock[0]))
    for number in range(PER_MINUTE + 7):
        failed(db, f"guess {number}", None, Why.UNKNOWN)
    failed(db, "ann", "ann", Why.PASSWORD)
    assert len(events(db)) == PER_MINUTE + 1
    clock[0] = 60
    failed(db, "guess", None, Why.UNKNOWN)
    failed(db, "guess", None, Why.UNKNOWN)
    assert [each.details for each in events(db)[-2:]] == [{"why": "unknown", "unrecorded": 7}, {"why": "unknown"}]
    assert verify(db).finding is None


def test_what_could_not_be_written_is_counted(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(trail, "follow", _breaks)
        with pytest.raises(RuntimeError):
            failed(db, "guess", None, Why.UNKNOWN)
    assert events(db) == []
    failed(db, "guess", None, Why.UNKNOWN)
    assert events(db)[0].details == {"why": "unknown", "unrecorded": 1}


def test_a_failed_login_waits_for_a_decision_and_not_the_other_way_round(db: Database) -> None:
    """While a decision holds the head, a failed login waits; once it is through, it holds nobody up."""
    trail.record(db, Event("ann", "case.decided", "case:1"))
    attempt = threading.Thread(target=failed, args=(db, "guess", None, Why.UNKNOWN))
    with db.write() as session:
        trail.append(session, Event("ann", "case.decided", "case:2"))
        attempt.start()
        time.sleep(0.2)
        assert attempt.is_alive()
    attempt.join(5)
    assert [each.action for each in events(db)] == ["case.decided", "case.decided", "login.failed"]
    assert verify(db).finding is None


def test_one_table_of_quotas_for_all_threads() -> None:
    quotas = Quotas(lambda: 0.0)
    answers: list[int | None] = []
    threads = [threading.Thread(target=lambda: answers.extend(quotas.take("ann") for _ in range(25))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(answer is not None for answer in answers) == PER_MINUTE


def _breaks(*_: object) -> int:
    raise RuntimeError
