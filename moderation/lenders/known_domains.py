"""The registry's domains, so that what resembles one is found at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from classifiers.normalize.vocabulary import syllables
from moderation.lenders import links, skeletons
from moderation.lenders.facts import Facts, Lender
from moderation.lenders.name_rules import NameRules, load_rules
from moderation.lenders.spelling import without_one

_SHORTEST = 5
_SHORTEST_EDITED = 6
_SHORTEST_PINYIN = 8
_SYLLABLES = 3


@dataclass(frozen=True, slots=True)
class Address:
    """A host cut where its registered part begins: www, webank, com."""

    below: str
    label: str
    suffix: str

    @classmethod
    def of(cls, host: str) -> "Address":
        """Cut *host*, which need not be a public name."""
        registered = links.registrable(host) or host
        label, _, suffix = registered.partition(".")
        return cls(host.removesuffix(registered).rstrip("."), label, suffix)


class KnownDomains:
    """The domains of all lenders; immutable, and safe to share between threads.

    ``entities`` maps each domain to its lender, ``parties`` what was registered to the domain, ``labels`` the
    distinctive part to the domain, ``leet`` and ``shorter`` what such a part is with digits and letters made one or
    without a letter to the parts, ``brands`` a brand's pinyin to a domain of its lender.
    """

    def __init__(self, facts: Facts, rules: NameRules | None = None):
        self.entities = {domain.host: lender.legal_name for lender in facts.lenders for domain in lender.domains}
        self.parties: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self.leet: dict[str, str] = {}
        self.shorter: dict[str, list[str]] = {}
        for host in sorted(self.entities):
            self.parties.setdefault(links.registrable(host) or host, host)
            self._add(Address.of(host).label, host)
        self.brands = dict(_spelled(facts.lenders, rules or load_rules()))

    def own(self, host: str) -> str | None:
        """Return the lender's domain that *host* lies below, or whose party has registered *host*."""
        party = self.parties.get(links.registrable(host) or "")
        return party or next((parent for parent in _parents(host) if parent in self.entities), None)

    def _add(self, label: str, host: str) -> None:
        if label in self.labels or (len(label) < _SHORTEST and label not in domain_data()["short_labels"]):
            return
        self.labels[label] = host
        self.leet.setdefault(skeletons.leet(label), label)
        if len(label) >= _SHORTEST_EDITED:
            for shorter in {label, *without_one(label)}:
                self.shorter.setdefault(shorter, []).append(label)


@cache
def domain_data() -> dict[str, frozenset[str]]:
    """Return the shipped word lists about domains."""
    content: dict[str, Any] = skeletons.data()["domains"]
    return {key: frozenset(map(str, words)) for key, words in content.items()}


def _parents(host: str) -> Iterator[str]:
    labels = host.split(".")
    return (".".join(labels[at:]) for at in range(len(labels)))


def _spelled(lenders: tuple[Lender, ...], rules: NameRules) -> Iterator[tuple[str, str]]:
    """Yield (pinyin, domain) of the names of lenders whose own domain is known, ordinary words left out."""
    readings = syllables()
    for lender in lenders:
        names = [name.text for name in lender.names if lender.domains and not rules.doubtful(name.text)]
        for name in names:
            spelled = "".join(readings.get(char, "-") for char in name).replace("yinxing", "yinhang")
            if len(name) >= _SYLLABLES and len(spelled) >= _SHORTEST_PINYIN and spelled.isalpha():
                yield spelled, lender.domains[0].host
