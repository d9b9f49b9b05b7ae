"""All terms in one automaton over the normalised text."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from ahocorasick_rs import AhoCorasick, MatchKind

from classifiers.assessment import Evidence
from classifiers.errors import ArtifactError
from classifiers.lexicon.boundaries import Segmenter
from classifiers.lexicon.entries import Entry, read_entries
from classifiers.normalize import Normalized

_ASCII_WORD = re.compile("[a-z0-9]")


class Lexicon:
    """The terms, ready to be matched."""

    def __init__(self, entries: Iterable[Entry], version: str) -> None:
        self.entries = tuple(entries)
        self.version = version
        self._by_term: dict[str, list[Entry]] = {}
        for entry in self.entries:
            self._by_term.setdefault(entry.term, []).append(entry)
        self._terms = list(self._by_term)
        self._automaton = AhoCorasick(self._terms, matchkind=MatchKind.LeftmostLongest)
        self._segmenter = Segmenter()

    @classmethod
    def load(cls, folder: Traversable | None = None) -> "Lexicon":
        """Read the term files of *folder* (those of this package when none is given).

        Raises:
            ArtifactError: a file is damaged or an entry is wrong; the message names both.
        """
        folder = folder or files("classifiers.lexicon")
        paths = sorted((p for p in folder.iterdir() if p.name.endswith(".yaml")), key=lambda path: path.name)
        if not paths:
            raise ArtifactError(f"{folder}: holds no term file")
        entries = [entry for path in paths for entry in read_entries(path)]
        digest = hashlib.sha256()
        for path in paths:
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return cls(entries, digest.hexdigest()[:12])

    def match(self, normalized: Normalized) -> tuple[Evidence, ...]:
        """Return the terms in *normalized*, in the order of the text, with their places in the original."""
        return tuple(self._evidence(normalized))

    def _evidence(self, normalized: Normalized) -> Iterator[Evidence]:
        text = normalized.text
        present: dict[str, bool] = {}
        for number, begin, end in self._automaton.find_matches_as_indexes(text):
            told = [entry for entry in self._by_term[self._terms[number]] if _supported(entry, text, present)]
            if told and self._stands_alone(text, begin, end):
                span = normalized.span(begin, end)
                for entry in told:
                    yield Evidence(entry.code, "lexicon", entry.label, entry.term, 0.0, span)

    def _stands_alone(self, text: str, begin: int, end: int) -> bool:
        """Chinese terms end at word boundaries, Latin ones and digits at the end of their run."""
        if _ASCII_WORD.match(text[begin]) and _ASCII_WORD.match(text[max(0, begin - 1) : begin]):
            return False
        if _ASCII_WORD.match(text[end - 1]) and _ASCII_WORD.match(text[end : end + 1]):
            return False
        return self._segmenter.stands_alone(text, begin, end)


def _supported(entry: Entry, text: str, present: dict[str, bool]) -> bool:
    """Tell whether one of the words that *entry* needs is in *text*; *present* remembers what was asked."""
    for need in entry.needs:
        if need not in present:
            present[need] = need in text
        if present[need]:
            return True
    return not entry.needs
