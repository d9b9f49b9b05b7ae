"""Names that are almost a lender's: 微粒袋 for 微粒贷, 京冬金条 for 京东金条, we6ank for webank.

A near miss is no mention: it tells that a text may be made to be taken for a lender's, or to slip past a search for
its name. What is exactly a name, a decoy of ``name_rules.yaml`` or made of ordinary words is not reported, nor is what
resembles the name of a lender of one place only: nobody is known far enough to be imitated there, and there are
thousands of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ahocorasick_rs import AhoCorasick, MatchKind

from classifiers.normalize.vocabulary import frequencies
from moderation.lenders import scope, skeletons
from moderation.lenders.disguises import How, Pattern, Target, by_shape, by_sound, targets
from moderation.lenders.facts import Facts, Lender
from moderation.lenders.glances import Glance, Glances
from moderation.lenders.known_domains import KnownDomains
from moderation.lenders.lookalike_domains import DomainMiss, lookalike
from moderation.lenders.mentions import Finder
from moderation.lenders.name_rules import NameRules, Sighting
from moderation.lenders.naming import fold
from moderation.lenders.separated import parted

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
        self._targets = targets(replace(facts, lenders=tuple(filter(_known_afar, facts.lenders))), rules)
        names = {target.text: target for target in self._targets}
        self._known = names.keys() | rules.phrases | rules.terms | rules.plain_words
        self._glances = Glances(names)
        self._disguises = _Disguises(self._targets, self._glances)
        self._whole = _automaton(list(names), MatchKind.LeftmostLongest)
        ordinary = sorted(rules.decoys.union(skeletons.data()["innocent"]))
        self._ordinary = _automaton(ordinary, MatchKind.LeftmostLongest)

    def find(self, text: str) -> tuple[NearMiss, ...]:
        """Return the near misses in *text* as given, in order and without overlap, the longest first to be chosen."""
        seen = self._glances.of(text)
        candidates = self._disguises.candidates(text, seen)
        if not (candidates or seen.parted or seen.traditional):
            return ()
        plain = skeletons.plain().of(text)
        disguised = [*self._disguised(plain, candidates), *(self._apart(plain) if seen.parted else ())]
        return self._told(text, plain, disguised) if disguised or seen.traditional else ()

    def _told(self, text: str, plain: str, disguised: Sequence[NearMiss]) -> tuple[NearMiss, ...]:
        """Return what is left of *disguised* beside the names that the text holds, and those in Traditional."""
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
        found += _chosen(disguised, taken)
        return tuple(sorted(found, key=lambda miss: miss.start))

    def _disguised(self, plain: str, candidates: Iterable[tuple[Pattern, int, int]]) -> Iterator[NearMiss]:
        for pattern, start, end in candidates:
            written = plain[start:end]
            places = () if written in self._known else pattern.differences(written)
            if not places or not _few(pattern, written, places):
                continue
            target = pattern.target
            if not _of_words(pattern, plain, start, end, places) and self._meant(target, plain, start, end):
                yield NearMiss(target.name, target.entity, start, end, _how(pattern, places))

    def _apart(self, plain: str) -> Iterator[NearMiss]:
        without = parted(plain)
        if without is None:
            return
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


class _Disguises:
    """One automaton for all disguises, in shape and in sound."""

    def __init__(self, names: Sequence[Target], glances: Glances):
        shapes, sounds = list(by_shape(names)), list(by_sound(names))
        self._patterns = [pattern for _, pattern in (*shapes, *sounds)]
        self._shapes = len(shapes)
        texts = glances.shape.each([text for text, _ in shapes]) + glances.sound.each([text for text, _ in sounds])
        self._automaton = _automaton(texts, MatchKind.Standard)

    def candidates(self, text: str, seen: Glance) -> list[tuple[Pattern, int, int]]:
        """Return what in *text* is equal to a pattern in its plane, and where; not the name itself."""
        found, size = [], len(text)
        for index, start, end in _matches(self._automaton, seen.shape_and_sound, overlapping=True):
            if index < self._shapes and end <= size:
                found.append((self._patterns[index], start, end))
            elif index >= self._shapes and start >= size:
                found.append((self._patterns[index], start - size, end - size))
        return [each for each in found if text[each[1] : each[2]] != each[0].target.text]


def _known_afar(lender: Lender) -> bool:
    """Tell whether *lender* may lend anywhere, or has a site of its own."""
    kind = scope.licence_type(lender.licence_type)
    return kind is None or kind.nationwide or bool(lender.domains)


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
