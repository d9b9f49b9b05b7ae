"""The names that a lookalike may be of, and the strings by which the automata find their disguises."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from moderation.lenders import naming, skeletons
from moderation.lenders.facts import RANK, Facts
from moderation.lenders.name_rules import NameRules
from moderation.lenders.naming import fold
from moderation.lenders.skeletons import WILD

How = Literal["traditional", "sound", "shape", "latin", "odd_character", "separator", "letter", "swap"]

_SHORTEST = 3
_SWAPPED = range(3, 9)
_SWAPPED_LABELS = range(8, 30)
_SHORTEST_LABEL = 6
_MASKABLE = range(4, 9)
_HAN = re.compile("[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Target:
    """A known name; ``text`` is its folded form, ``own`` the length of the part that is not 银行 or the like."""

    name: str
    entity: str
    text: str
    own: int
    short: bool
    """Too short or too wordlike to be meant without a word of lending nearby."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a name is disguised; ``at`` is the offset of what is masked, or of the first of two changed neighbours."""

    target: Target
    how: How
    at: int = -1

    def differences(self, written: str) -> tuple[int, ...]:
        """Return where *written* differs from the name; nothing if it does otherwise than the pattern says."""
        name, at = self.target.text, self.at
        if self.how == "swap":
            return (at, at + 1) if written == swap(name, at) else ()
        name = name[: len(written)]
        places = tuple(place for place, (old, new) in enumerate(zip(name, written, strict=True)) if old != new)
        return () if at >= 0 and places != (at,) else places


def by_sound(targets: Iterable[Target]) -> Iterator[tuple[str, Pattern]]:
    """Yield what to search for in the plane of sounds."""
    for target in targets:
        for at in _swappable(target):
            yield swap(target.text, at), Pattern(target, "swap", at)
        if not _LATIN.fullmatch(target.text):
            yield target.text, Pattern(target, "sound")
            for text in _read_otherwise(target.text):
                yield text, Pattern(target, "sound")


def by_shape(targets: Iterable[Target]) -> Iterator[tuple[str, Pattern]]:
    """Yield what to search for in the plane of shapes."""
    for target in targets:
        yield target.text, Pattern(target, "shape")
        for form, at in _maskable(target):
            yield form[:at] + WILD + form[at + 1 :], Pattern(target, "odd_character", at)


def swap(text: str, at: int) -> str:
    """Return *text* with the characters at *at* and after it changed for each other."""
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def targets(facts: Facts, rules: NameRules) -> tuple[Target, ...]:
    """Return every name of at least three characters that is no ordinary word, lenders' before operators'."""
    known: dict[str, Target] = {}
    for lender in facts.lenders:
        order = sorted(lender.names, key=lambda name: (name.kind != "legal_name", -RANK[name.confidence]))
        for name in order:
            _add(known, name.text, lender.legal_name, rules)
        for domain in lender.domains:
            label = domain.host.split(".", 1)[0]
            if len(label) >= _SHORTEST_LABEL:
                _add(known, label, lender.legal_name, rules)
    for operator in facts.operators:
        for text in (*naming.bare(operator.name).split("/"), *operator.brands):
            _add(known, text, operator.name, rules)
    return tuple(known.values())


def own_part(text: str) -> str:
    """Return what of a folded firm's *text* is its own: 招商 of 招商银行."""
    return _tail().sub("", text)


def _add(known: dict[str, Target], name: str, entity: str, rules: NameRules) -> None:
    text = fold(name)
    if len(text) < _SHORTEST or text in known:
        return
    if rules.doubtful(text) and text not in skeletons.data()["distinctive"]:
        return
    short = len(text) == _SHORTEST or rules.doubtful(text)
    known[text] = Target(name, entity, text, len(own_part(text)), short)


@cache
def _tail() -> re.Pattern[str]:
    tails = "|".join(sorted(skeletons.data()["tails"], key=len, reverse=True))
    return re.compile(rf"(?<=..)(?:{tails})?(?:股份|有限|责任|公司|\(中国\))*$")


def _swappable(target: Target) -> Iterator[int]:
    """Yield the offsets at which two neighbours may have changed places."""
    text = target.text
    if len(text) not in (_SWAPPED_LABELS if _LATIN.fullmatch(text) else _SWAPPED):
        return
    # 华兴银行 and 兴华银行 are two banks; 招银商行 is none.
    first = target.own - 1 if target.own < len(text) else 0
    yield from (at for at in range(first, len(text) - 1) if text[at] != text[at + 1])


def _maskable(target: Target) -> Iterator[tuple[str, int]]:
    """Yield a form of the name and the offset of an inner character, if enough of what is its own stays."""
    text = target.text
    if target.short or len(text) not in _MASKABLE or not _HAN.fullmatch(text):
        return
    # 招联好期贷 is known as 招联好期 too.
    forms = [text, text.removesuffix("贷")] if len(text) > _MASKABLE.start else [text]
    for form in dict.fromkeys(forms):
        for at in range(1, len(form) - 1):
            if target.own - (at < target.own) > 1:
                yield form, at


def _read_otherwise(text: str) -> Iterator[str]:
    """Yield the name with a character of two readings in its second one: the 行 of 银行 is no 行 of 步行."""
    readings: dict[str, str] = skeletons.data()["readings"]
    for at, char in enumerate(text):
        if char in readings:
            yield text[:at] + skeletons.voice(readings[char]) + text[at + 1 :]
