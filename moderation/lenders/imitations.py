"""What in an item looks made to be taken for a lender's: near-miss names in its text, look-alike domains in its links.

All of it is suspicion. Among 88,823 everyday texts near misses were found in customers' questions only: people mistype
the services that they use. So nobody claims a lender by one, and no standing hangs on it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from moderation.lenders import links as addresses
from moderation.lenders import naming, skeletons
from moderation.lenders.facts import Facts
from moderation.lenders.known_domains import KnownDomains
from moderation.lenders.lookalike_domains import lookalike
from moderation.lenders.lookalikes import NearMiss, NearMisses
from moderation.lenders.mentions import Finder
from moderation.lenders.name_rules import NameRules
from moderation.lenders.naming import fold
from moderation.lenders.standing import Finding, Publisher, Suspicion
from moderation.lenders.unwrapping import destinations

_SHORTEST_LURE = 8
_LONGEST_QUESTION = 32
_ASKS = re.compile("[?？]|吗|呢|怎么|怎样|为什么|为何|为啥|什么|啥|如何|咋|哪|是否|多少|没有|不了|不能")
_CONTACT = re.compile("[a-z0-9]{5}")


class Imitations:
    """Finds imitations of the names and domains of *facts*; immutable, and safe to share between threads.

    Each half is made when it is first needed, which at the size of the country takes a few tenths of a second.
    """

    def __init__(self, facts: Facts, rules: NameRules, finder: Finder):
        self._facts, self._rules, self._finder = facts, rules, finder

    def all_names(self, text: str) -> tuple[Suspicion, ...]:
        """Return all near misses in *text*, whatever kind of text it is."""
        return tuple(_of_name(miss, text) for miss in self._near_misses.find(text))

    def names(self, text: str) -> tuple[Suspicion, ...]:
        """Return the near misses in *text* that may be made to deceive.

        Those of a search term or a short question are a customer's, and a name in Traditional characters is none in
        a text that is written in them throughout.
        """
        found = self._near_misses.find(text)
        if not found or len(text.strip()) < _SHORTEST_LURE or _asks(text):
            return ()
        throughout = any(miss.how == "traditional" for miss in found) and _traditional(text, found)
        return tuple(_of_name(miss, text) for miss in found if not (throughout and miss.how == "traditional"))

    def domains(self, links: Sequence[str]) -> Iterator[Suspicion]:
        """Yield the hosts that *links* lead to, unwrapped, and that imitate a lender's domain; each once."""
        inside = (addresses.host_of(each) for link in links for each in destinations(link))
        for host in dict.fromkeys(inside):
            miss = lookalike(host, self._domains) if host else None
            if miss:
                yield Suspicion("domain", miss.host, miss.domain, miss.entity, miss.how)

    def own(self, suspicion: Suspicion, publisher: Publisher | None, finding: Finding) -> bool:
        """Tell whether what is suspected is the verified publisher's own, or a known link of the lender's.

        A verified lender or its partner may write the lender's names as it likes, and so may an operator its own.
        """
        if suspicion.what == "domain":
            return addresses.registrable(suspicion.written) in finding.own_links
        if publisher is None or not publisher.verified:
            return False
        if naming.identity(publisher.name or "") == naming.identity(suspicion.entity):
            return True
        if finding.matched is None:
            return False
        owners = self._finder.owners(suspicion.resembles) | {suspicion.entity}
        own_words = (fold(publisher.name or ""), *finding.own_links)
        return finding.matched in owners or any(fold(suspicion.written) in words for words in own_words)

    @cached_property
    def _near_misses(self) -> NearMisses:
        return NearMisses(self._facts, self._rules, self._finder)

    @cached_property
    def _domains(self) -> KnownDomains:
        return KnownDomains(self._facts, self._rules)


def _of_name(miss: NearMiss, text: str) -> Suspicion:
    return Suspicion("name", text[miss.start : miss.end], miss.name, miss.entity, miss.how, miss.start, miss.end)


def _asks(text: str) -> bool:
    """Tell whether *text* is a short question, or says that something doesn't work, and names no contact."""
    return len(text) <= _LONGEST_QUESTION and _ASKS.search(text) is not None and not _CONTACT.search(fold(text))


def _traditional(text: str, found: Sequence[NearMiss]) -> bool:
    """Tell whether *text* has Traditional characters outside of what was *found*, too."""
    within = {at for miss in found for at in range(miss.start, miss.end)}
    forms = zip(fold(text), skeletons.plain().of(text), strict=True)
    return any(
        written != plain and "\u3400" <= written <= "\u9fff"
        for at, (written, plain) in enumerate(forms)
        if at not in within
    )
