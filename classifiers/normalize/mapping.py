"""A text under rewriting that never forgets where its characters came from."""

from collections.abc import Iterable
from dataclasses import dataclass

from classifiers.assessment import Span

Edit = tuple[int, int, str]
"""Replace the characters from the first number up to the second by the string."""


@dataclass(frozen=True, slots=True)
class Normalized:
    """A text's plain reading and the way back.

    ``starts[i]`` and ``ends[i]`` bound, in code points of ``original``, what character ``i`` of ``text`` was
    read from; both never decrease. ``disguised`` counts the original characters that were a disguise.
    """

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    disguised: int
    touched: frozenset[int] = frozenset()
    """Offsets in ``original`` of the characters that ``disguised`` counts."""

    def span(self, start: int, end: int) -> Span:
        """Return the stretch of the original that ``text[start:end]`` was read from.

        Offsets beyond the text are clipped, as in a slice; an empty range gives an empty span.
        """
        start = min(max(start, 0), len(self.text))
        end = min(max(end, start), len(self.text))
        first = self.starts[start] if start < len(self.text) else len(self.original)
        last = self.ends[end - 1] if end > start else first
        return Span(first, last, self.original[first:last])

    def disguises(self, span: Span) -> bool:
        """Tell whether anything inside *span* was written so as to hide it."""
        if len(self.touched) < span.end - span.start:
            return any(span.start <= offset < span.end for offset in self.touched)
        return any(offset in self.touched for offset in range(span.start, span.end))


class Draft:
    """The working copy that the stages edit in turn."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.text = original
        self.starts = list(range(len(original)))
        self.ends = list(range(1, len(original) + 1))
        self.touched: set[int] = set()

    def retype(self, text: str) -> None:
        """Replace the text by one of the same length, character by character (spelling, no disguise)."""
        self.text = text

    def edit(self, edits: Iterable[Edit], *, disguise: bool = True) -> None:
        """Apply *edits*, which are ascending and do not overlap."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for begin, end, new in edits:
            pieces += (self.text[done:begin], new)
            starts += self.starts[done:begin]
            ends += self.ends[done:begin]
            self._map(begin, end, new, starts, ends)
            if disguise:
                self._touch(begin, end, new)
            done = end
        if not pieces:
            return
        self.text = "".join(pieces) + self.text[done:]
        self.starts = starts + self.starts[done:]
        self.ends = ends + self.ends[done:]

    def _map(self, begin: int, end: int, new: str, starts: list[int], ends: list[int]) -> None:
        if len(new) == end - begin:
            starts += self.starts[begin:end]
            ends += self.ends[begin:end]
        else:
            starts += [self.starts[begin]] * len(new)
            ends += [self.ends[end - 1]] * len(new)

    def _touch(self, begin: int, end: int, new: str) -> None:
        same_length = len(new) == end - begin
        for index in range(begin, end):
            if not (same_length and self.text[index] == new[index - begin]):
                self.touched.update(range(self.starts[index], self.ends[index]))

    def freeze(self) -> Normalized:
        """Return the finished reading."""
        touched = frozenset(self.touched)
        starts, ends = tuple(self.starts), tuple(self.ends)
        return Normalized(self.original, self.text, starts, ends, len(touched), touched)
