"""What policy answers for one item."""

from dataclasses import dataclass, field
from typing import Literal

from classifiers.assessment import Span

Verdict = Literal["block", "allow"]
ReasonSource = Literal["lexicon", "model", "lender", "disclosure", "campaign", "moderator"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground of a verdict, in words a moderator and an advertiser understand.

    ``basis`` cites law by short title and article; only texts read at their source may be cited.
    """

    code: str
    source: ReasonSource
    message: str
    spans: tuple[Span, ...] = ()
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict and all that explains it.

    ``final`` is false while a moderator's word is awaited; ``review`` then says why (a review case's cause): the
    machine is unsure, or a rule of the policy asks for a person.
    ``missing`` names disclosures that a licensed lender's ad lacks; ``notice`` is a line for consumers.
    """

    verdict: Verdict
    label: str
    score: float
    final: bool = True
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()
    notice: str | None = None
    review: Literal["uncertain", "policy"] | None = None
    labels: dict[str, float] = field(default_factory=dict)
