"""Why: reasons in zh-CN, with their places in the text and what they rest on, the most telling first."""

from collections.abc import Iterable, Sequence

from classifiers.assessment import Evidence, Span
from classifiers.labels import LABELS
from moderation.lenders.standing import Suspicion
from moderation.policy import prices, wording
from moderation.policy.basis import basis_of
from moderation.policy.case import Case
from moderation.policy.disclosures import Fault
from moderation.policy.outcome import Reason

MOST_REASONS = 5
MOST_SPANS = 8
_MOST_QUOTES = 3


def of_illegal(case: Case, label: str, lender: str | None = None) -> tuple[Reason, ...]:
    """Return why an item is blocked as *label*; *lender* is the code of what the registry adds, if anything."""
    lead = [] if lender is None else [of_lender(case, lender)]
    lead.append(of_label(case, label))
    return _capped(case, label, [*lead, *of_lookalikes(case), *_of_terms(case, label), *_of_contacts(case)])


def of_astray(case: Case, lender: str) -> tuple[Reason, ...]:
    """Return why a verified publisher's ad is blocked that speaks for, or leads to, somebody else.

    The publisher may be a lender whose account was taken over: it isn't accused of posing as one.
    """
    return _capped(case, "impersonation", [of_lender(case, lender), *_of_contacts(case)])


def of_faults(case: Case, label: str, lead: Sequence[Reason] = ()) -> tuple[Reason, ...]:
    """Return *lead* and everything that is wrong with a lender's ad: of that list nothing is left out."""
    return (*lead, *to_mend(case), *_unsure_block(case, label))


def to_mend(case: Case) -> tuple[Reason, ...]:
    """Return what is wrong with a lender's ad, and then what is advised."""
    return tuple(of_fault(fault) for fault in (*case.faults, *case.advice))


def of_suspicion(case: Case) -> tuple[Reason, ...]:
    """Return why an allowed item goes to a moderator all the same."""
    label = case.illicit_label if case.trusted else case.promoted
    spans = _spans(each.span for each in case.assessment.evidence if each.label == label)
    message = wording.UNCERTAIN_ALLOW.format(this=_this(case), zh=LABELS[label].zh)
    return (Reason("model.uncertain", "model", message, spans), *of_lookalikes(case))


def of_lookalikes(case: Case) -> list[Reason]:
    """Return what in the item is almost a lender's name or domain: the first of each, a suspicion and no match."""
    first: dict[str, Suspicion] = {}
    for each in case.finding.suspicions:
        first.setdefault(f"lender.lookalike_{each.what}", each)
    return [_of_lookalike(code, suspicion) for code, suspicion in first.items()]


def _of_lookalike(code: str, suspicion: Suspicion) -> Reason:
    message = wording.LENDER[code].format(
        written=suspicion.written, resembles=suspicion.resembles, entity=suspicion.entity
    )
    if suspicion.start is None or suspicion.end is None:
        return Reason(code, "lender", message, (), basis_of(code))
    span = Span(suspicion.start, suspicion.end, suspicion.written)
    return Reason(code, "lender", message, (span,), basis_of(code))


def of_label(case: Case, label: str) -> Reason:
    """Return what the text does, why it matters, and where it does it as far as the model can tell."""
    words = wording.LABELS[label]
    message = wording.LABEL.format(this=_this(case), zh=LABELS[label].zh, found=words.found, why=words.why)
    spans = _spans(each.span for each in case.assessment.evidence if each.source == "model")
    return Reason(f"label.{label}", "model", message, spans, basis_of(label))


def of_lender(case: Case, code: str) -> Reason:
    """Return what the registry says of the publisher; spans are where the text names lenders."""
    claimed = case.finding.claimed or next((each.entity for each in case.finding.mentions), None)
    message = wording.LENDER[code].format(
        this=_this(case), claimed=claimed or wording.UNNAMED, matched=case.finding.matched or wording.UNNAMED
    )
    return Reason(code, "lender", message, _names(case), basis_of(code))


def of_fault(fault: Fault) -> Reason:
    """Return one missing or misleading part of a licensed lender's ad."""
    return Reason(fault.key, "disclosure", fault.message, fault.spans[:MOST_SPANS], basis_of(fault.key))


def notice_for(case: Case, label: str) -> str:
    """Return the consumer-education line that goes with an item blocked as *label*, and the true cost, if told."""
    notice = case.policy.notices.get(label) or wording.LABELS[label].notice
    return notice if case.true_cost is None else prices.true_cost(case.true_cost, case.day) + notice


def _capped(case: Case, label: str, found: Sequence[Reason]) -> tuple[Reason, ...]:
    return (*found[:MOST_REASONS], *_unsure_block(case, label))


def _unsure_block(case: Case, label: str) -> list[Reason]:
    if not case.is_near_threshold:
        return []
    return [Reason("model.uncertain", "model", wording.UNCERTAIN_BLOCK.format(zh=LABELS[label].zh))]


def _of_terms(case: Case, label: str) -> list[Reason]:
    """One reason a code of the lexicon; those that speak for the verdict's label first."""
    by_code: dict[str, list[Evidence]] = {}
    for each in case.assessment.evidence:
        if each.source == "lexicon":
            by_code.setdefault(each.code, []).append(each)
    groups = sorted(by_code.values(), key=lambda group: (group[0].label != label, -len(group)))
    return [_of_group(group) for group in groups]


def _of_group(group: Sequence[Evidence]) -> Reason:
    first = group[0]
    terms = list(dict.fromkeys(each.term for each in group))[:_MOST_QUOTES]
    quotes = "、".join(f"“{term}”" for term in terms)
    message = wording.LEXICON.format(quotes=quotes, zh=LABELS[first.label].zh)
    return Reason(first.code, "lexicon", message, _spans(each.span for each in group), basis_of(first.label))


def _of_contacts(case: Case) -> list[Reason]:
    contacts = case.private_contacts
    if not contacts:
        return []
    hidden = wording.DISGUISED_CONTACT if any(each.disguised for each in contacts) else ""
    return [Reason("contact.private", "lexicon", wording.CONTACT + hidden, _spans(each.span for each in contacts))]


def _names(case: Case) -> tuple[Span, ...]:
    """Where the names stand in the original: mentions are counted in the normalised text."""
    found = {}
    for each in case.finding.mentions:
        start = case.reading.find(each.name)
        if start >= 0:
            found[start] = Span(start, start + len(each.name), each.name)
    return tuple(found[start] for start in sorted(found))[:MOST_SPANS]


def _spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Each place once, in the order given."""
    return tuple(dict.fromkeys(spans))[:MOST_SPANS]


def _this(case: Case) -> str:
    return wording.KINDS.get(case.kind, wording.THIS)
