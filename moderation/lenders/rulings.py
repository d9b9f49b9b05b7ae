"""How an item of a verified lender stands, and what is odd about the licence number that it declares."""

from collections.abc import Sequence
from datetime import date

from moderation.lenders import licence_numbers, scope, timeline
from moderation.lenders.binding import Bond
from moderation.lenders.facts import Lender
from moderation.lenders.scope import Offer
from moderation.lenders.standing import Publisher, Standing

_LOST = frozenset({"suspended", "revoked", "exited", "expired"})
_MICRO = "小额贷款"


def ruling(bond: Bond, at: date, offer: Offer, named: Sequence[str]) -> tuple[Standing, list[str]]:
    """Decide how a lender's item stands: by the licence, the lenders that the text names in order, and the offer.

    Returns the standing and the remarks about it.
    """
    own, status = bond.lender.legal_name, _state(bond.lender, at)
    remarks = ["names_other_lender"] if any(name != own for name in named) else []
    if status in _LOST:
        return Standing.LICENCE_SUSPENDED, [f"licence_{status}", *remarks]
    if named and named[0] != own:
        return Standing.UNVERIFIED_CLAIM, ["claims_other_lender"]
    if exceeded := scope.beyond(bond.lender, offer):
        return Standing.OUT_OF_SCOPE, [*exceeded, *remarks]
    if bond.confidence == "low":
        return Standing.UNCONFIRMED_ENTRY, remarks
    if status == "unknown":
        return Standing.UNCONFIRMED_ENTRY, ["licence_state_unknown", *remarks]
    return Standing.VERIFIED_LENDER, remarks


def number_remarks(publisher: Publisher, lender: Lender) -> list[str]:
    """Compare a declared licence number with the entry. Micro-lenders' licences have no common form."""
    number = licence_numbers.tidy(publisher.licence_no or "")
    if not number or (_MICRO in lender.licence_type and not lender.nfra_code):
        return []
    if not licence_numbers.well_formed(number):
        return ["licence_number_format"]
    if lender.nfra_code:
        return ["licence_number_mismatch"] if number != lender.nfra_code else []
    return [] if licence_numbers.fits_province(number, lender.province) else ["licence_number_mismatch"]


def _state(lender: Lender, at: date) -> str:
    status = timeline.at(lender.statuses, at)
    over = lender.expires is not None and at > lender.expires
    return "expired" if over and status not in _LOST else status
