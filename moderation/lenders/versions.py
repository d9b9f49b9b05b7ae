"""The registry's version: what it knows, and the rules by which it reads names, look-alikes and offers."""

import hashlib
from functools import lru_cache
from importlib.resources import files

from moderation.lenders.name_rules import NameRules

SCOPE = ("scope.py", "purposes.py", "seed/licence_types.yaml", "seed/places.yaml")
"""What decides whether an offer goes beyond a licence."""
LOOKALIKES = (
    *("imitations.py", "lookalikes.py", "disguises.py", "separated.py", "glances.py", "skeletons.py"),
    *("lookalike_domains.py", "known_domains.py", "spelling.py", "seed/lookalikes.yaml"),
)
"""What decides what is a look-alike."""


def version_of(facts: str, rules: NameRules) -> str:
    """Return the version, 12 hex digits, of facts with this hash read by these rules."""
    return hashlib.sha256(f"{facts}:{rules.digest}:{_program()}".encode("ascii")).hexdigest()[:12]


@lru_cache(maxsize=1)
def _program() -> str:
    package = files("moderation.lenders")
    digest = hashlib.sha256()
    for name in (*SCOPE, *LOOKALIKES):
        digest.update(package.joinpath(name).read_bytes())
    return digest.hexdigest()
