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
    verified operator                           any                          VERIFIED_UNLICENSED
    verified, not in the registry               any                          VERIFIED_UNLICENSED
    verified lender, licence suspended,         any                          LICENCE_SUSPENDED
      revoked or given up on that day
    verified lender X                           another lender first         UNVERIFIED_CLAIM     claims_other_lender
    verified lender X, weak entry, or state     none, or X first             UNCONFIRMED_ENTRY
      of the licence unknown on that day
    verified lender X                           none, or X first             VERIFIED_LENDER      names_other_lender
                                                                                                  (if others come later)

A licensed lender may be borrowing another's brand, or a hijacked account may be; so its ad must name itself first.
Joint loans of two lenders need a list of partners, which this version has not: VERIFIED_PARTNER is never given.

Links never raise a standing. A link to a party other than the verified lender leaves the standing and adds the
remark ``foreign_landing``, or ``landing_unconfirmed`` if no domain of the lender is known to compare with.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from sqlalchemy.orm import Session

from moderation.db import Base, Database, make_engine
from moderation.lenders import importer, licence_numbers, models, timeline
from moderation.lenders.binding import Bond, Directory
from moderation.lenders.facts import Facts, Lender, read_facts
from moderation.lenders.landing import Landing, sort_links
from moderation.lenders.mentions import Finder
from moderation.lenders.name_rules import NameRules, load_rules
from moderation.lenders.refusals import RegistryDamaged
from moderation.lenders.standing import Finding, Mention, Publisher, Standing
from moderation.lenders.versions import version_of

_LOST = frozenset({"suspended", "revoked", "exited"})
_MICRO = "小额贷款"


class Registry:
    """All facts at one version; immutable, and safe to share between threads."""

    def __init__(self, facts: Facts, rules: NameRules | None = None):
        rules = rules or load_rules()
        self.facts = facts
        self.version = version_of(facts.fingerprint, rules)
        self._finder = Finder(facts, rules)
        self._directory = Directory(facts)
        self._lenders = {lender.legal_name: lender for lender in facts.lenders}

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Return the registry's names in *text*, raw or normalised, in order and without overlap."""
        return self._finder.find(text)

    def standing(
        self,
        publisher: Publisher | None,
        *,
        mentions: Sequence[Mention] = (),
        links: Sequence[str] = (),
        at: date,
    ) -> Finding:
        """Return how *publisher* stands on the day *at* towards the lenders that its item names.

        *mentions* are what ``mentions`` found in the item's text, *links* all links of the item, its landing page
        included. The table above says what follows; the rest of the finding says from what.
        """
        if publisher is None or not publisher.verified:
            return self._unverified(publisher, mentions, links)
        identity = self._directory.identify(publisher)
        if identity.bond:
            return self._bound(identity.bond, publisher, mentions, links, at)
        claimed = self._first(mentions)
        blank = ("identity_not_given",) if not (publisher.name or publisher.domain) else ()
        return self._finding(
            Standing.UNVERIFIED_CLAIM
            if identity.contradiction and not identity.operator
            else Standing.VERIFIED_UNLICENSED,
            claimed=claimed,
            mentions=mentions,
            landing=sort_links(links, self._lenders.get(claimed or ""), None),
            remarks=identity.remarks + blank,
        )

    def _unverified(self, publisher: Publisher | None, mentions: Sequence[Mention], links: Sequence[str]) -> Finding:
        claimed = self._first(mentions) or self._pretended(publisher)
        return self._finding(
            Standing.UNVERIFIED_CLAIM if claimed else Standing.NO_CLAIM,
            claimed=claimed,
            mentions=mentions,
            landing=sort_links(links, self._lenders.get(claimed or ""), None),
        )

    def _bound(
        self, bond: Bond, publisher: Publisher, mentions: Sequence[Mention], links: Sequence[str], at: date
    ) -> Finding:
        lender = bond.lender
        named = self._named(lender, mentions)
        landing = sort_links(links, lender, publisher.domain)
        ruling, about_claims = _ruling(bond, timeline.at(lender.statuses, at), named)
        return self._finding(
            ruling,
            claimed=named[0] if named else None,
            matched=lender.legal_name,
            mentions=mentions,
            landing=landing,
            remarks=[
                *([bond.remark] if bond.remark else []),
                *about_claims,
                *_number_remarks(publisher, lender),
                *landing.remarks_for_lender,
            ],
        )

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

    def _pretended(self, publisher: Publisher | None) -> str | None:
        """Return the lender that an unverified publisher's name, domain or licence number lays claim to."""
        if publisher is None:
            return None
        if lender := self._directory.hinted(publisher):
            return lender.legal_name
        number = licence_numbers.tidy(publisher.licence_no or "")
        holder = next((each.legal_name for each in self.facts.lenders if number and each.nfra_code == number), None)
        return holder or self._first(self.mentions(publisher.name or ""))

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


def load_registry(session: Session) -> Registry:
    """Read the whole registry into memory.

    Raises:
        RegistryDamaged: the rows are not those that the last import left.
    """
    facts = read_facts(session)
    if facts.fingerprint != importer.facts_hash(session):
        raise RegistryDamaged("the lender registry's rows were changed by something other than an import")
    return Registry(facts)


def current_version(session: Session) -> str:
    """Return the version that ``load_registry`` would give now, with one small query."""
    return version_of(importer.facts_hash(session), load_rules())


@lru_cache(maxsize=1)
def shipped_registry() -> Registry:
    """Return the registry of the shipped files, without a database of one's own."""
    db = Database(make_engine("sqlite://"))
    Base.metadata.create_all(db.engine, tables=models.TABLES)
    with Session(db.engine) as session:
        importer.seed(session)
        registry = load_registry(session)
    db.close()
    return registry


def standing(
    publisher: Publisher | None,
    at: date,
    *,
    registry: Registry | None = None,
    text: str = "",
    links: Sequence[str] = (),
) -> Finding:
    """Return the finding for a publisher and a text, by the shipped registry unless another is given."""
    registry = registry or shipped_registry()
    return registry.standing(publisher, mentions=registry.mentions(text), links=links, at=at)


def _ruling(bond: Bond, status: str, named: Sequence[str]) -> tuple[Standing, list[str]]:
    """Decide a verified lender's standing from its licence's state and the lenders that its text names, in order."""
    own = bond.lender.legal_name
    remarks = ["names_other_lender"] if any(name != own for name in named) else []
    if status in _LOST:
        return Standing.LICENCE_SUSPENDED, [f"licence_{status}", *remarks]
    if named and named[0] != own:
        return Standing.UNVERIFIED_CLAIM, ["claims_other_lender"]
    if bond.confidence == "low":
        return Standing.UNCONFIRMED_ENTRY, remarks
    if status == "unknown":
        return Standing.UNCONFIRMED_ENTRY, ["licence_state_unknown", *remarks]
    return Standing.VERIFIED_LENDER, remarks


def _number_remarks(publisher: Publisher, lender: Lender) -> list[str]:
    """Compare a declared licence number with the entry. Micro-lenders' licences have no common form."""
    number = licence_numbers.tidy(publisher.licence_no or "")
    if not number or (_MICRO in lender.licence_type and not lender.nfra_code):
        return []
    if not licence_numbers.well_formed(number):
        return ["licence_number_format"]
    if lender.nfra_code:
        return ["licence_number_mismatch"] if number != lender.nfra_code else []
    return [] if licence_numbers.fits_province(number, lender.province) else ["licence_number_mismatch"]
