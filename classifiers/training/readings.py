"""Texts as the cascade reads them before any model is asked."""

from collections.abc import Iterable, Iterator

from classifiers.contacts import find_contacts
from classifiers.normalize import normalize
from classifiers.passages import Reading


def readings(texts: Iterable[str]) -> Iterator[Reading]:
    """Yield each of *texts* normalised, with its contacts."""
    for text in texts:
        normalized = normalize(text)
        yield Reading(normalized, find_contacts(normalized))
