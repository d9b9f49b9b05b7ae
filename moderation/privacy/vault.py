"""Encryption at rest: what people wrote is stored as Fernet tokens (AES-128-CBC with HMAC-SHA256).

The first key encrypts, every key decrypts, so that keys rotate without downtime.
"""

import json
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class VaultError(RuntimeError):
    """No key is installed, or none of the keys opens a stored value."""


class Vault:
    """Seals and opens bytes with the keys it was given."""

    def __init__(self, keys: Sequence[str]):
        if not keys:
            raise VaultError("DAIDUN_ENCRYPTION_KEYS holds no key")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise VaultError(f"DAIDUN_ENCRYPTION_KEYS: {error}") from error

    def seal(self, plain: bytes) -> bytes:
        return self._fernet.encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise VaultError("a stored value opens with none of the keys in DAIDUN_ENCRYPTION_KEYS") from error


_installed: list[Vault] = []


def install(vault: Vault) -> None:
    """Make *vault* the one that this process's encrypted columns use."""
    _installed[:] = [vault]


def installed() -> Vault:
    """Return the process's vault.

    Raises:
        VaultError: none is installed.
    """
    if not _installed:
        raise VaultError("encrypted columns were used before a vault was installed")
    return _installed[0]


class EncryptedJSON(TypeDecorator[Any]):
    """A JSON document that the database holds encrypted."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        # Lone surrogates are legal in JSON and in Python, so escape everything but ASCII.
        return installed().seal(json.dumps(value, separators=(",", ":")).encode("ascii"))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(installed().open(value))
