"""``python -m moderation.supervisor.setup``: what a deployment runs once before the rest starts.

Migrates the database; the first time it also loads the shipped lender registry and makes the first API key and
the first moderator, whose credentials it prints this once.
"""

import click

from moderation.bootstrap import Welcome, prepare
from moderation.settings import Settings


@click.command()
def setup() -> None:
    """Bring the configured database to where the service can start."""
    for line in lines(prepare(Settings())):
        click.echo(line)


def lines(welcome: Welcome) -> list[str]:
    """Say what was made."""
    made = ["The database is up to date."]
    if welcome.api_key is not None:
        made.append(f"First API key (shown this once): {welcome.api_key}")
    if welcome.moderator is not None:
        made.append(f"First moderator: {welcome.moderator}, one-time password (shown this once): {welcome.password}")
    return made


if __name__ == "__main__":
    setup()
