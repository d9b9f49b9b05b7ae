"""``daidun users``: add people, reset their passwords, close their accounts."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation.access import people
from moderation.access.models import User
from moderation.db import open_database
from moderation.errors import Rejected
from moderation.settings import Settings

_ONCE = "One-time password (shown this once, to be changed at the first login): {}"


@click.group("users")
def group() -> None:
    """People who work in the review pages."""


@group.command()
@click.argument("name")
@click.option("--role", type=click.Choice(people.ROLES), default="moderator", show_default=True)
def add(name: str, role: str) -> None:
    """Add NAME and print a one-time password."""
    with _transaction() as session:
        user, password = people.create(session, name, role)
    click.echo(f"Added {user.name} as {user.role}.")
    click.echo(_ONCE.format(password))


@group.command("list")
def list_users() -> None:
    """List everybody: name, role, whether the account is open."""
    with _transaction() as session:
        users = session.scalars(select(User).order_by(User.id)).all()
    for user in users:
        click.echo(f"{user.name}\t{user.role}\t{'disabled' if user.disabled_at else 'open'}")


@group.command("reset-password")
@click.argument("name")
def reset_password(name: str) -> None:
    """Give NAME a new one-time password and end their sessions."""
    with _transaction() as session:
        password = people.reset_password(session, name)
    click.echo(_ONCE.format(password))


@group.command("set-role")
@click.argument("name")
@click.argument("role", type=click.Choice(people.ROLES))
def set_role(name: str, role: str) -> None:
    """Give NAME another ROLE."""
    with _transaction() as session:
        people.set_role(session, name, role)
    click.echo(f"{name} is now {role}.")


@group.command()
@click.argument("name")
def disable(name: str) -> None:
    """Close NAME's account and end their sessions."""
    with _transaction() as session:
        people.disable(session, name)
    click.echo(f"{name} is disabled.")


@group.command()
@click.argument("name")
def enable(name: str) -> None:
    """Open NAME's account again."""
    with _transaction() as session:
        people.enable(session, name)
    click.echo(f"{name} is enabled.")


@contextmanager
def _transaction() -> Iterator[Session]:
    db = open_database(Settings())
    try:
        with db.write() as session:
            yield session
    except Rejected as error:
        raise click.ClickException(error.detail) from error
    finally:
        db.close()
