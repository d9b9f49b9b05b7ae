"""``daidun db``: the database's schema."""

import click

from moderation.bootstrap import bring_up
from moderation.db import open_database
from moderation.migrations.head import revise
from moderation.settings import Settings


@click.group("db")
def group() -> None:
    """The database's schema."""


@group.command("upgrade")
def upgrade_database() -> None:
    """Bring the configured database to this version's schema."""
    db = open_database(Settings())
    bring_up(db)
    db.close()
    click.echo("schema is up to date")


@group.command("revise")
@click.argument("message")
def revise_database(message: str) -> None:
    """Write a migration from an up-to-date database to the models (for developers)."""
    db = open_database(Settings())
    click.echo(revise(db, message))
    db.close()
