"""The command line finds its commands, and loads no more than the one that was asked for."""

import subprocess
import sys

import click
import pytest

from moderation.cli import cli

CONTEXT = click.Context(cli)


@pytest.mark.parametrize("name", cli.list_commands(CONTEXT))
def test_every_command_is_there_under_its_name(name: str) -> None:
    command = cli.get_command(CONTEXT, name)
    assert command is not None
    assert command.name == name
    assert command.help


def test_an_unknown_command_is_none() -> None:
    assert cli.get_command(CONTEXT, "nonsense") is None


def test_checking_a_text_does_not_wait_for_the_servers_modules() -> None:
    told = "import sys, moderation.cli, moderation.items.check_cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert {"celery", "gunicorn", "alembic", "argon2"}.isdisjoint(done.stdout.split())
