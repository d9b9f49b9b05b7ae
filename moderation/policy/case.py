"""One item as the decision table sees it: the readings, and the few probabilities that rows ask about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from classifiers.assessment import Assessment, Contact
from classifiers.labels import ILLEGAL, LABELS, Group
from moderation.lenders.standing import Finding, Standing
from moderation.policy import disclosures, prices
from moderation.policy.advice import advise
from moderation.policy.config import Policy
from moderation.policy.disclosures import Fault

_CONTRADICTIONS = frozenset({"domain_of_other_lender", "name_unknown_to_domain"})
_DOUBTS = ("landing_unconfirmed", "shortened_link", "licence_number_mismatch")
_A_LENDER_OR_TWO = 2

_ILLICIT = [key for key, label in LABELS.items() if label.group is Group.ILLICIT]
_BENIGN = [key for key, label in LABELS.items() if label.group is Group.BENIGN]
_LENDING = [key for key, label in LABELS.items() if label.group is Group.LENDING_AD]
_AS_IF_LICENSED = ["licensed_ad", "licensed_noncompliant_ad"]


@dataclass(frozen=True)
class Case:
    """An item with everything that was found out about it.

    ``reading`` is title and text as assessed, ``day`` that of publication.
    """

    assessment: Assessment
    finding: Finding
    reading: str
    kind: str
    policy: Policy
    day: date | None = None

    @cached_property
    def trusted(self) -> bool:
        """Whether the publisher may promote loans at all."""
        return self.finding.standing in self.policy.allowing

    @cached_property
    def illicit(self) -> float:
        """The probability of what is illegal whoever publishes it: the score's share of the illicit labels."""
        illegal = self._mass(ILLEGAL)
        return self.assessment.score * self._mass(_ILLICIT) / illegal if illegal else self.assessment.score

    @cached_property
    def promotion(self) -> float:
        """The probability that the text promotes a loan, legal or not."""
        return min(1.0, self.assessment.score + self._mass(_AS_IF_LICENSED))

    @property
    def illegality(self) -> float:
        """The probability of an illegal promotion, given who publishes."""
        return self.illicit if self.trusted else self.promotion

    @property
    def is_loan_ad(self) -> bool:
        """Whether the text counts as a loan promotion for a publisher of this standing."""
        threshold = self.policy.lending_ad_score if self.trusted else self.policy.threshold(self.promoted)
        return self.promotion >= threshold

    @property
    def is_illicit(self) -> bool:
        """Whether the text is what nobody may publish."""
        label = self.illicit_label if self.trusted else self.promoted
        if self.illegality < self.policy.threshold(label):
            return False
        return self.trusted or LABELS[label].group is Group.ILLICIT

    @property
    def promoted(self) -> str:
        """The likeliest label that promotes a loan; of equally likely ones the more harmful."""
        return self._likeliest([*_ILLICIT, *_LENDING])

    @property
    def illicit_label(self) -> str:
        """The likeliest label that is illegal whoever publishes."""
        return self._likeliest(_ILLICIT)

    @property
    def benign_label(self) -> str:
        """The likeliest label that is none of our business."""
        return self._likeliest(_BENIGN)

    @property
    def is_near_threshold(self) -> bool:
        """Whether a little more or less evidence would have turned the verdict."""
        return self.policy.uncertain_from <= self.illegality <= self.policy.uncertain_to

    @property
    def speaks_for_other(self) -> bool:
        """Whether a verified lender's item is in the name of another lender."""
        return "claims_other_lender" in self.finding.remarks

    @property
    def contradicts_itself(self) -> bool:
        """Whether the verified name and domain belong to different parties. An operator may use a sister's domain."""
        openly = self.finding.standing is Standing.VERIFIED_UNLICENSED
        return not openly and not _CONTRADICTIONS.isdisjoint(self.finding.remarks)

    @property
    def lands_elsewhere(self) -> bool:
        """Whether a verified publisher's item leads to a domain that isn't the lender's."""
        return self.trusted and "foreign_landing" in self.finding.remarks

    @property
    def exceeded(self) -> tuple[str, ...]:
        """In what a licensed lender's offer goes beyond its licence."""
        return tuple(remark for remark in self.finding.remarks if remark.endswith("_beyond_licence"))

    @property
    def was_partner(self) -> bool:
        """Whether a lender listed the verified publisher as its partner, but not for this day."""
        unlicensed = self.finding.standing is Standing.VERIFIED_UNLICENSED
        return unlicensed and "partner_expired" in self.finding.remarks

    @property
    def doubts(self) -> tuple[str, ...]:
        """What the registry could not settle about a publisher: nothing to block for, but to look at."""
        return tuple(remark for remark in _DOUBTS if remark in self.finding.remarks)

    @property
    def poses_as_lender(self) -> bool:
        """Whether the item uses a lender's name but leads to a private contact or to somebody else's domain.

        A link to a domain made to look like a lender's is as good as the name.
        Who names three lenders or more is a broker, who poses as none of them; so is a verified firm that leads
        to a site of its own.
        """
        if self.imitates_domain:
            return True
        named = {each.entity for each in self.finding.mentions if each.kind != "operator"}
        if not (self.finding.claimed or named) or len(named) > _A_LENDER_OR_TWO:
            return False
        openly = self.finding.standing is Standing.VERIFIED_UNLICENSED
        return bool(self.private_contacts) or (bool(self.finding.foreign_links) and not openly)

    @property
    def imitates_domain(self) -> bool:
        """Whether a link leads to a domain that is made to look like a lender's."""
        return any(each.what == "domain" for each in self.finding.suspicions)

    @property
    def notice_imitates(self) -> bool:
        """Whether somebody unverified sends what reads like a lender's notice, with a link that no lender would send.

        That is one to a look-alike domain or, where a lender is named, to one under a suffix where lenders hardly
        register. News and complaints quote such links to warn of them.
        """
        named = self.finding.standing is Standing.UNVERIFIED_CLAIM
        unverified = named or self.finding.standing is Standing.NO_CLAIM
        lure = self.imitates_domain or (named and "cheap_domain" in self.finding.remarks)
        return unverified and lure and not self.is_loan_ad and self.benign_label == "service_notice"

    @property
    def may_be_ad(self) -> bool:
        """Whether a trusted publisher's ad, not read as one for a loan, may be one, and would lack something then."""
        doubtful = self.policy.uncertain_from <= self.promotion < self.policy.lending_ad_score
        return self.trusted and self.kind == "ad" and doubtful and bool(self.faults)

    @property
    def notice_leads_elsewhere(self) -> bool:
        """Whether somebody unverified sends what reads like a lender's notice, with a link to another's domain."""
        claims = self.finding.standing is Standing.UNVERIFIED_CLAIM and bool(self.finding.foreign_links)
        return claims and not self.is_loan_ad and self.benign_label == "service_notice"

    @cached_property
    def private_contacts(self) -> tuple[Contact, ...]:
        """The contacts that lead away to a person."""
        return tuple(each for each in self.assessment.contacts if disclosures.is_private(each))

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What the text lacks or gets wrong as a licensed lender's ad."""
        return disclosures.check(
            self.reading,
            lenders=self._lenders(),
            contacts=self.assessment.contacts,
            max_annual_rate=self.policy.max_annual_rate,
            on=self.day,
        )

    @property
    def advice(self) -> tuple[Fault, ...]:
        """What a lender's ad should mend although nothing is blocked for it."""
        return advise(self.reading, kind=self.kind)

    @cached_property
    def true_cost(self) -> Decimal | None:
        """The annual rate in per cent that the text's own figures come to, if they tell."""
        return prices.costliest(prices.read(self.reading))

    @cached_property
    def fault_codes(self) -> frozenset[str]:
        """What is wrong with the text as a licensed lender's ad, by code."""
        return frozenset(fault.code for fault in self.faults)

    @property
    def missing(self) -> tuple[str, ...]:
        """Which disclosures the text lacks."""
        return tuple(fault.lacks for fault in self.faults if fault.lacks is not None)

    def _lenders(self) -> tuple[str, ...]:
        """Whose legal name will do: the verified lender's, former ones too; for a partner, that of any it names."""
        mentioned = tuple(each.entity for each in self.finding.mentions if each.kind != "operator")
        if self.finding.standing is Standing.VERIFIED_PARTNER:
            claimed = (self.finding.claimed,) if self.finding.claimed else ()
            return tuple(dict.fromkeys((*claimed, *mentioned)))
        if self.finding.matched:
            own = (each.name for each in self.finding.mentions if each.entity == self.finding.matched)
            return (self.finding.matched, *(name for name in own if name.endswith("公司")))
        return (self.finding.claimed,) if self.finding.claimed else mentioned

    def _mass(self, keys: Iterable[str]) -> float:
        return sum(self.assessment.labels.get(key, 0.0) for key in keys)

    def _likeliest(self, keys: list[str]) -> str:
        return max(keys, key=lambda key: (self.assessment.labels.get(key, 0.0), LABELS[key].severity))
