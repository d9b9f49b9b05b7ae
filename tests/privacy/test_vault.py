"""Encryption at rest: sealed, rotated, and loud when a key is missing."""

import pytest
from cryptography.fernet import Fernet

from moderation.privacy.vault import Vault, VaultError


def key() -> str:
    return Fernet.generate_key().decode()


def test_what_is_sealed_opens_again_and_is_not_readable() -> None:
    vault = Vault([key()])
    sealed = vault.seal(b"13800138000")
    assert b"13800138000" not in sealed
    assert vault.open(sealed) == b"13800138000"


def test_after_a_rotation_old_values_open_and_new_ones_use_the_new_key() -> None:
    old, new = key(), key()
    sealed = Vault([old]).seal(b"x")
    both = Vault([new, old])
    assert both.open(sealed) == b"x"
    assert Vault([new]).open(both.seal(b"y")) == b"y"


def test_a_missing_key_is_an_error_not_an_empty_value() -> None:
    with pytest.raises(VaultError, match="none of the keys"):
        Vault([key()]).open(Vault([key()]).seal(b"x"))


@pytest.mark.parametrize("keys", [[], ["short"], [""]])
def test_a_bad_key_names_the_setting(keys: list[str]) -> None:
    with pytest.raises(VaultError, match="DAIDUN_ENCRYPTION_KEYS"):
        Vault(keys)
