"""The command line: ``daidun`` and ``python -m moderation``."""

import os
import sys

import click

from moderation.access.keys_cli import group as keys
from moderation.access.users_cli import group as users
from moderation.db import open_database
from moderation.demo.cli import demo
from moderation.errors import DaidunError
from moderation.items.check_cli import check
from moderation.lenders.cli import group as lenders
from moderation.migrations.head import revise, upgrade
from moderation.policy.cli import group as policy
from moderation.privacy.vault import VaultError
from moderation.settings import Settings, SettingsError
from moderation.supervisor import keyring
from moderation.supervisor.cli import up


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="daidun")
def cli() -> None:
    """Daidun 贷盾 decides whether a post or an ad may promote a loan."""


@click.group("db")
def database() -> None:
    """The database's schema."""


@database.command("upgrade")
def upgrade_database() -> None:
    """Bring the configured database to this version's schema."""
    db = open_database(Settings())
    upgrade(db)
    db.close()
    click.echo("schema is up to date")


@database.command("revise")
@click.argument("message")
def revise_database(message: str) -> None:
    """Write a migration from an up-to-date database to the models (for developers)."""
    db = open_database(Settings())
    click.echo(revise(db, message))
    db.close()


for command in (up, demo, check, keys, users, lenders, policy, database):
    cli.add_command(command)


def main() -> None:
    """Run the command line; a failure that has a name is told in one line, with exit code 2."""
    if sys.argv[1:2] not in (["up"], ["demo"]):
        keyring.adopt(os.environ)
    try:
        cli()
    except (DaidunError, SettingsError, VaultError) as error:
        click.echo(f"daidun: {error}", err=True)
        sys.exit(2)
