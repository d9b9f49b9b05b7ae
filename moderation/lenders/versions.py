"""The registry's version: what it knows, and the rules by which it reads names and offers."""

import hashlib
from functools import lru_cache
from importlib.resources import files

from moderation.lenders.name_rules import NameRules


def version_of(facts: str, rules: NameRules) -> str:
    """Return the version, 12 hex digits, of facts with this hash read by these rules."""
    return hashlib.sha256(f"{facts}:{rules.digest}:{_scope_rules()}".encode("ascii")).hexdigest()[:12]


@lru_cache(maxsize=1)
def _scope_rules() -> str:
    package = files("moderation.lenders")
    digest = hashlib.sha256()
    for name in ("scope.py", "seed/licence_types.yaml", "seed/places.yaml"):
        digest.update(package.joinpath(name).read_bytes())
    return digest.hexdigest()
