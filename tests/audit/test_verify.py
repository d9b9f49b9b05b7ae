"""What somebody who can write to the database does to the log is found, and told by its name."""

import pytest
from sqlalchemy import select, text

from moderation.audit import verify as verifying
from moderation.audit.chain import GENESIS
from moderation.audit.models import AuditEvent
from moderation.audit.trail import Event, record
from moderation.audit.verify import Fault, Finding, verify
from moderation.db import Database
from tests.audit.conftest import events, tamper

FORGED = (
    "INSERT INTO audit_events (id, at, actor, action, subject, details, previous, hash)"
    " SELECT {id}, at, 'bob', action, subject, details, previous, '" + "f" * 64 + "' FROM audit_events WHERE id = 2"
)


@pytest.fixture
def log(db: Database) -> Database:
    """Six events."""
    for number in range(1, 7):
        record(db, Event("ann", "case.decided", f"case:{number}", {"item": number}))
    return db


def _found(db: Database, expect: str | None = None) -> Finding:
    finding = verify(db, expect).finding
    assert finding is not None
    return finding


def test_an_empty_log_is_sound(db: Database) -> None:
    assert verify(db) == verifying.Report(0, GENESIS)


def test_a_sound_log_gives_its_length_and_head(log: Database) -> None:
    report = verify(log)
    assert (report.count, report.hash, report.finding) == (6, events(log)[-1].hash, None)


@pytest.mark.parametrize("batch", [1, 2, 5, 6, 7])
def test_batches_make_no_difference(log: Database, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(verifying, "BATCH", batch)
    assert verify(log).count == 6
    tamper(log, "UPDATE audit_events SET actor = 'bob' WHERE id = 4")
    assert (_found(log).fault, _found(log).number) == (Fault.ALTERED, 4)


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'bob'",
        "action = 'case.redriven'",
        "subject = 'case:99'",
        "details = '{\"item\":99}'",
        "at = '2026-01-01 00:00:00'",
        f"hash = '{'0' * 64}'",
        f"previous = '{'0' * 64}'",
    ],
)
def test_an_altered_event_is_found(log: Database, change: str) -> None:
    tamper(log, f"UPDATE audit_events SET {change} WHERE id = 3".replace(":99", "\\:99"))
    finding = _found(log)
    assert (finding.fault, finding.number) == (Fault.ALTERED, 3)
    assert verify(log).count == 2


@pytest.mark.parametrize("change", ["at = 'yesterday'", "details = 'no json'", "details = x'ff'", "actor = x'ff'"])
def test_values_that_make_no_sense_are_an_alteration(log: Database, change: str) -> None:
    if not log.is_sqlite:
        pytest.skip("PostgreSQL takes no such values")
    tamper(log, f"UPDATE audit_events SET {change} WHERE id = 3")
    finding = _found(log)
    assert (finding.fault, finding.number, verify(log).count) == (Fault.ALTERED, 3, 2)


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_removed_event_is_found(log: Database, number: int) -> None:
    tamper(log, f"DELETE FROM audit_events WHERE id = {number}")
    assert (_found(log).fault, _found(log).number) == (Fault.REMOVED, number)


def test_renumbering_does_not_hide_a_removed_event(log: Database) -> None:
    tamper(log, "DELETE FROM audit_events WHERE id = 3", *_shift(4, -1))
    assert (_found(log).fault, _found(log).number) == (Fault.REMOVED, 3)


@pytest.mark.parametrize(("number", "last"), [(3, 6), (7, 6), (0, 6)])
def test_an_inserted_event_is_found(log: Database, number: int, last: int) -> None:
    shifted = _shift(number, 1) if 0 < number <= last else ()
    tamper(log, *shifted, FORGED.format(id=number))
    assert (_found(log).fault, _found(log).number) == (Fault.INSERTED, number)


