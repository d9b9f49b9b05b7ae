"""``daidun keys``: API keys and inbound webhook sources."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation.access import hooks, keys
from moderation.access.models import ApiKey, HookSource
from moderation.audit import trail
from moderation.audit.trail import SYSTEM, Event
from moderation.db import open_database, utcnow
from moderation.settings import Settings


@contextmanager
def _transaction() -> Iterator[tuple[Session, str]]:
    settings = Settings()
    db = open_database(settings)
    try:
        with db.write() as session:
            yield session, settings.pepper.get_secret_value()
    finally:
        db.close()


@click.group("keys")
def group() -> None:
    """API keys of platforms, and the sources of signed inbound webhooks."""


@group.command()
@click.argument("name")
@click.option("--tenant", default="default", show_default=True, help="Whose items the key may send and read.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(keys.SCOPES),
    help="May be given several times; all by default.",
)
@click.option("--days", type=click.IntRange(1), help="Expire after so many days.")
def create(name: str, tenant: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Issue a key and print it, this once."""
    with _transaction() as (session, pepper):
        key, token = keys.create(session, pepper, keys.tenant_named(session, tenant), name, scopes or keys.SCOPES, days)
        trail.append(session, Event(SYSTEM, "key.created", f"key:{key.id}", {"tenant": key.tenant_id, "days": days}))
    click.echo(token)
    click.echo(f"key {key.id} of tenant {tenant}; it is not shown again", err=True)


@group.command("list")
def list_keys() -> None:
    """List all keys, without their secrets."""
    with _transaction() as (session, _):
        for key in session.scalars(select(ApiKey).order_by(ApiKey.created_at)):
            click.echo(f"{key.id}  tenant {key.tenant_id}  {_state(key):<28}  {','.join(key.scopes)}  {key.name}")


@group.command()
@click.argument("key_id")
@click.option("--overlap-hours", default=24.0, show_default=True, help="How long the old key goes on working.")
def rotate(key_id: str, overlap_hours: float) -> None:
    """Issue a successor of KEY_ID; both work until the overlap ends."""
    with _transaction() as (session, pepper):
        key, token = keys.rotate(session, pepper, key_id, timedelta(hours=overlap_hours))
        trail.append(session, Event(SYSTEM, "key.rotated", f"key:{key_id}", {"successor": key.id}))
    click.echo(token)
    click.echo(f"key {key.id} replaces {key_id}, which ends in {overlap_hours:g} h", err=True)


@group.command()
@click.argument("key_id")
def revoke(key_id: str) -> None:
    """End KEY_ID now."""
    with _transaction() as (session, _):
        keys.revoke(session, key_id)
        trail.append(session, Event(SYSTEM, "key.revoked", f"key:{key_id}"))
    click.echo(f"key {key_id} is revoked")


@group.command("hook-create")
@click.argument("name")
@click.option("--tenant", default="default", show_default=True)
def hook_create(name: str, tenant: str) -> None:
    """Add a source of signed inbound webhooks; print its URL path and its secret, this once."""
    with _transaction() as (session, _):
        source, secret = hooks.create(session, keys.tenant_named(session, tenant), name)
        trail.append(session, Event(SYSTEM, "source.created", f"source:{source.id}", {"tenant": source.tenant_id}))
    click.echo(f"/v1/hooks/content?source={source.id}")
    click.echo(secret)


@group.command("hook-list")
def hook_list() -> None:
    """List the sources, without their secrets."""
    with _transaction() as (session, _):
        for source in session.scalars(select(HookSource).order_by(HookSource.created_at)):
            state = "revoked" if source.revoked_at else "active"
            click.echo(f"{source.id}  tenant {source.tenant_id}  {state}  {source.name}")


@group.command("hook-rotate")
@click.argument("source_id")
def hook_rotate(source_id: str) -> None:
    """Give a source a new secret; the one before stays valid until the next rotation."""
    with _transaction() as (session, _):
        secret = hooks.rotate(session, source_id)
        trail.append(session, Event(SYSTEM, "source.rotated", f"source:{source_id}"))
    click.echo(secret)


@group.command("hook-revoke")
@click.argument("source_id")
def hook_revoke(source_id: str) -> None:
    """Stop taking messages from a source."""
    with _transaction() as (session, _):
        hooks.revoke(session, source_id)
        trail.append(session, Event(SYSTEM, "source.revoked", f"source:{source_id}"))
    click.echo(f"source {source_id} is revoked")


def _state(key: ApiKey) -> str:
    if key.revoked_at:
        return f"revoked {key.revoked_at:%Y-%m-%d %H:%M}"
    if key.expires_at:
        return f"{'expired' if key.expires_at <= utcnow() else 'expires'} {key.expires_at:%Y-%m-%d %H:%M}"
    return "active"
