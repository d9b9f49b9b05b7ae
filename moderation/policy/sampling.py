"""Spot checks: which allowed items a moderator sees, settled by a hash so that anybody can check the draw."""

import hashlib


def is_sampled(item_key: str, rate: float, salt: str) -> bool:
    """Tell whether the lot falls on *item_key*: always the same answer for the same key and *salt*.

    Over many keys a share of *rate* (0 to 1) is drawn, independently of what the keys look like.
    """
    digest = hashlib.sha256(f"{len(salt)}:{salt}{item_key}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") < rate * 2**64
