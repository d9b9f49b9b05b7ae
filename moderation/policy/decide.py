"""The decision table: what follows from what a text does, who publishes it, and what it discloses.

The *score* says whether an item is an illegal promotion, the *labels* say of which kind; a verdict and its label
never contradict each other. How likely an illegal promotion is hangs on the publisher, so the score read from the
text alone is completed by what is known of them:

- From a trusted publisher (verified, a lender or a lender's listed partner, licensed on the day) only what is
  illegal *whoever* publishes it counts: the score's share of the illicit labels.
- From anybody else every loan promotion is illegal, so the probabilities of the labels that read like a licensed
  lender's ad are added to the score: a name and complete disclosures earn an unverified publisher nothing.

Both are compared with the policy's score for the label (``block_score``, unless it has one of its own); that
probability is the outcome's ``score``. A benign main label with a high score is blocked, under the likeliest label
that promotes a loan; an illicit main label with a low score passes, under the likeliest benign label. Between
``uncertain_from`` and ``uncertain_to`` the verdict stands but is not final. Rows are tried from the top; the first that
applies decides. The policy's own rules may then treat an outcome otherwise, within the bounds of ``situations``.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date

from classifiers.assessment import Assessment
from moderation.lenders.standing import Finding, Standing
from moderation.policy import reasons
from moderation.policy.case import Case
from moderation.policy.config import Policy
from moderation.policy.outcome import Outcome, Reason, Verdict
from moderation.policy.rules import Condition, Rule

_UNLICENSED = "unlicensed_loan_ad"
_NONCOMPLIANT = "licensed_noncompliant_ad"
_IMPERSONATION = "impersonation"
_TRUSTWORTHY = frozenset({Standing.VERIFIED_LENDER, Standing.VERIFIED_PARTNER})
_READS_LICENSED = frozenset({"licensed_ad", _NONCOMPLIANT})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: when it ``applies`` (the rows above didn't), and what then follows."""

    name: str
    applies: Callable[[Case], bool]
    outcome: Callable[[Case], Outcome]


def decide(
    *,
    assessment: Assessment,
    finding: Finding,
    text: str,
    title: str | None,
    kind: str,
    policy: Policy,
    day: date | None = None,
) -> Outcome:
    """Return the verdict on one item, published on *day*, and why. The same arguments always give the same outcome.

    *assessment* must be of title, newline and text together where there is a title; spans count in that reading.
    """
    reading = f"{title}\n{text}" if title else text
    case = Case(assessment, finding, reading, kind, policy, day)
    row = row_for(case)
    outcome = row.outcome(case)
    rule = next((each for each in policy.rules if _meets(each.condition, row.name, outcome.label, case)), None)
    return outcome if rule is None else _treated(case, row.name, outcome, rule)


def row_for(case: Case) -> Row:
    """Return the row of the table that decides *case*."""
    return next(row for row in TABLE if row.applies(case))


def _outcome(
    case: Case,
    verdict: Verdict,
    label: str,
    why: tuple[Reason, ...],
    missing: tuple[str, ...] = (),
    unsure: bool = False,
) -> Outcome:
    unsure = unsure or case.is_near_threshold
    return Outcome(
        verdict=verdict,
        label=label,
        score=case.illegality,
        final=not unsure,
        reasons=why,
        missing=missing,
        notice=reasons.notice_for(case, label) if verdict == "block" else None,
        review="uncertain" if unsure else None,
        labels=dict(case.assessment.labels),
    )


def _stands(standing: Standing) -> Callable[[Case], bool]:
    return lambda case: case.is_loan_ad and case.finding.standing is standing


def _blocked_illicit(case: Case) -> Outcome:
    label = case.illicit_label
    return _outcome(case, "block", label, reasons.of_illegal(case, label))


def _allowed_benign(case: Case) -> Outcome:
    return _outcome(case, "allow", case.benign_label, _suspicion(case))


def _suspicion(case: Case) -> tuple[Reason, ...]:
    return reasons.of_suspicion(case) if case.is_near_threshold else ()


