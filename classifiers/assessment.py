"""What the classifier says of one text. Plain frozen values: they cross processes as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

EvidenceSource = Literal["lexicon", "model"]
ContactKind = Literal["wechat", "qq", "phone", "url", "telegram", "group", "email"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the ORIGINAL text, in code points: ``original[start:end] == text``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One readable ground for the assessment.

    ``code`` is stable and machine-readable (``lexicon.bad_credit_loan``, ``model.ngram``), ``label`` the
    taxonomy key it speaks for, ``term`` the lexicon entry or n-gram in its normalised form, ``weight`` its
    contribution on the model's log-odds scale (0.0 for lexicon hits, which do not move the score).
    """

    code: str
    source: EvidenceSource
    label: str
    term: str
    weight: float
    span: Span


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach the author found in the text, disguised or plain.

    ``value`` is the canonical form (digits only for phones and QQ, lower case for handles and hosts).
    ``disguised`` tells that the original was written so as to hide it (look-alikes, split digits).
    """

    kind: ContactKind
    value: str
    disguised: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Versions:
    """What it takes to give the same answer again: content hashes, not release numbers."""

    model: str
    lexicon: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """The classifier's reading of one text.

    ``label`` is the main label, ``labels`` maps every taxonomy key to its probability (they sum to 1),
    ``score`` is the calibrated probability, in [0, 1], that the text promotes an illegal loan (an illicit
    label or ``unlicensed_loan_ad``), judged by the text alone. ``evidence`` is ordered by weight.
    ``normalized`` is the reading after undoing disguises; ``disguise`` in [0, 1] is the share of characters that had
    to be undone. ``stage`` names the model that decided.
    """

    label: str
    labels: Mapping[str, float]
    score: float
    evidence: tuple[Evidence, ...]
    contacts: tuple[Contact, ...]
    normalized: str
    disguise: float
    stage: Literal["gate", "encoder"]
    versions: Versions
