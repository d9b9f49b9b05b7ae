"""API keys: ``dd_<id>_<secret>``. The id is public; of the secret only HMAC-SHA256 under the pepper is kept.

A random 32-byte secret needs no slow hash: there is nothing to guess. Rotation issues a successor and lets
the old key live on for an overlap, so that a platform changes over without an outage.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation.access.models import ApiKey, Tenant
from moderation.db import utcnow
from moderation.errors import NotFound, Unauthenticated

SCOPES = (
    "items:write",
    "items:read",
    "check",
    "webhooks:manage",
    "lenders:read",
    "policies:read",
    "policies:write",
)
_TOKEN = re.compile(r"dd_([a-z0-9]{12})_([A-Za-z0-9_-]{43})")


class UnknownScope(ValueError):
    """A key was asked for with a scope that does not exist."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the tenant, the key's id and what the key may do."""

    tenant_id: int
    key_id: str
    scopes: frozenset[str]


def create(
    session: Session, pepper: str, tenant: Tenant, name: str, scopes: Iterable[str] = SCOPES, days: int | None = None
) -> tuple[ApiKey, str]:
    """Issue a key for *tenant*; return its row and the token, which is shown this once.

    Raises:
        UnknownScope: a scope is none of ``SCOPES``.
    """
    scopes = list(scopes)
    for scope in scopes:
        if scope not in SCOPES:
            raise UnknownScope(f"{scope!r} is no scope; there are {', '.join(SCOPES)}")
    secret = secrets.token_urlsafe(32)
    key = ApiKey(
        id=secrets.token_hex(6),
        tenant_id=tenant.id,
        name=name,
        scopes=scopes,
        secret_hash=_hash(pepper, secret),
        expires_at=None if days is None else utcnow() + timedelta(days=days),
    )
    session.add(key)
    session.flush()
    return key, f"dd_{key.id}_{secret}"


def authenticate(session: Session, pepper: str, token: str, now: datetime) -> Caller:
    """Return who holds *token*.

    Raises:
        Unauthenticated: the token is malformed, unknown, expired or revoked; the message tells only the holder
            of the right secret which.
    """
    match = _TOKEN.fullmatch(token)
    key = session.get(ApiKey, match[1]) if match else None
    # The comparison runs for unknown ids too, so that its time does not tell which ids exist.
    known = hmac.compare_digest(key.secret_hash if key else "", _hash(pepper, match[2] if match else ""))
    if key is None or not known:
        raise Unauthenticated("the API key is not valid")
    if key.revoked_at is not None and key.revoked_at <= now:
        raise Unauthenticated("the API key was revoked")
    if key.expires_at is not None and key.expires_at <= now:
        raise Unauthenticated("the API key has expired")
    return Caller(key.tenant_id, key.id, frozenset(key.scopes))


def rotate(session: Session, pepper: str, key_id: str, overlap: timedelta) -> tuple[ApiKey, str]:
    """Issue a successor of *key_id* with the same rights; the old key expires after *overlap*."""
    old = find(session, key_id)
    tenant = session.get_one(Tenant, old.tenant_id)
    new, token = create(session, pepper, tenant, old.name, old.scopes)
    end = utcnow() + overlap
    old.expires_at = end if old.expires_at is None else min(old.expires_at, end)
    return new, token


def revoke(session: Session, key_id: str) -> ApiKey:
    """End *key_id* now."""
    key = find(session, key_id)
    key.revoked_at = key.revoked_at or utcnow()
    return key


def find(session: Session, key_id: str) -> ApiKey:
    """Return the key with the public id *key_id*, or raise NotFound."""
    key = session.get(ApiKey, key_id)
    if key is None:
        raise NotFound(f"there is no API key {key_id}")
    return key


def tenant_named(session: Session, name: str) -> Tenant:
    """Return the tenant *name*, made if it is new."""
    tenant = session.scalar(select(Tenant).where(Tenant.name == name))
    if tenant is None:
        tenant = Tenant(name=name)
        session.add(tenant)
        session.flush()
    return tenant


def _hash(pepper: str, secret: str) -> str:
    return hmac.new(pepper.encode(), secret.encode(), hashlib.sha256).hexdigest()
