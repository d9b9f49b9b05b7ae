"""Who may change the registry and policies: people with an account, who show that they are who they say."""

from collections.abc import Callable

import click

from moderation.access import people
from moderation.db import Database
from moderation.errors import Forbidden, Unauthenticated

KEEPERS = frozenset({"lead", "admin"})
"""Roles that keep the registry and policies."""


def known(db: Database, name: str, password: str) -> str:
    """Return the name of the person who may change registry and policies.

    Raises:
        Unauthenticated: there is no such person, or the password is another.
        Forbidden: the account's role keeps neither, or its password is still the first one.
    """
    user = people.verify(db, name, password)
    if user is None:
        raise Unauthenticated("the name or the password is wrong, or the account is disabled")
    if user.role not in KEEPERS:
        raise Forbidden(f"{user.name} is a {user.role}; registry and policies are kept by {', '.join(sorted(KEEPERS))}")
    if user.must_change_password:
        raise Forbidden(f"{user.name} has not changed the one-time password yet: log in to the review pages first")
    return user.name


def signed(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options by which a person shows who they are."""
    command = click.option(
        "--password", envvar="REGISTRY_PASSWORD", prompt=True, hide_input=True, help="Asked for unless given."
    )(command)
    return click.option("--as", "name", envvar="REGISTRY_USER", prompt="account", help="Your account.")(command)