def _blocked_astray(code: str) -> Callable[[Case], Outcome]:
    return lambda case: _outcome(case, "block", _IMPERSONATION, reasons.of_astray(case, code))


def _blocked_posing(case: Case) -> Outcome:
    # A look-alike domain alone names nobody; the reasons then tell whose it resembles.
    named = "lender.impersonated" if case.finding.claimed or case.finding.mentions else None
    why = reasons.of_illegal(case, _IMPERSONATION, named)
    return _outcome(case, "block", _IMPERSONATION, why)


def _doubted_notice(case: Case) -> Outcome:
    # Not blocked: lenders own more domains than the registry knows, and most such notices are genuine.
    why = (reasons.of_lender(case, "lender.notice_elsewhere"), *_suspicion(case))
    return _outcome(case, "allow", case.benign_label, why, unsure=True)


def _blocked_imitation(case: Case) -> Outcome:
    # A person looks: lenders own more domains than the registry knows, and some resemble each other.
    lures = reasons.of_lookalikes(case) or [reasons.of_lender(case, "lender.notice_lure")]
    why = (*lures, reasons.of_label(case, _IMPERSONATION))
    return _outcome(case, "block", _IMPERSONATION, why, unsure=True)


def _doubted_ad(case: Case) -> Outcome:
    why = (reasons.of_lender(case, "lender.perhaps_ad"), *reasons.to_mend(case))
    return _outcome(case, "allow", case.benign_label, (*why, *_suspicion(case)), unsure=True)


def _blocked_noncompliant(case: Case) -> Outcome:
    # Below the score that blocks a stranger, it isn't even sure that the lender's text is an ad.
    unsure = case.promotion < case.policy.block_score
    return _outcome(case, "block", _NONCOMPLIANT, reasons.of_faults(case, _NONCOMPLIANT), case.missing, unsure)


def _allowed_licensed(case: Case) -> Outcome:
    lender = case.finding.standing is Standing.VERIFIED_LENDER
    proof = reasons.of_lender(case, "lender.licensed" if lender else "lender.partner")
    doubts = [reasons.of_lender(case, f"lender.{doubt}") for doubt in case.doubts]
    advice = [reasons.of_fault(fault) for fault in case.advice]
    return _outcome(case, "allow", "licensed_ad", (proof, *doubts, *advice, *_suspicion(case)), unsure=bool(doubts))


def _blocked_unlicensed(code: str) -> Callable[[Case], Outcome]:
    return lambda case: _outcome(case, "block", _UNLICENSED, reasons.of_illegal(case, _UNLICENSED, code))


def _blocked_unconfirmed(case: Case) -> Outcome:
    label = _NONCOMPLIANT if case.faults else "licensed_ad"
    why = reasons.of_faults(case, label, [reasons.of_lender(case, "lender.unconfirmed")])
    return _outcome(case, "block", label, why, case.missing, unsure=True)


def _blocked_beyond(case: Case) -> Outcome:
    lead = [reasons.of_lender(case, f"lender.{exceeded}") for exceeded in case.exceeded]
    return _outcome(case, "block", _NONCOMPLIANT, reasons.of_faults(case, _NONCOMPLIANT, lead), case.missing)


def _blocked_unproven(code: str) -> Callable[[Case], Outcome]:
    """Block a loan ad that nobody vouches for; one that reads like a licensed lender's also learns what it lacks."""

    def outcome(case: Case) -> Outcome:
        label = case.promoted
        if label not in _READS_LICENSED:
            return _outcome(case, "block", label, reasons.of_illegal(case, label, code))
        lead = [reasons.of_lender(case, code), reasons.of_label(case, label)]
        return _outcome(case, "block", label, reasons.of_faults(case, label, lead), case.missing)

    return outcome


def _refused_licensed(case: Case) -> Outcome:
    why = (reasons.of_lender(case, "lender.not_accepted"), *reasons.to_mend(case))
    return _outcome(case, "block", "licensed_ad", why, case.missing)


