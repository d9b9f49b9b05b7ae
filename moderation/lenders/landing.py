"""Sorting an item's links: the lender's own, somebody else's, and those that say nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from moderation.lenders import links as addresses
from moderation.lenders.facts import Lender
from moderation.lenders.known_domains import Address, domain_data
from moderation.lenders.unwrapping import destinations


@dataclass(frozen=True, slots=True)
class Landing:
    """Registrable domains of an item's links, each once, in order.

    ``known``: the lender has domains to compare them with. ``cheap``: one of the foreign ones is under a suffix where
    lenders of this country hardly register, and anybody may.
    """

    own: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    shortened: bool = False
    known: bool = False
    cheap: bool = False

    @property
    def remarks(self) -> tuple[str, ...]:
        """What holds for any publisher."""
        odd = {"shortened_link": self.shortened, "cheap_domain": self.cheap}
        return tuple(remark for remark, found in odd.items() if found)

    @property
    def remarks_for_lender(self) -> tuple[str, ...]:
        """What holds for a verified lender's ad."""
        if not self.foreign:
            return ()
        return ("foreign_landing",) if self.known else ("landing_unconfirmed",)


def sort_links(links: Sequence[str], lender: Lender | None, verified_domain: str | None, at: date) -> Landing:
    """Sort *links* by whether they lead to *lender* on the day *at*, or to the domain that the platform verified."""
    listed = [domain.host for domain in lender.domains if domain.valid.holds(at)] if lender else []
    ours = {addresses.registrable(host) for host in listed}
    if verified_domain:
        ours.add(addresses.party(verified_domain))
    ours.discard(None)
    hosts = [host for link in links for each in destinations(link) if (host := addresses.host_of(each))]
    parties = dict.fromkeys(
        (party, party in ours)
        for host in hosts
        if (party := addresses.registrable(host)) and (party in ours or not addresses.is_neutral(host))
    )
    foreign = tuple(party for party, own in parties if not own)
    return Landing(
        own=tuple(party for party, own in parties if own),
        foreign=foreign,
        shortened=any(addresses.is_shortener(host) for host in hosts),
        known=bool(ours),
        cheap=any(Address.of(party).suffix in domain_data()["cheap_suffixes"] for party in foreign),
    )
