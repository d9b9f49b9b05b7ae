"""The log as tests read it, and people at the review desk who fill it."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, text

from moderation.audit.models import AuditEvent
from moderation.db import Database
from moderation.settings import Settings
from tests.support import desk
from tests.support.desk import Desk

_GUARDS = {
    True: (
        "DROP TRIGGER audit_events_no_replace",
        "DROP TRIGGER audit_events_no_update",
        "DROP TRIGGER audit_events_no_delete",
        "DROP TRIGGER audit_head_no_delete",
    ),
    False: ("ALTER TABLE audit_events DISABLE TRIGGER USER", "ALTER TABLE audit_head DISABLE TRIGGER USER"),
}


@pytest.fixture
def seat(app: Flask, db: Database) -> Callable[..., Desk]:
    return desk.seat(app, db)


@pytest.fixture
def commands(settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Commands on the test's database."""
    monkeypatch.setenv("DAIDUN_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DAIDUN_ENCRYPTION_KEYS", settings.encryption_keys.get_secret_value())
    monkeypatch.setenv("DAIDUN_PEPPER", settings.pepper.get_secret_value())
    return CliRunner()


def events(db: Database, *actions: str) -> list[AuditEvent]:
    """Return all events, or those of *actions*, in order."""
    query = select(AuditEvent).order_by(AuditEvent.id)
    with db.read() as session:
        return list(session.scalars(query.where(AuditEvent.action.in_(actions)) if actions else query))


def tamper(db: Database, *statements: str) -> None:
    """Do what somebody does who owns the database: take the triggers away, change rows, put the triggers back."""
    with db.engine.begin() as connection:
        kept = [row.sql for row in connection.execute(text(_TRIGGERS))] if db.is_sqlite else []
        for statement in (*_GUARDS[db.is_sqlite], *statements):
            connection.execute(text(statement))
        restored = kept or [guard.replace("DISABLE", "ENABLE") for guard in _GUARDS[False]]
        for statement in restored:
            connection.exec_driver_sql(statement)


_TRIGGERS = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'"