def _allowed_lacking(case: Case) -> Outcome:
    doubts = [reasons.of_lender(case, f"lender.{doubt}") for doubt in case.doubts]
    why = (reasons.of_lender(case, "lender.tolerated"), *doubts, *reasons.to_mend(case), *_suspicion(case))
    return _outcome(case, "allow", "licensed_ad", why, case.missing, unsure=bool(doubts))


TURNED: dict[str, Callable[[Case], Outcome]] = {
    "notice_elsewhere": _blocked_astray("lender.notice_elsewhere"),
    "trusted_lacking": _allowed_lacking,
    "trusted_complete": _refused_licensed,
}
"""By row: what follows where a rule of the policy turns the table's verdict."""


def _meets(condition: Condition, row: str, label: str, case: Case) -> bool:
    def asks(wanted: Collection[str], found: Collection[str]) -> bool:
        return not wanted or not set(wanted).isdisjoint(found)

    if not (asks(condition.situations, [row]) and asks(condition.labels, [label])):
        return False
    if not (asks(condition.standings, [case.finding.standing]) and asks(condition.kinds, [case.kind])):
        return False
    if not asks(condition.remarks, case.finding.remarks):
        return False
    if condition.only_faults and not (case.fault_codes and case.fault_codes <= condition.only_faults):
        return False
    return asks(condition.faults, case.fault_codes) if condition.faults else True


def _treated(case: Case, row: str, outcome: Outcome, rule: Rule) -> Outcome:
    if rule.verdict is not None and rule.verdict != outcome.verdict:
        outcome = TURNED[row](case)
    if rule.review == "always":
        return replace(outcome, final=False, review=outcome.review or "policy")
    if rule.review == "never":
        return replace(outcome, final=True, review=None)
    return outcome


TABLE: tuple[Row, ...] = (
    Row("illicit", lambda case: case.is_illicit, _blocked_illicit),
    Row("notice_imitates", lambda case: case.notice_imitates, _blocked_imitation),
    Row("notice_elsewhere", lambda case: case.notice_leads_elsewhere, _doubted_notice),
    Row("perhaps_ad", lambda case: case.may_be_ad, _doubted_ad),
    Row("benign", lambda case: not case.is_loan_ad, _allowed_benign),
    # A verified publisher's loan ad that is in another's name or leads elsewhere.
    Row("other_lender", lambda case: case.speaks_for_other, _blocked_astray("lender.other_lender")),
    Row("contradiction", lambda case: case.contradicts_itself, _blocked_astray("lender.contradiction")),
    Row("foreign_landing", lambda case: case.lands_elsewhere, _blocked_astray("lender.foreign_landing")),
    # A trusted publisher's loan ad.
    Row("trusted_lacking", lambda case: case.trusted and bool(case.faults), _blocked_noncompliant),
    Row("trusted_complete", lambda case: case.trusted, _allowed_licensed),
    # Everybody else's loan ad.
    Row("suspended", _stands(Standing.LICENCE_SUSPENDED), _blocked_unlicensed("lender.suspended")),
    Row("out_of_scope", _stands(Standing.OUT_OF_SCOPE), _blocked_beyond),
    Row("unconfirmed", _stands(Standing.UNCONFIRMED_ENTRY), _blocked_unconfirmed),
    Row("poses_as_lender", lambda case: case.poses_as_lender, _blocked_posing),
    Row("partner_expired", lambda case: case.was_partner, _blocked_unlicensed("lender.partner_expired")),
    Row(
        "verified_unlicensed", _stands(Standing.VERIFIED_UNLICENSED), _blocked_unlicensed("lender.verified_unlicensed")
    ),
    Row("not_accepted", lambda case: case.finding.standing in _TRUSTWORTHY, _blocked_unproven("lender.not_accepted")),
    Row(
        "unverified_claim",
        lambda case: case.finding.standing is Standing.UNVERIFIED_CLAIM,
        _blocked_unproven("lender.unverified"),
    ),
    Row("no_licence", lambda case: True, _blocked_unproven("lender.no_licence")),
)
"""Every case meets a row: the last one takes what is left, and it blocks."""
