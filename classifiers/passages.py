"""What the gate reads of a text: the whole and, of a long one, windows; contacts masked, their kinds kept."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from classifiers.assessment import Contact, ContactKind
from classifiers.contacts import find_contacts
from classifiers.features import DROPPED, Passage
from classifiers.normalize import Normalized, normalize

LONG_TEXT = 220
"""Texts with more normalised characters than this are read in windows too: an offer is buried in something else."""

WINDOW, STRIDE = 100, 50

_MAX_WINDOWS = 400
"""Beyond this the windows lie further apart, so that no text can take the machine."""

_SHORT_LINE = 7
"""Phone numbers with fewer digits are the service lines of banks and authorities."""

KIND_CODES = {kind: chr(0xE010 + number) for number, kind in enumerate(get_args(ContactKind))}
"""The private-use character that stands for a contact of each kind."""

_FORGED = re.compile("[\ue000-\ue0ff]")
"""Characters that stand for something here; in a text they were put there by its author, and say nothing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A normalised text with its contacts: what the classifier knows before any model is asked."""

    normalized: Normalized
    contacts: tuple[Contact, ...]

    @classmethod
    def of(cls, text: str) -> "Reading":
        """Return the reading of *text*."""
        normalized = normalize(text)
        return cls(normalized, find_contacts(normalized))


def whole(reading: Reading) -> Passage:
    """Return the text as one passage; offsets into its wording are offsets into the text."""
    normalized, original = _masked(reading)
    return Passage(normalized, original, _signals(reading.contacts))


def windows(reading: Reading) -> list[Passage]:
    """Return overlapping windows of a long text, none of a short one."""
    places = bounds(reading)
    if not places:
        return []
    masked = _masked(reading)
    return [_window(reading, masked, start, end) for start, end in places]


def bounds(reading: Reading) -> list[tuple[int, int]]:
    """Return where the windows of a text lie in its plain reading."""
    length = len(reading.normalized.text)
    if length <= LONG_TEXT:
        return []
    stride = max(STRIDE, length // _MAX_WINDOWS)
    return [(start, min(start + max(WINDOW, stride), length)) for start in range(0, length - STRIDE, stride)]


def excerpt(reading: Reading, start: int, end: int) -> Passage:
    """Return characters *start* to *end* of the plain reading, and what they were read from, as a passage."""
    return _window(reading, _masked(reading), start, end)


def _window(reading: Reading, masked: tuple[str, str], start: int, end: int) -> Passage:
    normalized, original = masked
    span = reading.normalized.span(start, end)
    inside = [
        contact for contact in reading.contacts if contact.span.start < span.end and span.start < contact.span.end
    ]
    return Passage(normalized[start:end], original[span.start : span.end], _signals(inside))


def _masked(reading: Reading) -> tuple[str, str]:
    """Put the kind of each contact in its place, in both wordings and without moving any other character."""
    normalized, original = (
        list(_FORGED.sub("\ufffd", text)) for text in (reading.normalized.text, reading.normalized.original)
    )
    for contact in filter(_is_private, reading.contacts):
        mask = KIND_CODES[contact.kind]
        first = bisect_left(reading.normalized.starts, contact.span.start)
        last = bisect_right(reading.normalized.ends, contact.span.end)
        _cover(normalized, first, last, mask)
        _cover(original, contact.span.start, contact.span.end, mask)
    return "".join(normalized), "".join(original)


def _cover(characters: list[str], start: int, end: int, mask: str) -> None:
    if start < end:
        characters[start:end] = [mask] + [chr(DROPPED)] * (end - start - 1)


def _signals(contacts: Sequence[Contact]) -> tuple[str, ...]:
    private = [contact for contact in contacts if _is_private(contact)]
    names = {f"contact.{contact.kind}" for contact in private}
    names.add("contact.some" if private else "contact.none")
    if any(contact.disguised for contact in private):
        names.add("contact.disguised")
    return tuple(sorted(names))


def _is_private(contact: Contact) -> bool:
    """Tell a person's contact from the short number of a bank or an authority, which says who is speaking."""
    return contact.kind != "phone" or len(contact.value) >= _SHORT_LINE
