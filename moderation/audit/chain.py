"""The chain's arithmetic: keys, hashes and the sealed head.

The secret is 32 random bytes, made with the first event and kept in the head, which is encrypted like everything
people wrote (``privacy.vault``). Each append seals it anew, by the first of the encryption keys. So the keys rotate
as they do for items, and an old one is not needed to check old events once something was recorded under the new one.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moderation.audit.event import canonical
from moderation.errors import DaidunError
from moderation.privacy import vault

GENESIS = "0" * 64
"""What the first event names as the hash before it."""

# Items and notes are sealed by the same keys, and people choose what they say. But those are JSON, which this isn't.
_MARK = b"daidun audit head 1\n"


class ChainBroken(DaidunError):
    """The head is gone or is no head of ours, so nothing can be appended."""

    title, code = "Audit log damaged", "audit_damaged"


@dataclass(frozen=True, slots=True)
class Head:
    """The chain's secret (32 bytes), and number and hash of its last event."""

    secret: bytes = field(repr=False)
    last: int = 0
    hash: str = GENESIS

    @classmethod
    def new(cls) -> "Head":
        """Return the head of a new chain without events."""
        return cls(secrets.token_bytes(32))

    @classmethod
    def opened(cls, sealed: bytes) -> "Head":
        """Return the head that *sealed* holds.

        Raises:
            ChainBroken: it is something else that was sealed by the same keys.
            VaultError: none of the encryption keys opens it.
        """
        plain = vault.installed().open(sealed)
        if not plain.startswith(_MARK):
            raise ChainBroken("the head of the audit log holds something else")
        found = json.loads(plain.removeprefix(_MARK))
        return cls(bytes.fromhex(found["secret"]), found["last"], found["hash"])

    def sealed(self) -> bytes:
        """Return what the database holds, encrypted by the first of the encryption keys."""
        document = {"secret": self.secret.hex(), "last": self.last, "hash": self.hash}
        return vault.installed().seal(_MARK + json.dumps(document).encode())

    def link(self, number: int, at: datetime, fields: Mapping[str, Any], previous: str) -> str:
        """Return the hash of an event (see ``Event.fields``) as number *number*, following the hash *previous*."""
        message = previous.encode() + canonical(number, at, fields)
        return hmac.new(self._key("events"), message, hashlib.sha256).hexdigest()

    def pseudonym(self, name: str) -> str:
        """Return 16 hex digits that stand for *name* in this log alone: the same each time, and no way back."""
        message = name.encode("utf-8", "surrogatepass")
        return hmac.new(self._key("names"), message, hashlib.sha256).hexdigest()[:16]

    def _key(self, purpose: str) -> bytes:
        return hmac.digest(self.secret, f"daidun audit 1 {purpose}".encode(), "sha256")
