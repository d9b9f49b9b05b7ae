"""When a name in a text is a lender's: the curated rules of ``seed/name_rules.yaml``.

快贷 and 闪电贷 are products of banks and words of other trades; 平安 is a bank, an insurer and a greeting. The
rules were written by hand and are part of the registry's version.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from moderation.lenders.naming import fold

_FILE = "name_rules.yaml"
_WINDOW = 30
_QUOTES = {"“": "”", "「": "」", "『": "』", "《": "》", "【": "】", '"': '"', "‘": "’", "<": ">"}


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name at a place in a folded text; ``corroborated``: the text names the same lender beyond doubt."""

    text: str
    start: int
    end: int
    corroborated: bool

    def followed_by(self, words: Iterable[str]) -> bool:
        return self.text.startswith(tuple(words), self.end)

    def near(self, words: Iterable[str]) -> bool:
        around = self.text[max(0, self.start - _WINDOW) : self.start] + "\n" + self.text[self.end : self.end + _WINDOW]
        return any(word in around for word in words)

    @property
    def quoted(self) -> bool:
        closing = _QUOTES.get(self.text[self.start - 1]) if self.start else None
        return closing is not None and self.text.startswith(closing, self.end)


@dataclass(frozen=True, slots=True)
class NameRules:
    """The rules, all words folded."""

    decoys: frozenset[str]
    places: frozenset[str]
    place_bank_tails: tuple[str, ...]
    short_names: dict[str, str]
    short_name_followers: tuple[str, ...]
    plain_words: frozenset[str]
    phrases: frozenset[str]
    phrase_followers: tuple[str, ...]
    terms: frozenset[str]
    other_trades: tuple[str, ...]
    lending_words: tuple[str, ...]
    digest: str = field(compare=False)

    def doubtful(self, name: str) -> bool:
        """Tell whether a folded *name* needs a context."""
        return name in self.short_names or name in self.phrases or name in self.terms or name in self.plain_words

    def holds(self, name: str, seen: Sighting) -> bool:
        """Tell whether a doubtful *name* is meant as a lender's where it was seen."""
        if seen.corroborated:
            return True
        if name in self.plain_words:
            return False
        if name in self.short_names:
            return seen.followed_by(self.short_name_followers)
        if name in self.terms:
            return not any(word in seen.text for word in self.other_trades) and seen.near(self.lending_words)
        return seen.followed_by(self.phrase_followers) or (seen.quoted and seen.near(self.lending_words))

    def generic(self, name: str, seen: Sighting) -> bool:
        """Tell whether what looks like a bank named after its place is a place and the word bank."""
        return (
            name.removesuffix("银行") in self.places
            and seen.followed_by(self.place_bank_tails)
            and not seen.corroborated
        )


@lru_cache(maxsize=1)
def load_rules() -> NameRules:
    """Read the shipped rules."""
    data = (files("moderation.lenders") / "seed" / _FILE).read_bytes()
    raw: dict[str, Any] = yaml.safe_load(data)
    words = {key: tuple(fold(word) for word in value) for key, value in raw.items() if key != "short_names"}
    return NameRules(
        decoys=frozenset(words["decoys"]),
        places=frozenset(words["places"]),
        place_bank_tails=words["place_bank_tails"],
        short_names={fold(name): legal for name, legal in raw["short_names"].items()},
        short_name_followers=words["short_name_followers"],
        plain_words=frozenset(words["plain_words"]),
        phrases=frozenset(words["phrases"]),
        phrase_followers=words["phrase_followers"],
        terms=frozenset(words["terms"]),
        other_trades=words["other_trades"],
        lending_words=words["lending_words"],
        digest=hashlib.sha256(data).hexdigest(),
    )
