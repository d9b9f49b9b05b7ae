"""Signatures after Standard Webhooks (standardwebhooks.com), and the secrets they are made with.

An endpoint has one live secret, or two while a rotation overlaps; a message carries a signature by each.
"""

import base64
import secrets as randomness
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from standardwebhooks import Webhook

MAX_LIVE = 2

Entry = dict[str, Any]


def new_secret() -> str:
    """Return a fresh signing secret: 32 random bytes."""
    return "whsec_" + base64.b64encode(randomness.token_bytes(32)).decode("ascii")


def first_secrets(now: datetime) -> tuple[list[Entry], str]:
    """Return the secrets column of a new endpoint, and the secret itself."""
    secret = new_secret()
    return [_entry(secret, now)], secret


def rotate(entries: Sequence[Entry], now: datetime, overlap: timedelta) -> tuple[list[Entry], str]:
    """Return the secrets column after a rotation, and the new secret.

    The secret so far signs on until *overlap* has passed; one that a former rotation left over ends at once,
    so that no more than two are ever live.
    """
    secret = new_secret()
    end = now + overlap
    kept = [entry | {"expires_at": _sooner(entry, end)} for entry in live_entries(entries, now)[: MAX_LIVE - 1]]
    return [_entry(secret, now), *(kept if overlap else [])], secret


def live(entries: Sequence[Entry], now: datetime) -> list[str]:
    """Return the secrets that sign at *now*, the newest first."""
    return [entry["secret"] for entry in live_entries(entries, now)[:MAX_LIVE]]


def headers(message_id: str, body: bytes, secrets: Sequence[str], now: datetime) -> dict[str, str]:
    """Return the three signature headers for exactly *body*, one signature per secret.

    Raises:
        ValueError: *now* has no time zone; the library would take it for UTC.
    """
    if now.tzinfo is None:
        raise ValueError("a signature's timestamp must name its time zone")
    moment = now.astimezone(UTC)
    text = body.decode("utf-8")
    signatures = [Webhook(secret).sign(message_id, moment, text) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _entry(secret: str, now: datetime) -> Entry:
    return {"secret": secret, "created_at": now.isoformat(), "expires_at": None}


def _sooner(entry: Entry, end: datetime) -> str:
    expires = entry["expires_at"]
    return end.isoformat() if expires is None else min(datetime.fromisoformat(expires), end).isoformat()


def live_entries(entries: Sequence[Entry], now: datetime) -> list[Entry]:
    return [entry for entry in entries if _is_live(entry, now)]


def _is_live(entry: Entry, now: datetime) -> bool:
    expires = entry["expires_at"]
    return expires is None or datetime.fromisoformat(expires) > now
