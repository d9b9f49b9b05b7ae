"""The command line: ``daidun`` and ``python -m moderation``."""

import os
import sys
from importlib import import_module

import click

from moderation.errors import DaidunError
from moderation.privacy.vault import VaultError
from moderation.settings import SettingsError
from moderation.supervisor import keyring

_COMMANDS = {
    "audit": "moderation.audit.cli:group",
    "check": "moderation.items.check_cli:check",
    "db": "moderation.migrations.cli:group",
    "demo": "moderation.demo.cli:demo",
    "keys": "moderation.access.keys_cli:group",
    "lenders": "moderation.lenders.cli:group",
    "policy": "moderation.policies.cli:group",
    "up": "moderation.supervisor.cli:up",
    "users": "moderation.access.users_cli:group",
}
"""Each command and where it is defined."""


class _OnDemand(click.Group):
    """Imports a command when it is asked for: ``daidun check`` should not wait for the server's modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=_OnDemand, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="daidun")
def cli() -> None:
    """Daidun 贷盾 decides whether a post or an ad may promote a loan."""


def main() -> None:
    """Run the command line; a failure that has a name is told in one line, with exit code 2."""
    if sys.argv[1:2] not in (["up"], ["demo"]):
        keyring.adopt(os.environ)
    try:
        cli()
    except (DaidunError, SettingsError, VaultError) as error:
        click.echo(f"daidun: {error}", err=True)
        sys.exit(2)
