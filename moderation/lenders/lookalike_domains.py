"""Hosts that are made to be taken for a lender's: 1cbc.com.cn, icbc.com.cn.evil.top, webank-loan.cn."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from moderation.lenders import links, skeletons
from moderation.lenders.known_domains import Address, KnownDomains, domain_data
from moderation.lenders.spelling import Slip, one_slip, without_one

DomainHow = Literal["confusable", "digits", "subdomain", "suffix", "addition", "edit", "pinyin"]
_Found = tuple[str, DomainHow]

_TOKENS = re.compile(r"[a-z]+|\d+")
_LONGEST_HOST = 253
_LONGEST_LABELS = 5
_DISTINCT = 8
_BRIEF = 5
_RUN_TOGETHER = (("rn", "m"), ("vv", "w"), ("cl", "d"))


@dataclass(frozen=True, slots=True)
class DomainMiss:
    """A host that looks like *domain* of *entity*, and ``how``.

    ``confusable``: foreign letters or accents in place of the domain's; ``digits``: digits in place of letters;
    ``subdomain``: the domain stands before another's; ``suffix``: its name under a suffix that anybody has cheaply;
    ``addition``: a word beside its name; ``edit``: one letter off; ``pinyin``: a brand of the lender, spelled out.
    """

    host: str
    domain: str
    entity: str
    how: DomainHow


def lookalike(host: str, known: KnownDomains) -> DomainMiss | None:
    """Return which lender's domain *host* imitates; None if it is a lender's own, neutral or simply another.

    *host* may be a link too. Nothing is looked up: a lender's domain that the registry doesn't know can be reported.
    """
    name = links.host_of(host[: 4 * _LONGEST_HOST])
    if name is None or len(name) > _LONGEST_HOST or _innocent(name, known):
        return None
    plain = skeletons.latin(name)
    owned = known.own(plain)
    found: _Found | None = (owned, "confusable") if owned else next(_resembled(plain, known), None)
    if found is None:
        return None
    domain, how = found
    return DomainMiss(name, domain, known.entities[domain], how if plain == name else "confusable")


def _innocent(host: str, known: KnownDomains) -> bool:
    carried = any(links.below(host, carrier) for carrier in domain_data()["carriers"])
    stranger = Address.of(host).label in domain_data()["strangers"]
    return carried or stranger or links.is_neutral(host) or known.own(host) is not None


def _resembled(host: str, known: KnownDomains) -> Iterator[_Found]:
    """Yield the domains that *host* resembles, the plainest deceit first."""
    address = Address.of(host)
    yield from _before_another(host, known)
    yield from _with_digits(address.label, known)
    yield from _elsewhere(address, known)
    yield from _beside(address, known)
    yield from _one_letter_off(address.label, known)


def _before_another(host: str, known: KnownDomains) -> Iterator[_Found]:
    for labels in (host.split("."), host.replace("-", ".").split(".")):
        for start in range(len(labels)):
            for end in range(start + 2, min(start + _LONGEST_LABELS, len(labels))):
                domain = ".".join(labels[start:end])
                if domain in known.entities:
                    yield domain, "subdomain"


def _with_digits(label: str, known: KnownDomains) -> Iterator[_Found]:
    meant = known.leet.get(skeletons.leet(label), label)
    changed = [(old, new) for old, new in zip(meant, label, strict=True) if old != new]
    if changed and all(old.isdigit() != new.isdigit() for old, new in changed):
        yield known.labels[meant], "digits"


def _elsewhere(address: Address, known: KnownDomains) -> Iterator[_Found]:
    if address.suffix in domain_data()["cheap_suffixes"]:
        if address.label in known.labels:
            yield known.labels[address.label], "suffix"
        if address.label in known.brands:
            yield known.brands[address.label], "pinyin"


def _beside(address: Address, known: KnownDomains) -> Iterator[_Found]:
    """Yield domains whose name stands at an end of the label, beside words that deceivers add."""
    label = address.label
    for length in range(len(label) - 1, 3, -1):
        for name, rest in ((label[:length], label[length:]), (label[-length:], label[:-length])):
            if name in known.labels and _added(name, rest, address.suffix):
                yield known.labels[name], "addition"
            if name in known.brands and _added(name, rest, address.suffix):
                yield known.brands[name], "pinyin"


def _added(name: str, rest: str, suffix: str) -> bool:
    """Tell whether *rest* beside *name* is an addition and not a part of a longer name."""
    words = _TOKENS.findall(rest)
    apart = "-" in (rest[0], rest[-1])
    if not apart and (len(rest) == 1 or (len(name) == _BRIEF and name not in domain_data()["short_labels"])):
        return False
    if apart and len(name) >= _DISTINCT:
        return True
    allowed = domain_data()["additions"]
    if suffix in domain_data()["cheap_suffixes"]:
        allowed |= domain_data()["plain_additions"]
    return bool(words) and all(word.isdigit() or word in allowed for word in words)


def _one_letter_off(label: str, known: KnownDomains) -> Iterator[_Found]:
    for together, letter in _RUN_TOGETHER:
        meant = label.replace(together, letter)
        if meant != label and len(meant) > _BRIEF and meant in known.labels:
            yield known.labels[meant], "edit"
    near = {name for shorter in (label, *without_one(label)) for name in known.shorter.get(shorter, ())}
    for name in sorted(near):
        slip = one_slip(name, label)
        if slip and _telling(name, slip):
            yield known.labels[name], "edit"


def _telling(name: str, slip: Slip) -> bool:
    """Tell whether a slip makes an imitation of *name*, and not the name of somebody else.

    Many lenders' names differ by a letter before the same ``bank``, places' names too (suzhou, xuzhou). So a slip
    in what is a lender's own must be one that escapes notice, unless that is long.
    """
    start, end = _generic(name)
    own = len(name) - (end - start)
    doubled = slip.kind == "insert" and slip.new in (name[slip.at - 1 : slip.at], name[slip.at : slip.at + 1])
    if own >= _DISTINCT:
        return True
    if slip.escapes_notice or doubled:
        inside = start < slip.at < end and slip.at + len(slip.old) <= end
        return inside or (own >= _BRIEF and not start <= slip.at < end)
    return False


@cache
def _generic(name: str) -> tuple[int, int]:
    """Return the range in *name* of the part that many lenders' domains have; empty if there is none."""
    for part in sorted(domain_data()["generic"], key=len, reverse=True):
        at = name.find(part)
        if at >= 0:
            return at, at + len(part)
    return len(name), len(name)
