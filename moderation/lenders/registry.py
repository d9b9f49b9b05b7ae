"""The registry in memory, and how a publisher stands on a date.

The first line that fits gives the standing. "Claims" are lenders that the text names; of these, only names with a
confidence above low can turn a verified lender's ad into a claim of another.

    publisher                                   claims in the text           standing             remark
    ------------------------------------------  ---------------------------  -------------------  ----------------------
    absent or unverified, name or domain a      any                          UNVERIFIED_CLAIM
      lender's, or naming one
    absent or unverified                        a lender                     UNVERIFIED_CLAIM
    absent or unverified                        none                         NO_CLAIM
    verified; name of one, domain of another    any                          UNVERIFIED_CLAIM     domain_of_other_lender
    verified; a firm unknown to the registry    any                          UNVERIFIED_CLAIM     name_unknown_to_domain
      with a lender's domain
    verified firm that lender X lists as its    X first                      as of X itself below
      partner on that day                                                      with VERIFIED_PARTNER
    ... listed by a weak source only            X first                      UNCONFIRMED_ENTRY    partner_unconfirmed
    ... listed for other days only              X first                      VERIFIED_UNLICENSED  partner_expired
    verified operator                           any                          VERIFIED_UNLICENSED
    verified, not in the registry               any                          VERIFIED_UNLICENSED
    verified lender, licence suspended,         any                          LICENCE_SUSPENDED
      revoked, given up or expired on that day
    verified lender X                           another lender first         UNVERIFIED_CLAIM     claims_other_lender
    verified lender X, offer beyond its         none, or X first             OUT_OF_SCOPE         what is exceeded
      licence (product, amount, region)
    verified lender X, weak entry, or state     none, or X first             UNCONFIRMED_ENTRY
      of the licence unknown on that day
    verified lender X                           none, or X first             VERIFIED_LENDER      names_other_lender
                                                                                                  (if others come later)

A licensed lender may be borrowing another's brand, or a hijacked account may be; so its ad must name itself first.
A partner counts for the lenders that list it, pair by pair, and only where the ad names such a lender first.

Links never raise a standing. A link to a party other than the verified lender leaves the standing and adds the
remark ``foreign_landing``, or ``landing_unconfirmed`` if no domain of the lender is known to compare with.

Look-alikes of names and domains change nothing of this: they are suspicions, with the remarks ``lookalike_name`` and
``lookalike_domain``. In particular a near miss makes no claim: 微粒袋 names no lender, and may be a customer's mistake.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from moderation.lenders import licence_numbers, naming
from moderation.lenders.binding import Bond, Directory, Identity
from moderation.lenders.facts import RANK, Facts, Lender, Partnership
from moderation.lenders.imitations import Imitations
from moderation.lenders.landing import Landing, sort_links
from moderation.lenders.mentions import Finder
from moderation.lenders.name_rules import NameRules, load_rules
from moderation.lenders.rulings import number_remarks, ruling
from moderation.lenders.scope import Offer
from moderation.lenders.standing import Finding, Mention, Publisher, Standing, Suspicion
from moderation.lenders.versions import version_of

ADVERTISING = frozenset({"marketing"})
"""The roles in which a partner may advertise a lender's loans."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A verified publisher's item."""

    publisher: Publisher
    mentions: tuple[Mention, ...]
    links: tuple[str, ...]
    at: date
    offer: Offer


class Registry:
    """All facts at one version; immutable, and safe to share between threads."""

    def __init__(self, facts: Facts, rules: NameRules | None = None):
        rules = rules or load_rules()
        self.facts = facts
        self.version = version_of(facts.fingerprint, rules)
        self._finder = Finder(facts, rules)
        self._imitations = Imitations(facts, rules, self._finder)
        self._directory = Directory(facts)
        self._lenders = {lender.legal_name: lender for lender in facts.lenders}
        self._partners: dict[tuple[str, str], list[Partnership]] = {}
        for pair in facts.partnerships:
            if pair.role in ADVERTISING:
                self._partners.setdefault((pair.lender, naming.identity(pair.operator)), []).append(pair)

    def mentions(self, text: str, at: date | None = None) -> tuple[Mention, ...]:
        """Return the registry's names in *text*, raw or normalised, in order and without overlap.

        With *at* only those that were somebody's on that day.
        """
        return self._finder.find(text, at)

    def near_misses(self, text: str) -> tuple[Suspicion, ...]:
        """Return all that is almost a name in *text*, as its author wrote it; a finding has only what may deceive."""
        return self._imitations.all_names(text)

    def standing(
        self,
        publisher: Publisher | None,
        *,
        mentions: Sequence[Mention] = (),
        links: Sequence[str] = (),
        at: date,
        offer: Offer | None = None,
        text: str = "",
    ) -> Finding:
        """Return how *publisher* stands on the day *at* towards the lenders that its item names.

        *mentions* are what ``mentions`` found in the item's text, *links* all links of the item, its landing page
        included, *offer* what the text offers. The table above says what follows; the rest of the finding says from
        what. *text* is what the author wrote, not normalised: without it no near misses of names are looked for.
        """
        finding = self._standing(publisher, mentions, links, at, offer or Offer())
        imitations = [*(self._imitations.names(text) if text else ()), *self._imitations.domains(links)]
        suspicions = tuple(each for each in imitations if not self._imitations.own(each, publisher, finding))
        remarks = dict.fromkeys(f"lookalike_{each.what}" for each in suspicions)
        return replace(finding, suspicions=suspicions, remarks=(*finding.remarks, *remarks)) if suspicions else finding

    def _standing(
        self, publisher: Publisher | None, mentions: Sequence[Mention], links: Sequence[str], at: date, offer: Offer
    ) -> Finding:
        if publisher is None or not publisher.verified:
            return self._unverified(publisher, mentions, links, at)
        asked = _Asked(publisher, tuple(mentions), tuple(links), at, offer)
        identity = self._directory.identify(publisher, at)
        if identity.bond:
            return self._bound(identity.bond, asked)
        claimed = self._first(mentions)
        if claimed and not identity.contradiction and (pact := self._pact(claimed, publisher, at)):
            return self._for_lender(self._lenders[claimed], pact, asked)
        return self._unlicensed(identity, claimed, asked)

    def _unlicensed(self, identity: Identity, claimed: str | None, asked: _Asked) -> Finding:
        blank = ("identity_not_given",) if not (asked.publisher.name or asked.publisher.domain) else ()
        expired = ("partner_expired",) if claimed and self._pairs(claimed, asked.publisher) else ()
        return self._finding(
            Standing.UNVERIFIED_CLAIM
            if identity.contradiction and not identity.operator
            else Standing.VERIFIED_UNLICENSED,
            claimed=claimed,
            mentions=asked.mentions,
            landing=sort_links(asked.links, self._lenders.get(claimed or ""), None, asked.at),
            remarks=identity.remarks + blank + expired,
        )

    def _unverified(
        self, publisher: Publisher | None, mentions: Sequence[Mention], links: Sequence[str], at: date
    ) -> Finding:
        claimed = self._first(mentions) or self._pretended(publisher, at)
        return self._finding(
            Standing.UNVERIFIED_CLAIM if claimed else Standing.NO_CLAIM,
            claimed=claimed,
            mentions=mentions,
            landing=sort_links(links, self._lenders.get(claimed or ""), None, at),
        )

    def _bound(self, bond: Bond, asked: _Asked) -> Finding:
        lender = bond.lender
        named = self._named(lender, asked.mentions)
        landing = sort_links(asked.links, lender, asked.publisher.domain, asked.at)
        standing, about_claims = ruling(bond, asked.at, asked.offer, named)
        return self._finding(
            standing,
            claimed=named[0] if named else None,
            matched=lender.legal_name,
            mentions=asked.mentions,
            landing=landing,
            remarks=[
                *([bond.remark] if bond.remark else []),
                *about_claims,
                *number_remarks(asked.publisher, lender),
                *landing.remarks_for_lender,
            ],
        )

    def _for_lender(self, lender: Lender, pact: Partnership, asked: _Asked) -> Finding:
        """Judge a listed partner's item as one of the lender's own; the partner's site is as good as the lender's."""
        bond = Bond(lender, min(lender.confidence, pact.confidence, key=RANK.__getitem__))
        standing, remarks = ruling(bond, asked.at, asked.offer, [lender.legal_name])
        if standing is Standing.UNCONFIRMED_ENTRY and pact.confidence == "low":
            remarks = ["partner_unconfirmed", *remarks]
        landing = sort_links(asked.links, lender, asked.publisher.domain, asked.at)
        return self._finding(
            Standing.VERIFIED_PARTNER if standing is Standing.VERIFIED_LENDER else standing,
            claimed=lender.legal_name,
            matched=lender.legal_name,
            mentions=asked.mentions,
            landing=landing,
            remarks=[f"partner_{pact.role}", *remarks, *landing.remarks_for_lender],
        )

    def _pact(self, lender: str, publisher: Publisher, at: date) -> Partnership | None:
        """Return by which word of *lender*'s the publisher advertises for it on the day *at*; the surest of several."""
        holding = [pair for pair in self._pairs(lender, publisher) if pair.valid.holds(at)]
        return max(holding, key=lambda pair: RANK[pair.confidence], default=None)

    def _pairs(self, lender: str, publisher: Publisher) -> list[Partnership]:
        return self._partners.get((lender, naming.identity(publisher.name or "")), [])

    def _named(self, lender: Lender, mentions: Sequence[Mention]) -> list[str]:
        """Return the lenders named in a verified lender's text; a weak name of another's is no claim against it."""
        return [
            lender.legal_name if lender.legal_name in owners else mention.entity
            for mention in mentions
            if (owners := self._finder.owners(mention.name))
            and (lender.legal_name in owners or mention.confidence != "low")
        ]

    def _first(self, mentions: Sequence[Mention]) -> str | None:
        return next((mention.entity for mention in mentions if mention.kind != "operator"), None)

    def _pretended(self, publisher: Publisher | None, at: date) -> str | None:
        """Return the lender that an unverified publisher's name, domain or licence number lays claim to."""
        if publisher is None:
            return None
        if lender := self._directory.hinted(publisher, at):
            return lender.legal_name
        number = licence_numbers.tidy(publisher.licence_no or "")
        holder = next((each.legal_name for each in self.facts.lenders if number and each.nfra_code == number), None)
        return holder or self._first(self.mentions(publisher.name or "", at))

    def _finding(
        self,
        standing: Standing,
        *,
        claimed: str | None,
        mentions: Sequence[Mention],
        landing: Landing,
        matched: str | None = None,
        remarks: Sequence[str] = (),
    ) -> Finding:
        return Finding(
            standing=standing,
            claimed=claimed,
            matched=matched,
            mentions=tuple(mentions),
            own_links=landing.own,
            foreign_links=landing.foreign,
            remarks=(*remarks, *landing.remarks),
            registry=self.version,
        )
