"""Every reason code in English, for those who program against the API: ``python -m moderation.policy.codes``."""

import sys
from collections.abc import Iterator

from moderation.policy.basis import basis_of

LABEL_MEANINGS: dict[str, str] = {
    "bad_credit_loan": "loans promised to people who fail credit checks",
    "usury_loan": "private loans at usurious cost, for days or weeks, or with interest cut off up front",
    "campus_loan": "loans aimed at students or minors",
    "coercive_loan": "loans secured by intimate pictures, family, friends or the borrower's person",
    "cash_out": "consumer credit or a card's limit turned into cash",
    "forged_documents": "forged or bought papers for a loan application",
    "credit_repair": "paid “repair” of credit records",
    "straw_borrower": "borrowing in another person's name",
    "quota_hack": "“insider” or “technical” ways to open or raise a credit line",
    "advance_fee": "a fee, deposit or transfer before the loan is paid out",
    "impersonation": "somebody poses as a licensed lender, its staff or a regulator",
    "debt_evasion": "paid help to dodge debts, malicious complaints, proxy claims",
    "disguised_loan": "a loan dressed up as a lease, purchase, consignment or membership",
    "lending_agents": "recruiting of lending agents, sale of leads, loan systems and lists of loopholes",
    "debt_collection": "violent or illegal debt collection for hire",
    "unlicensed_loan_ad": "an ordinary loan offer by somebody without a licence, brokers included",
    "licensed_noncompliant_ad": "a lender's ad that misleads or leaves out what must be shown",
    "licensed_ad": "an ad that reads like a licensed lender's, from somebody who isn't accepted as one",
}
"""What is found where ``label.<key>`` is given."""

PHRASES: tuple[str, ...] = (
    *(key for key in LABEL_MEANINGS if key not in {"licensed_noncompliant_ad", "licensed_ad"}),
    "approval_promise",
    "contact_diversion",
    "price_bait",
)
"""The sections of the lexicon: ``lexicon.<section>`` says that usual phrases of it occur in the text."""

CODES: dict[str, str] = {
    "model.uncertain": "the machine is not sure; the verdict stands until a moderator decides",
    "contact.private": "the text leads to a private contact (WeChat, QQ, Telegram, group, mobile number)",
    "system.undecidable": "the item could not be judged; by policy it is blocked until a moderator decides",
    "moderator.block": "a moderator blocked the item",
    "moderator.allow": "a moderator allowed the item",
    "lender.no_licence": "a loan is promoted, and no verified, licensed lender is behind it",
    "lender.unverified": "the item names a lender; its publisher is not verified as that lender or its partner",
    "lender.verified_unlicensed": "the verified publisher holds no lending licence and is on no such lender's list",
    "lender.suspended": "the publisher's licence was suspended, revoked, given up or expired on the day",
    "lender.product_beyond_licence": "the offer is of a kind that the publisher's licence does not allow",
    "lender.amount_beyond_licence": "the sum offered exceeds what the publisher's licence allows",
    "lender.region_beyond_licence": "the offer reaches beyond the region of the publisher's licence",
    "lender.partner_expired": "the lender listed the publisher as its partner, but not for the day",
    "lender.unconfirmed": "the registry entry rests on one weak source; a person must confirm it",
    "lender.not_accepted": "the tenant's policy does not accept loan ads of publishers of this standing",
    "lender.impersonated": "a lender's name with a private contact or somebody else's domain",
    "lender.notice_elsewhere": "reads like a lender's notice, leads to a domain that the registry doesn't know",
    "lender.other_lender": "a verified lender's ad is in another lender's name",
    "lender.foreign_landing": "a trusted publisher's ad leads to a domain that isn't the lender's",
    "lender.contradiction": "the verified name and domain belong to different parties",
    "lender.landing_unconfirmed": "the registry knows no domain of the lender to compare the link with",
    "lender.shortened_link": "the link is shortened, so that the landing page is unknown",
    "lender.licence_number_mismatch": "the declared licence number is not the registered one",
    "lender.lookalike_domain": "a link leads to a domain made to look like a lender's; a suspicion, not a match",
    "lender.lookalike_name": "the text writes what is nearly a lender's name; a suspicion, not a match",
    "lender.notice_lure": "reads like a lender's notice, leads to a foreign domain under a cheap suffix",
    "lender.perhaps_ad": "a trusted publisher's item that may be a loan ad and would lack a disclosure then",
    "lender.licensed": "a verified lender, licensed on the day, with complete disclosures",
    "lender.partner": "a verified partner on the lender's list of the day, with complete disclosures",
    "lender.tolerated": "a verified lender or partner whose gaps in disclosure the tenant's policy lets pass",
    "disclosure.lender_name": "the lender's legal name is missing",
    "disclosure.annual_rate": "no annualised rate",
    "disclosure.short_period_rate": "a price by day or month, without an annualised rate",
    "disclosure.rate_range": "only the lowest rate, no range or upper bound",
    "disclosure.risk_notice": "no word of risk, moderation or the duty to repay",
    "disclosure.promise": "approval, speed or cost is promised",
    "disclosure.interest_deducted": "interest or fees are held back before the loan is paid out",
    "disclosure.rate_over_cap": "the rate stated or computed exceeds the policy's `max_annual_rate`",
    "disclosure.cost_beyond_stated": "an example costs more than the rate that the ad states",
    "disclosure.state_aura": "authority of the state or a regulator is borrowed",
    "disclosure.student_targeting": "aimed at students",
    "disclosure.forbidden_purpose": "the loan is offered for a barred purpose: a first payment, shares, old debts …",
    "disclosure.cash_from_shopping_credit": "credit for paying in shops is offered as cash",
    "advice.approval_caveat": "advice: say that approval, sum and rate are subject to review",
    "advice.ad_mark": "advice: mark the item as advertising",
    "disclosure.private_contact": "leads the borrower to a private account or mobile number",
}

_HEAD = """# Reason codes

What the `code` of a reason in a decision means. Codes are stable; `message` is for people, in Chinese. The legal basis
is what the reason may cite ([policy.md](policy.md) says how that list is kept). This page is generated:
`python -m moderation.policy.codes > docs/reasons.md`.

| code | meaning | basis |
|---|---|---|
"""


def meanings() -> dict[str, str]:
    """Return what each code means, labels first."""
    labels = {f"label.{key}": meaning for key, meaning in LABEL_MEANINGS.items()}
    phrases = {f"lexicon.{key}": f"usual phrases of `{key}` occur" for key in PHRASES}
    return labels | phrases | CODES


def page() -> str:
    """Return the page of the documentation."""
    return _HEAD + "".join(_rows())


def _rows() -> Iterator[str]:
    for code, meaning in meanings().items():
        kind, _, key = code.partition(".")
        basis = basis_of(key if kind in {"label", "lexicon"} else code)
        yield f"| `{code}` | {meaning} | {'；'.join(basis) or '—'} |\n"


if __name__ == "__main__":
    sys.stdout.write(page())
