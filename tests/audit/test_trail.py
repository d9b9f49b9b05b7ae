"""Appending: one chain whoever writes, with the action or not at all, and nothing is taken back."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from moderation.access.models import Tenant
from moderation.audit.chain import GENESIS, ChainBroken, Head
from moderation.audit.event import Details
from moderation.audit.models import AuditHead
from moderation.audit.trail import SYSTEM, Event, append, person, record
from moderation.audit.verify import Fault, verify
from moderation.db import Database, utcnow
from moderation.privacy import vault
from tests.audit.conftest import events, tamper
from tests.conftest import ENCRYPTION_KEY


def _event(number: int = 1) -> Event:
    return Event("ann", "case.decided", f"case:{number}", {"item": number, "verdict": "block", "codes": ["a", 1, None]})


def test_each_event_holds_the_hash_of_the_one_before(db: Database) -> None:
    for number in range(3):
        record(db, _event(number))
    first, second, third = events(db)
    assert [each.id for each in (first, second, third)] == [1, 2, 3]
    assert [each.previous for each in (first, second, third)] == [GENESIS, first.hash, second.hash]
    assert (first.actor, first.action, first.subject) == ("ann", "case.decided", "case:0")
    assert first.details == {"item": 0, "verdict": "block", "codes": ["a", 1, None]}
    assert abs((utcnow() - first.at).total_seconds()) < 60


def test_threads_that_append_at_once_make_one_chain(db: Database) -> None:
    def work(thread: int) -> None:
        for number in range(10):
            record(db, _event(thread * 100 + number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    report = verify(db)
    assert (report.count, report.finding) == (80, None)
    assert len({each.subject for each in events(db)}) == 80


def test_an_action_that_fails_leaves_no_event_and_no_gap(db: Database) -> None:
    record(db, _event(1))
    with pytest.raises(RuntimeError):
        _half_done(db)
    record(db, _event(3))
    assert [(each.id, each.subject) for each in events(db)] == [(1, "case:1"), (2, "case:3")]
    with db.read() as session:
        assert session.scalar(select(Tenant.id).where(Tenant.name == "half done")) is None
    assert verify(db).finding is None


def _half_done(db: Database) -> None:
    with db.write() as session:
        session.add(Tenant(name="half done"))
        append(session, _event(2))
        raise RuntimeError


def test_a_head_does_not_show_its_secret_in_tracebacks() -> None:
    assert "1111" not in repr(Head(b"\x11" * 32))


def test_several_events_of_one_transaction_follow_each_other(db: Database) -> None:
    with db.write() as session:
        assert [append(session, _event(number)) for number in range(5)] == [1, 2, 3, 4, 5]
    assert verify(db).count == 5


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET actor = 'bob' WHERE id = 1",
        "UPDATE audit_events SET id = 7 WHERE id = 1",
        "DELETE FROM audit_events WHERE id = 2",
        "DELETE FROM audit_events",
        "DELETE FROM audit_head",
    ],
)
def test_the_database_refuses_to_change_or_delete(db: Database, statement: str) -> None:
    record(db, _event(1))
    record(db, _event(2))
    with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.execute(text(statement))
    assert verify(db).count == 2


def test_sqlite_refuses_to_replace(db: Database) -> None:
    if not db.is_sqlite:
        pytest.skip("PostgreSQL has no REPLACE")
    record(db, _event())
    with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.exec_driver_sql("INSERT OR REPLACE INTO audit_events SELECT * FROM audit_events")


def test_nothing_is_appended_to_events_without_their_head(db: Database) -> None:
    record(db, _event())
    tamper(db, "DELETE FROM audit_head")
    with pytest.raises(ChainBroken):
        record(db, _event())
    assert len(events(db)) == 1


def test_a_head_made_of_what_a_platform_sent_is_refused(db: Database) -> None:
    """Items are sealed by the same keys, so a row's bytes can be copied; what they say isn't a head."""
    record(db, _event())
    dialect = db.engine.dialect
    with db.write() as session:
        sent = vault.EncryptedJSON().process_bind_param({"secret": "00", "last": 1, "hash": GENESIS}, dialect)
        session.execute(update(AuditHead).values(sealed=sent))
    with pytest.raises(ChainBroken):
        record(db, _event())
    finding = verify(db).finding
    assert finding is not None
    assert finding.fault is Fault.HEAD


def test_encryption_keys_rotate_and_the_old_one_may_go(db: Database) -> None:
    record(db, _event(1))
    new = Fernet.generate_key().decode()
    vault.install(vault.Vault([new, ENCRYPTION_KEY]))
    assert verify(db).finding is None
    record(db, _event(2))
    vault.install(vault.Vault([new]))
    record(db, _event(3))
    report = verify(db)
    assert (report.count, report.finding) == (3, None)


def test_without_the_right_key_nothing_is_vouched_for(db: Database) -> None:
    record(db, _event())
    vault.install(vault.Vault([Fernet.generate_key().decode()]))
    finding = verify(db).finding
    assert finding is not None
    assert finding.fault is Fault.HEAD
    with pytest.raises(vault.VaultError):
        record(db, _event())


def test_who_cannot_open_the_head_cannot_compute_a_hash(db: Database) -> None:
    record(db, _event())
    [event] = events(db)
    forged = Head(b"\0" * 32).link(1, event.at, _event().fields, GENESIS)
    assert forged != event.hash


@pytest.mark.parametrize(
    "parts",
    [
        ("ann", "decided", "case:1"),
        ("ann", "Case.Decided", "case:1"),
        ("", "case.decided", "case:1"),
        ("ann", "case.decided", "case:1", {"note": "two\nlines"}),
        ("ann", "case.decided", "case:1", {"note": "长" * 101}),
        ("ann", "case.decided", "case:1", {"score": 0.5}),
        ("ann", "case.decided", "case:1", {"codes": ["x" * 90] * 30}),
        ("ann", "case.decided", "case:1", {"code": "\ud800"}),
        ("ann", "case.decided", "case:1", {"No key": 1}),
        ("ann", "case.decided", "case:1", {"x": {"nested": 1}}),
    ],
)
def test_what_is_no_event_is_refused(parts: tuple[object, ...]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Event(*parts)  # type: ignore[arg-type]


def test_a_name_that_hides_or_overflows_is_recorded_all_the_same() -> None:
    event = Event("\u202eann\n", "case.decided", "user:" + "长" * 400)
    assert event.actor == r"\u202eann\u000a"
    assert len(event.subject) == 300


@pytest.mark.parametrize("name", ["system", "key:0123456789ab", "person:system", "person:person:ann"])
def test_no_account_passes_for_the_system_a_key_or_somebody_else(name: str) -> None:
    assert person(name) == f"person:{name}"
    assert person("李审核") == "李审核"


@given(st.text(max_size=20), st.text(max_size=20))
def test_actors_stay_apart(one: str, other: str) -> None:
    assert (person(one) == person(other)) == (one == other)
    assert person(one) != SYSTEM


@pytest.mark.parametrize(
    "details",
    [
        {"b": 1, "a": True, "c": None, "d": []},
        {"number": -(2**70), "list": [1, "1", False, None]},
        {"code": 'quote" backslash\\ 贷 \U0001f4b0 é e\u0301'},
        {},
    ],
)
def test_details_come_back_as_they_were_hashed(db: Database, details: Details) -> None:
    record(db, Event("ann", "case.decided", "case:1", details))
    assert verify(db).finding is None
    assert events(db)[0].details == details
