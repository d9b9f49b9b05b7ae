"""Names that are almost a lender's: 微粒袋 for 微粒贷, 京冬金条 for 京东金条, we6ank for webank.

A near miss is no mention: it tells that a text may be made to be taken for a lender's, or to slip past a search for
its name. What is exactly a name, a decoy of ``name_rules.yaml`` or made of ordinary words is not reported.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from classifiers.normalize.vocabulary import frequencies
from moderation.lenders import skeletons
from moderation.lenders.disguises import How, Pattern, Target, by_shape, by_sound, targets
from moderation.lenders.facts import Facts
from moderation.lenders.known_domains import KnownDomains
from moderation.lenders.lookalike_domains import DomainMiss, lookalike
from moderation.lenders.mentions import Finder
from moderation.lenders.name_rules import NameRules, Sighting
from moderation.lenders.naming import fold
from moderation.lenders.separated import Parted, parted
from moderation.lenders.skeletons import Plane

__all__ = ["DomainMiss", "KnownDomains", "NearMiss", "NearMisses", "lookalike"]

_PREFERRED: tuple[How, ...] = ("traditional", "separator", "letter", "latin", "shape", "sound", "swap", "odd_character")
_LONG = 5


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A stretch of a text, in code points, that is almost *name*, a name of *entity*; ``how`` they differ.

    ``traditional`` is the name itself in Traditional characters, for which there may be an innocent reason.
    """

    name: str
    entity: str
    start: int
    end: int
    how: How


class NearMisses:
    """Finds near misses; immutable, and safe to share between threads."""

    def __init__(self, facts: Facts, rules: NameRules, finder: Finder | None = None):
        self._rules = rules
        self._finder = finder or Finder(facts, rules)
        self._targets = targets(facts, rules)
        names = {target.text: target for target in self._targets}
        known = names.keys() | rules.phrases | rules.terms | rules.plain_words
        self._by_sound = _Search(by_sound(self._targets), skeletons.sound(), known)
        self._by_shape = _Search(by_shape(self._targets), skeletons.shape(names), known)
        self._whole = _automaton(list(names), MatchKind.LeftmostLongest)
        ordinary = sorted(rules.decoys.union(skeletons.data()["innocent"]))
        self._ordinary = _automaton(ordinary, MatchKind.LeftmostLongest)

    def find(self, text: str) -> tuple[NearMiss, ...]:
        """Return the near misses in *text* as given, in order and without overlap, the longest first to be chosen."""
        plain = skeletons.plain().of(text)
        mentions = self._finder.find(plain)
        taken = bytearray(len(plain))
        for mention in mentions:
            _take(taken, mention.start, mention.end)
        for _, start, end in _matches(self._ordinary, plain):
            _take(taken, start, end)
        found = [
            NearMiss(mention.name, mention.entity, mention.start, mention.end, "traditional")
            for mention in mentions
            if fold(text[mention.start : mention.end]) != plain[mention.start : mention.end]
        ]
        found += _chosen(self._disguised(plain), taken)
        return tuple(sorted(found, key=lambda miss: miss.start))

    def _disguised(self, plain: str) -> Iterator[NearMiss]:
        for search in (self._by_shape, self._by_sound):
            for pattern, start, end in search.candidates(plain):
                target = pattern.target
                places = pattern.differences(plain[start:end])
                if not places or not _few(pattern, plain[start:end], places):
                    continue
                if not _of_words(pattern, plain, start, end, places) and self._meant(target, plain, start, end):
                    yield NearMiss(target.name, target.entity, start, end, _how(pattern, places))
        without = parted(plain)
        if without:
            yield from self._parted(plain, without)

    def _parted(self, plain: str, without: Parted) -> Iterator[NearMiss]:
        for index, start, end in _matches(self._whole, without.text):
            target = self._targets[index]
            how = without.how(start, end, target.own)
            begin, stop = without.place(start), without.place(end - 1) + 1
            if how and self._meant(target, plain, begin, stop):
                yield NearMiss(target.name, target.entity, begin, stop, how)

    def _meant(self, target: Target, plain: str, start: int, end: int) -> bool:
        """Tell whether the place lets a near miss be meant as the name."""
        seen = Sighting(plain, start, end, corroborated=False)
        if self._rules.generic(target.text, seen) or _continues(plain, start, end):
            return False
        alone = end - start == len(plain.strip())
        return not target.short or alone or seen.near(self._rules.lending_words)


