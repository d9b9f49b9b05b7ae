"""Finding the registry's names in a text: exact, typed, the longest name that begins leftmost."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from ahocorasick_rs import AhoCorasick, MatchKind

from moderation.lenders import naming
from moderation.lenders.facts import ALWAYS, RANK, Facts, Validity
from moderation.lenders.name_rules import NameRules, Sighting
from moderation.lenders.names import Confidence
from moderation.lenders.naming import fold
from moderation.lenders.standing import Mention


@dataclass(frozen=True, slots=True)
class Sense:
    """What a name stands for: an entity, surest reading first, and every lender that it may belong to, and when."""

    mention: Mention
    owners: frozenset[str] = frozenset()
    valid: tuple[Validity, ...] = (ALWAYS,)

    def holds(self, at: date | None) -> bool:
        """Whether the name was somebody's on the day *at*."""
        return at is None or any(each.holds(at) for each in self.valid)


class Finder:
    """Finds names; immutable, and safe to share between threads."""

    def __init__(self, facts: Facts, rules: NameRules):
        self._rules = rules
        self._senses = _senses(facts, rules)
        self._patterns = [*self._senses, *sorted(rules.decoys - self._senses.keys())]
        self._automaton = AhoCorasick(self._patterns, matchkind=MatchKind.LeftmostLongest) if self._patterns else None

    def owners(self, name: str) -> frozenset[str]:
        """Return the legal names of all lenders that *name* may belong to."""
        sense = self._senses.get(fold(name))
        return sense.owners if sense else frozenset()

    def find(self, text: str, at: date | None = None) -> tuple[Mention, ...]:
        """Return the names in *text* that held on the day *at*, in order; offsets are code points of *text* itself."""
        if self._automaton is None:
            return ()
        folded = fold(text)
        places = self._automaton.find_matches_as_indexes(folded)
        seen = [(self._patterns[index], start, end) for index, start, end in places if _whole(folded, start, end)]
        named = [
            (name, start, end) for name, start, end in seen if name in self._senses and self._senses[name].holds(at)
        ]
        sure = self._sure(name for name, _, _ in named)
        return tuple(
            replace(self._senses[name].mention, start=start, end=end)
            for name, start, end in named
            if self._meant(name, Sighting(folded, start, end, self._corroborated(name, sure)))
        )

    def _sure(self, names: Iterable[str]) -> dict[str, set[str]]:
        """Return, by lender, the names in a text that need no context."""
        sure: dict[str, set[str]] = {}
        for name in names:
            if not self._rules.doubtful(name):
                for owner in self._senses[name].owners:
                    sure.setdefault(owner, set()).add(name)
        return sure

    def _corroborated(self, name: str, sure: dict[str, set[str]]) -> bool:
        return any(sure.get(owner, set()) - {name} for owner in self._senses[name].owners)

    def _meant(self, name: str, seen: Sighting) -> bool:
        if self._rules.doubtful(name):
            return self._rules.holds(name, seen)
        return not self._rules.generic(name, seen)


def _senses(facts: Facts, rules: NameRules) -> dict[str, Sense]:
    """Map each folded name to what it stands for; a lender comes before an operator that shares the name."""
    senses: dict[str, Sense] = {}
    for lender in facts.lenders:
        for name in lender.names:
            kind: Literal["legal_name", "brand"] = "legal_name" if name.kind == "legal_name" else "brand"
            mention = Mention(lender.legal_name, name.text, kind, lender.licence_type, name.confidence, 0, 0)
            _add(senses, Sense(mention, frozenset({lender.legal_name}), (name.valid,)))
    there = {lender.legal_name: lender for lender in facts.lenders}
    for short, legal in rules.short_names.items():
        if legal in there:
            mention = Mention(legal, short, "brand", there[legal].licence_type, "low", 0, 0)
            _add(senses, Sense(mention, frozenset({legal})))
    for operator in facts.operators:
        for text in (*_spellings(operator.name), *operator.brands):
            if fold(text) not in senses:
                senses[fold(text)] = Sense(
                    Mention(operator.name, text, "operator", operator.role, operator.confidence, 0, 0)
                )
    return senses


def _add(senses: dict[str, Sense], sense: Sense) -> None:
    key = fold(sense.mention.name)
    other = senses.get(key)
    if other is None:
        senses[key] = sense
        return
    surer = sense.mention if _rank(sense.mention) > _rank(other.mention) else other.mention
    senses[key] = Sense(surer, other.owners | sense.owners, (*other.valid, *sense.valid))


def _rank(mention: Mention) -> tuple[bool, int]:
    confidence: Confidence = mention.confidence
    return mention.kind == "legal_name", RANK[confidence]


def _spellings(operator: str) -> list[str]:
    """Split what a list prints for an operator: 云翰信息/际辉(京东体系)."""
    return [part for part in naming.bare(operator).split("/") if len(part) >= 2]


def _whole(text: str, start: int, end: int) -> bool:
    """Tell whether a name that begins or ends with a Latin letter or digit does not go on beyond its ends."""
    before = text[start - 1 : start] + text[start]
    after = text[end - 1] + text[end : end + 1]
    return not any(len(pair) == 2 and pair.isascii() and pair.isalnum() for pair in (before, after))
