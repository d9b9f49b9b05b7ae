"""``daidun policy``: look at a policy, and check one before it is put in force."""

import json
from pathlib import Path

import click

from moderation.policy.config import Policy

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("policy")
def group() -> None:
    """The policy: thresholds, whose ads may pass, how many spot checks."""


@group.command()
@click.argument("file", type=_FILE, required=False)
def show(file: Path | None) -> None:
    """Print the policy in FILE, by default the one in force, with its version, as JSON."""
    policy = Policy.load(file)
    values = {name: value for name, value in vars(policy).items() if name != "version"}
    document = {"version": policy.version, **values, "allowing": sorted(policy.allowing)}
    click.echo(json.dumps(document, indent=2))


@group.command()
@click.argument("file", type=_FILE)
def validate(file: Path) -> None:
    """Check the policy in FILE: print its version, or say what is wrong with it and exit with 2."""
    click.echo(Policy.load(file).version)