def test_events_that_changed_places_are_found(log: Database) -> None:
    tamper(
        log,
        "UPDATE audit_events SET id = 100 WHERE id = 3",
        "UPDATE audit_events SET id = 3 WHERE id = 4",
        "UPDATE audit_events SET id = 4 WHERE id = 100",
    )
    finding = _found(log)
    assert (finding.fault, finding.number) == (Fault.REORDERED, 3)
    assert finding.told == "event 4 stands as 3, and event 3 as 4"


def test_an_event_that_was_put_at_the_end_is_found(log: Database) -> None:
    tamper(log, "UPDATE audit_events SET id = 7 WHERE id = 3")
    assert (_found(log).fault, _found(log).number) == (Fault.REORDERED, 3)


@pytest.mark.parametrize("first", [1, 5, 6])
def test_a_log_that_was_cut_off_is_found(log: Database, first: int) -> None:
    tamper(log, f"DELETE FROM audit_events WHERE id >= {first}")
    finding = _found(log)
    assert (finding.fault, finding.number) == (Fault.CUT_OFF, first)
    assert finding.told == f"events {first} to 6 are gone from the end"


def test_events_without_a_head_are_told(log: Database) -> None:
    tamper(log, "DELETE FROM audit_head")
    assert _found(log).fault is Fault.HEAD


def test_a_head_of_an_earlier_time_is_found(log: Database) -> None:
    sealed = _sealed(log)
    record(log, Event("ann", "case.decided", "case:7"))
    _put_back(log, sealed)
    finding = _found(log)
    assert (finding.fault, finding.number) == (Fault.HEAD, 7)


def test_only_a_head_noted_elsewhere_shows_that_the_database_was_put_back(log: Database) -> None:
    sealed = _sealed(log)
    record(log, Event("ann", "case.decided", "case:7"))
    noted = verify(log).hash
    assert verify(log, noted).finding is None
    assert verify(log, events(log)[2].hash).finding is None
    _put_back(log, sealed, beyond=6)
    assert verify(log).finding is None
    assert _found(log, noted).fault is Fault.SET_BACK
    record(log, Event("bob", "case.decided", "case:8"))
    assert _found(log, noted).fault is Fault.SET_BACK


def test_another_history_cannot_be_spliced_in(log: Database) -> None:
    """Both were written by the service: event 7 of before, and 7 and 8 of after the database was put back."""
    sealed = _sealed(log)
    record(log, Event("ann", "case.decided", "case:7"))
    with log.read() as session:
        [kept] = session.execute(select(*AuditEvent.__table__.columns).where(AuditEvent.id == 7)).all()
    _put_back(log, sealed, beyond=6)
    for number in (7, 8):
        record(log, Event("bob", "case.decided", f"case:{number}"))
    tamper(log, "DELETE FROM audit_events WHERE id = 7")
    with log.write() as session:
        session.add(AuditEvent(**kept._mapping))
    finding = _found(log)
    assert (finding.fault, finding.number) == (Fault.INSERTED, 8)


def test_appending_goes_on_while_the_log_is_checked(log: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "BATCH", 2)
    reading = verifying._batch

    def slow(*arguments: object) -> object:
        record(log, Event("ann", "case.decided", "case:9"))
        return reading(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(verifying, "_batch", slow)
    report = verify(log)
    assert (report.count, report.finding) == (6, None)
    monkeypatch.setattr(verifying, "_batch", reading)
    assert verify(log).count > 6


def _shift(first: int, by: int) -> tuple[str, str]:
    return (
        f"UPDATE audit_events SET id = id + 1000 WHERE id >= {first}",
        f"UPDATE audit_events SET id = id - 1000 + {by} WHERE id >= 1000",
    )


def _sealed(db: Database) -> bytes:
    with db.engine.connect() as connection:
        return bytes(connection.execute(text("SELECT sealed FROM audit_head")).scalar_one())


def _put_back(db: Database, sealed: bytes, beyond: int | None = None) -> None:
    """Give the log the head of before, and take the events after *beyond* away."""
    if beyond is not None:
        tamper(db, f"DELETE FROM audit_events WHERE id > {beyond}")
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE audit_head SET sealed = :sealed"), {"sealed": sealed})
