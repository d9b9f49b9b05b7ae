"""People's accounts: one-time passwords, roles, and what ends a session."""

import re
import time

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from moderation.access import people
from moderation.access.models import User
from moderation.access.people import Flaw, PasswordRefused, WrongPassword
from moderation.db import Database
from moderation.errors import Conflict, Invalid, NotFound

NEW = "a long enough password"


def _add(db: Database, name: str = "ann", role: str = "moderator") -> tuple[int, str]:
    with db.write() as session:
        user, password = people.create(session, name, role)
        return user.id, password


def _row(db: Database, name: str = "ann") -> User:
    with db.read() as session:
        return people.find(session, name)


def test_a_new_person_gets_a_readable_one_time_password_that_must_be_changed(db: Database) -> None:
    _, password = _add(db)
    assert re.fullmatch(r"([a-hj-km-np-z2-9]{5}-){3}[a-hj-km-np-z2-9]{5}", password)
    user = people.verify(db, "ann", password)
    assert user is not None
    assert user.must_change_password


def test_one_time_passwords_differ(db: Database) -> None:
    assert len({people.one_time_password() for _ in range(200)}) == 200


def test_only_a_hash_is_stored(db: Database) -> None:
    _, password = _add(db)
    stored = _row(db).password_hash
    assert stored.startswith("$argon2id$")
    assert password not in stored


@pytest.mark.parametrize(
    ("name", "password"), [("ann", "wrong"), ("nobody", "wrong"), ("", ""), ("ann", "\x00" * 9999)]
)
def test_a_wrong_name_or_password_is_refused(db: Database, name: str, password: str) -> None:
    _add(db)
    assert people.verify(db, name, password) is None


def test_an_unknown_name_costs_a_hash_like_a_known_one(db: Database) -> None:
    _add(db)

    def fastest(name: str) -> float:
        times = []
        for _ in range(5):
            started = time.perf_counter()
            people.verify(db, name, "wrong")
            times.append(time.perf_counter() - started)
        return min(times)

    known, unknown = fastest("ann"), fastest("nobody")
    assert 0.5 < unknown / known < 2


def test_names_and_passwords_are_the_same_however_an_input_method_composes_them(db: Database) -> None:
    _, password = _add(db, "ＡＮＮ")
    assert people.verify(db, " ANN ", password) is not None
    user_id = _row(db, "ANN").id
    people.change_password(db, user_id, password, "ｐａｓｓword 密码 123")
    assert people.verify(db, "ANN", "password 密码 123") is not None


def test_a_hash_with_older_parameters_is_replaced_when_its_owner_logs_in(db: Database) -> None:
    _add(db)
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(NEW)
    with db.write() as session:
        session.execute(update(User).values(password_hash=old))
    assert people.verify(db, "ann", "wrong") is None
    assert _row(db).password_hash == old
    assert people.verify(db, "ann", NEW) is not None
    assert "m=19456,t=2,p=1" in _row(db).password_hash
    assert people.verify(db, "ann", NEW) is not None


def test_a_changed_password_replaces_the_one_time_password_and_ends_sessions(db: Database) -> None:
    user_id, password = _add(db)
    user = people.change_password(db, user_id, password, NEW)
    assert not user.must_change_password
    assert user.session_epoch == 1
    assert people.verify(db, "ann", password) is None
    assert people.verify(db, "ann", NEW) is not None


@pytest.mark.parametrize(
    ("new", "flaw"), [("elevenchars", Flaw.TOO_SHORT), ("x" * 257, Flaw.TOO_LONG), (None, Flaw.SAME)]
)
def test_a_new_password_that_breaks_a_rule_is_refused(db: Database, new: str | None, flaw: Flaw) -> None:
    user_id, password = _add(db)
    with pytest.raises(PasswordRefused) as refused:
        people.change_password(db, user_id, password, new or password)
    assert refused.value.flaw is flaw
    assert people.verify(db, "ann", password) is not None


def test_the_current_password_is_needed_to_change_it(db: Database) -> None:
    user_id, password = _add(db)
    with pytest.raises(WrongPassword):
        people.change_password(db, user_id, "wrong", NEW)
    assert people.verify(db, "ann", password) is not None


def test_a_reset_password_is_again_one_time(db: Database) -> None:
    user_id, password = _add(db)
    people.change_password(db, user_id, password, NEW)
    with db.write() as session:
        again = people.reset_password(session, "ann")
    assert people.verify(db, "ann", NEW) is None
    user = people.verify(db, "ann", again)
    assert user is not None
    assert user.must_change_password
    assert user.session_epoch == 2


def test_a_disabled_person_cannot_log_in_until_enabled_again(db: Database) -> None:
    _, password = _add(db)
    with db.write() as session:
        people.disable(session, "ann")
    assert people.verify(db, "ann", password) is None
    with db.write() as session:
        people.enable(session, "ann")
    user = people.verify(db, "ann", password)
    assert user is not None
    assert user.session_epoch == 1


def test_a_role_can_be_changed_to_one_that_exists(db: Database) -> None:
    _add(db)
    with db.write() as session:
        people.set_role(session, "ann", "auditor")
    assert _row(db).role == "auditor"
    with db.write() as session, pytest.raises(Invalid):
        people.set_role(session, "ann", "emperor")


def test_a_name_is_taken_once(db: Database) -> None:
    _add(db)
    with pytest.raises(Conflict):
        _add(db)


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "a\u202eb", "x" * 101])
def test_a_name_must_be_printable_and_short(db: Database, name: str) -> None:
    with pytest.raises(Invalid):
        _add(db, name)


def test_an_unknown_person_is_not_found(db: Database) -> None:
    with db.read() as session, pytest.raises(NotFound):
        people.find(session, "nobody")


def test_the_first_moderator_is_made_once(db: Database) -> None:
    with db.write() as session:
        first = people.first_moderator(session)
    assert first is not None
    name, password = first
    user = people.verify(db, name, password)
    assert user is not None
    assert (user.name, user.role) == ("moderator", "moderator")
    with db.write() as session:
        assert people.first_moderator(session) is None
        assert len(session.scalars(select(User)).all()) == 1
