"""Bringing a database to the newest schema, and telling whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection

from moderation.db import Database


def upgrade(db: Database) -> None:
    """Run the migrations that *db* lacks, in one transaction."""
    with db.engine.begin() as connection:
        command.upgrade(config_for(connection), "head")


def config_for(connection: Connection) -> Config:
    """Return Alembic's configuration for running commands over *connection*."""
    config = _config()
    config.attributes["connection"] = connection
    return config


def behind(db: Database) -> str | None:
    """Return what is wrong with the schema's revision, or None."""
    with db.read() as session:
        current = MigrationContext.configure(session.connection()).get_current_revision()
    head = ScriptDirectory.from_config(_config()).get_current_head()
    return None if current == head else f"schema is at {current}, this version needs {head}: run `daidun db upgrade`"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def revise(db: Database, message: str) -> Path:
    """Write a migration from *db*'s schema to the models' for a developer to read and mend; return its file."""
    with db.engine.begin() as connection:
        script = command.revision(config_for(connection), message, autogenerate=True)
    if not isinstance(script, Script):
        raise TypeError("Alembic wrote no single revision")
    return Path(script.path)
