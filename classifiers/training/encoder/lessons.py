"""What the encoder learns from: passages of the samples, read as in serving, with what each is to teach."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from classifiers import labels, passages
from classifiers.features import Passage
from classifiers.gate import Gate
from classifiers.passages import Reading
from classifiers.second import excerpts, widened
from classifiers.surface import Surface, surface
from classifiers.training.samples import Sample

_NUMBER = {key: index for index, key in enumerate(labels.KEYS)}


@dataclass(frozen=True, slots=True)
class Lesson:
    """A sample as the encoder reads it.

    ``passages`` are alternatives, one is drawn each time: the whole of a short text, stretches of a long one.
    ``illegal`` is ``None`` where the text alone can't tell.
    """

    passages: tuple[str, ...]
    illegal: bool | None
    label: int
    authored: bool


def lessons(samples: Sequence[Sample], gate: Gate) -> list[Lesson]:
    """Return the lesson in each of *samples*; *gate* finds where to look in the long ones."""
    return [
        Lesson(tuple(_taught(sample, gate)), sample.illegal, _NUMBER[sample.label], sample.authored)
        for sample in samples
    ]


def asked(reading: Reading, gate: Gate) -> list[Surface]:
    """Return the passages that are read of a text in serving."""
    return [_surface(reading, passage) for _, passage in excerpts(gate, reading)]


def _taught(sample: Sample, gate: Gate) -> list[str]:
    reading = Reading.of(sample.text)
    if sample.illegal and sample.offers:
        offers = [_surface(reading, passage).text for passage in _with_offers(reading, sample)]
        if offers:
            return offers
    found = [passage.text for passage in asked(reading, gate)]
    # Of an illegal text whose author marked no offer only the worst passage is sure to hold one.
    return found[:1] if sample.illegal else found


def _with_offers(reading: Reading, sample: Sample) -> Iterator[Passage]:
    for start, end in passages.bounds(reading):
        _, passage = widened(reading, start, end)
        if sample.solicits_in(passage.original):
            yield passage


def _surface(reading: Reading, passage: Passage) -> Surface:
    return surface(passage, disguised=reading.normalized.disguised > 0)
