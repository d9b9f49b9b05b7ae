"""Inbound webhooks: a platform's content pipeline sends items signed by Standard Webhooks instead of with a key.

The source is named in the URL (``?source=src_…``), because most platforms can configure nothing but a URL and a
secret. A message is taken once: its id is stored with the hash of its body in the transaction that stores the
items, and the same message again gets the same answer.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from moderation.access.models import HookMessage, HookSource, Tenant
from moderation.db import insert_new, utcnow
from moderation.errors import Conflict, NotFound, Unauthenticated

_REFUSED = "the signature does not match any of the source's secrets"


def create(session: Session, tenant: Tenant, name: str) -> tuple[HookSource, str]:
    """Add a source for *tenant*; return its row and its signing secret, which is shown this once."""
    secret = _new_secret()
    source = HookSource(id=f"src_{secrets.token_hex(6)}", tenant_id=tenant.id, name=name, secrets=[secret])
    session.add(source)
    session.flush()
    return source, secret


def rotate(session: Session, source_id: str) -> str:
    """Give the source a new secret; the one before stays valid until the next rotation."""
    source = find(session, source_id)
    secret = _new_secret()
    source.secrets = [secret, *source.secrets[:1]]
    return secret


def revoke(session: Session, source_id: str) -> HookSource:
    """Stop taking messages from the source."""
    source = find(session, source_id)
    source.revoked_at = source.revoked_at or utcnow()
    return source


def find(session: Session, source_id: str) -> HookSource:
    """Return the source, or raise NotFound."""
    source = session.get(HookSource, source_id)
    if source is None:
        raise NotFound(f"there is no inbound source {source_id}")
    return source


def verify(
    session: Session, source_id: str, body: bytes, headers: Mapping[str, str], now: datetime, tolerance: float
) -> HookSource:
    """Return the source whose secret signed *body* within *tolerance* seconds of *now*.

    Raises:
        Unauthenticated: unknown or revoked source, bad signature, or a timestamp outside the window.
    """
    source = session.get(HookSource, source_id)
    if source is None or source.revoked_at is not None:
        raise Unauthenticated(_REFUSED)
    sent = {name.lower(): value for name, value in headers.items()}
    _check_window(sent.get("webhook-timestamp", ""), now, tolerance)
    if not any(_signed_with(secret, body, sent) for secret in source.secrets):
        raise Unauthenticated(_REFUSED)
    return source


def remember(session: Session, source: HookSource, message_id: str, body: bytes) -> None:
    """Record that the message was taken.

    Raises:
        Conflict: the id was taken before with another body.
    """
    digest = hashlib.sha256(body).hexdigest()
    row = {"source_id": source.id, "message_id": message_id, "body_hash": digest}
    if insert_new(session, HookMessage, [row], ("source_id", "message_id")):
        return
    if session.get_one(HookMessage, (source.id, message_id)).body_hash != digest:
        raise Conflict("this webhook-id was taken before with another body")


def _check_window(timestamp: str, now: datetime, tolerance: float) -> None:
    try:
        age = now.timestamp() - float(int(timestamp))
    except (ValueError, OverflowError):
        raise Unauthenticated("the webhook-timestamp header is missing or not a whole number of seconds") from None
    if abs(age) > tolerance:
        raise Unauthenticated(f"the webhook-timestamp is {age:.0f} s away from now; {tolerance:.0f} s are allowed")


def _signed_with(secret: str, body: bytes, headers: Mapping[str, str]) -> bool:
    try:
        Webhook(secret).verify(body.decode("utf-8"), dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        # ValueError: malformed headers, or bytes that are not UTF-8.
        return False
    return True


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
