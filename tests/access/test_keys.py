"""API keys: shown once, kept as a hash, ended by time, by hand or by rotation."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from moderation.access import keys
from moderation.access.models import ApiKey
from moderation.db import Database, utcnow
from moderation.errors import NotFound, Unauthenticated

PEPPER = "pepper"


def issue(db: Database, **options: object) -> tuple[str, str]:
    with db.write() as session:
        key, token = keys.create(session, PEPPER, keys.tenant_named(session, "platform"), "test", **options)  # type: ignore[arg-type]
        return key.id, token


def holder(db: Database, token: str, pepper: str = PEPPER, later: timedelta = timedelta()) -> keys.Caller:
    with db.read() as session:
        return keys.authenticate(session, pepper, token, utcnow() + later)


def test_a_key_tells_its_tenant_and_scopes(db: Database) -> None:
    key_id, token = issue(db, scopes=["check"])
    caller = holder(db, token)
    assert (caller.key_id, caller.scopes) == (key_id, {"check"})


def test_the_secret_is_not_in_the_database(db: Database) -> None:
    _, token = issue(db)
    with db.read() as session:
        row = session.scalars(select(ApiKey)).one()
    assert token.split("_", 2)[2] not in repr(vars(row))


def test_another_pepper_makes_stolen_hashes_useless(db: Database) -> None:
    _, token = issue(db)
    with pytest.raises(Unauthenticated):
        holder(db, token, pepper="other")


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: t + "x", lambda t: t.upper(), lambda _: "", lambda t: t[3:]]
)
def test_a_spoilt_token_opens_nothing(db: Database, spoil) -> None:  # type: ignore[no-untyped-def]
    _, token = issue(db)
    with pytest.raises(Unauthenticated):
        holder(db, spoil(token))


def test_a_key_ends_on_its_day(db: Database) -> None:
    _, token = issue(db, days=30)
    assert holder(db, token, later=timedelta(days=29))
    with pytest.raises(Unauthenticated, match="expired"):
        holder(db, token, later=timedelta(days=30, seconds=1))


def test_a_revoked_key_ends_at_once(db: Database) -> None:
    key_id, token = issue(db)
    with db.write() as session:
        keys.revoke(session, key_id)
    with pytest.raises(Unauthenticated, match="revoked"):
        holder(db, token)


def test_rotation_lets_both_keys_work_during_the_overlap_only(db: Database) -> None:
    key_id, old = issue(db, scopes=["items:write"])
    with db.write() as session:
        _, new = keys.rotate(session, PEPPER, key_id, timedelta(hours=2))
    assert holder(db, new).scopes == holder(db, old).scopes == {"items:write"}
    assert holder(db, new, later=timedelta(hours=3))
    with pytest.raises(Unauthenticated):
        holder(db, old, later=timedelta(hours=3))


def test_rotation_never_prolongs_a_key(db: Database) -> None:
    key_id, old = issue(db, days=1)
    with db.write() as session:
        keys.rotate(session, PEPPER, key_id, timedelta(days=7))
    with pytest.raises(Unauthenticated):
        holder(db, old, later=timedelta(days=2))


def test_an_unknown_scope_is_refused_by_name(db: Database) -> None:
    with pytest.raises(keys.UnknownScope, match="items:delete"):
        issue(db, scopes=["items:delete"])


def test_an_unknown_key_is_told(db: Database) -> None:
    with db.write() as session, pytest.raises(NotFound, match="abc"):
        keys.revoke(session, "abc")
