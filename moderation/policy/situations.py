"""What a policy document may say about each row of the decision table.

The rows themselves are program: they keep the promise that only a verified publisher, bound to an entry of the
registry, earns an allow for a loan ad. A document chooses within these bounds.
"""

from moderation.policy.outcome import Verdict

CHOICES: dict[str, tuple[Verdict, ...]] = {
    "illicit": ("block",),
    "notice_imitates": ("block",),
    "notice_elsewhere": ("allow", "block"),
    "perhaps_ad": ("allow",),
    "benign": ("allow",),
    "other_lender": ("block",),
    "contradiction": ("block",),
    "foreign_landing": ("block",),
    "trusted_lacking": ("block", "allow"),
    "trusted_complete": ("allow", "block"),
    "suspended": ("block",),
    "out_of_scope": ("block",),
    "unconfirmed": ("block",),
    "poses_as_lender": ("block",),
    "partner_expired": ("block",),
    "verified_unlicensed": ("block",),
    "not_accepted": ("block",),
    "unverified_claim": ("block",),
    "no_licence": ("block",),
}
"""By row: the verdict that the table gives, and the other one if a document may choose it."""
