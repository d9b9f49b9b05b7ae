"""Small factories: readings and findings as the classifier and the registry would give them."""

from collections.abc import Sequence

from classifiers.assessment import Assessment, Contact, ContactKind, Evidence, Span, Versions
from classifiers.labels import ILLEGAL, KEYS
from moderation.lenders.standing import Finding, Mention, Standing
from moderation.policy.config import Policy
from moderation.policy.decide import decide
from moderation.policy.outcome import Outcome

LENDER = "招联消费金融股份有限公司"
COMPLETE = f"好期贷由{LENDER}提供，年化利率（单利）7.3%至24%，额度以审批为准。贷款有风险，请理性借贷。"
POLICY = Policy.load()


def span_of(part: str, text: str) -> Span:
    start = text.index(part)
    return Span(start, start + len(part), part)


def hit(term: str, text: str, label: str = "bad_credit_loan") -> Evidence:
    return Evidence(f"lexicon.{label}", "lexicon", label, term, 0.0, span_of(term, text))


def ngram(term: str, text: str, label: str = "bad_credit_loan") -> Evidence:
    return Evidence("model.ngram", "model", label, term, 1.0, span_of(term, text))


def contact(kind: ContactKind, value: str, text: str, disguised: bool = False) -> Contact:
    return Contact(kind, value, disguised, span_of(value, text))


def reading(
    text: str,
    *,
    score: float | None = None,
    evidence: Sequence[Evidence] = (),
    contacts: Sequence[Contact] = (),
    **labels: float,
) -> Assessment:
    """An assessment with these probabilities; what is left of 1 goes to ``unrelated``."""
    full = dict.fromkeys(KEYS, 0.0) | labels
    full["unrelated"] += 1 - sum(full.values())
    return Assessment(
        label=max(full, key=full.__getitem__),
        labels=full,
        score=sum(full[key] for key in ILLEGAL) if score is None else score,
        evidence=tuple(evidence),
        contacts=tuple(contacts),
        normalized=text,
        disguise=0.0,
        stage="gate",
        versions=Versions("m", "l"),
    )


def mention(entity: str = LENDER, name: str = "好期贷") -> Mention:
    return Mention(entity, name, "brand", "消费金融公司", "high", 0, len(name))


def lender(*, remarks: Sequence[str] = (), standing: Standing = Standing.VERIFIED_LENDER) -> Finding:
    """A publisher whom the registry knows as the lender."""
    return Finding(standing, claimed=LENDER, matched=LENDER, mentions=(mention(),), remarks=tuple(remarks))


def nobody() -> Finding:
    return Finding(Standing.NO_CLAIM)


def claimant(*, links: Sequence[str] = (), mentions: Sequence[Mention] = (mention(),)) -> Finding:
    """Somebody unverified who names the lender."""
    return Finding(Standing.UNVERIFIED_CLAIM, claimed=LENDER, mentions=tuple(mentions), foreign_links=tuple(links))


def verdict(assessment: Assessment, finding: Finding, *, kind: str = "ad", policy: Policy = POLICY) -> Outcome:
    """Decide, with the text that the assessment was made of."""
    return decide(
        assessment=assessment, finding=finding, text=assessment.normalized, title=None, kind=kind, policy=policy
    )


def codes(outcome: Outcome) -> list[str]:
    return [reason.code for reason in outcome.reasons]
