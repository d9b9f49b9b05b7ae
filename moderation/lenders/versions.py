"""The registry's version: what it knows and the rules by which it reads names."""

import hashlib

from moderation.lenders.name_rules import NameRules


def version_of(facts: str, rules: NameRules) -> str:
    """Return the version, 12 hex digits, of facts with this hash read by these rules."""
    return hashlib.sha256(f"{facts}:{rules.digest}".encode("ascii")).hexdigest()[:12]