class _Search:
    """An automaton over patterns in one plane."""

    def __init__(self, patterns: Iterable[tuple[str, Pattern]], plane: Plane, known: Collection[str]):
        self._plane = plane
        self._known = known
        pairs = list(patterns)
        self._patterns = [pattern for _, pattern in pairs]
        self._automaton = _automaton(plane.each([text for text, _ in pairs]), MatchKind.Standard)

    def candidates(self, plain: str) -> Iterator[tuple[Pattern, int, int]]:
        """Yield what is equal to a pattern in the plane, and no name as it stands."""
        for index, start, end in _matches(self._automaton, self._plane.of(plain), overlapping=True):
            if plain[start:end] not in self._known:
                yield self._patterns[index], start, end


def _automaton(patterns: Sequence[str], kind: MatchKind) -> AhoCorasick | None:
    return AhoCorasick(patterns, matchkind=kind) if patterns else None


def _matches(automaton: AhoCorasick | None, text: str, *, overlapping: bool = False) -> list[tuple[int, int, int]]:
    return automaton.find_matches_as_indexes(text, overlapping=overlapping) if automaton else []


def _few(pattern: Pattern, written: str, places: Sequence[int]) -> bool:
    """Tell whether so little of the name has changed that it comes to mind."""
    name = pattern.target.text
    most = len(name) // 2 if all(name[at].isascii() for at in places) else 1 + (len(name) > 4) + (len(name) > 8)
    grammar = skeletons.data()["grammar"]
    return pattern.how == "swap" or (len(places) <= most and not any(written[at] in grammar for at in places))


def _how(pattern: Pattern, places: Sequence[int]) -> How:
    if pattern.how == "shape" and any(pattern.target.text[at].isascii() for at in places):
        return "latin"
    return pattern.how


def _of_words(pattern: Pattern, plain: str, start: int, end: int, places: Sequence[int]) -> bool:
    """Tell whether a changed character makes an ordinary word with a neighbour: 精英贷 is not 菁英贷 misspelt.

    Behind what is a long name's own (招商消费金容) nothing else can be meant; of neighbours that changed places
    (京东条金) only a word of both, or of one and what is outside, counts.
    """
    target, first = pattern.target, start + places[0]
    if len(target.text) > _LONG:
        places = [at for at in places if at < target.own]
    befores = {start + at + side for at in places for side in (-1, 0)}
    if pattern.how == "swap":
        befores &= {start - 1, first, end - 1}
    return any(before >= 0 and plain[before : before + 2] in frequencies() for before in befores)


def _continues(plain: str, start: int, end: int) -> bool:
    """Tell whether Latin letters or digits at an end of the range go on beyond it."""
    pairs = (plain[max(0, start - 1) : start + 1], plain[end - 1 : end + 1])
    return any(len(pair) == 2 and pair.isascii() and pair.isalnum() for pair in pairs)


def _chosen(found: Iterable[NearMiss], taken: bytearray) -> list[NearMiss]:
    """Return the longest of those that overlap each other, and none that overlaps what is *taken*."""
    kept: list[NearMiss] = []
    for miss in sorted(found, key=_preference):
        if not any(taken[miss.start : miss.end]):
            kept.append(miss)
            _take(taken, miss.start, miss.end)
    return kept


def _preference(miss: NearMiss) -> tuple[int, int, int, str]:
    return miss.start - miss.end, _PREFERRED.index(miss.how), miss.start, miss.name


def _take(taken: bytearray, start: int, end: int) -> None:
    taken[start:end] = b"\1" * (end - start)
