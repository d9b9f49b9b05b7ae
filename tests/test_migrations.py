"""One history of migrations gives the same schema as the models, on both databases, and can be undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from moderation import models  # noqa: F401 - fills the metadata
from moderation.db import Base, Database, make_engine
from moderation.migrations.head import behind, config_for, upgrade
from tests.support.servers import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        db = Database(make_engine(f"sqlite:///{tmp_path / 'empty.db'}"))
        yield db
        db.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    server.execute("CREATE DATABASE empty_daidun TEMPLATE template0")
    db = Database(make_engine(server.url("empty_daidun")))
    yield db
    db.close()
    server.execute("DROP DATABASE empty_daidun WITH (FORCE)")


def test_the_migrations_give_what_the_models_say(empty: Database) -> None:
    upgrade(empty)
    with empty.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_running_them_again_changes_nothing(empty: Database) -> None:
    upgrade(empty)
    upgrade(empty)
    assert behind(empty) is None


def test_an_old_schema_is_told(empty: Database) -> None:
    assert "daidun db upgrade" in (behind(empty) or "")


def test_they_can_be_undone(empty: Database) -> None:
    upgrade(empty)
    with empty.engine.begin() as connection:
        command.downgrade(config_for(connection), "base")
    assert inspect(empty.engine).get_table_names() == ["alembic_version"]
