"""Separators put inside words, and words written down the page."""

import re
from bisect import bisect_left, bisect_right
from functools import cached_property

from classifiers.normalize.mapping import Draft, Edit
from classifiers.normalize.vocabulary import frequencies, occurrences

_HAN = "[\u3400-\u9fff]"
_HARD = r".*·•‧・_^~|\\`'′\-"
_LISTING = r" \t\u3000/、@#&$=%"
_GAP = f"[{_HARD}{_LISTING}]{{1,2}}"
_CHAIN = re.compile(f"(?<!{_HAN}){_HAN}++(?:{_GAP}{_HAN}++)+")
# Separators are rare, so they are looked for first.
_PARTED = re.compile(f"[{_HARD}{_LISTING}](?<={_HAN}.)[{_HARD}{_LISTING}]?(?={_HAN})")
_GAPS = re.compile(_GAP)
_HARD_GAP = re.compile(f"[{_HARD}]+$")
# Separators that no ordinary sentence puts between two Chinese characters.
_ODD_GAP = re.compile(r"[.*_^]$")
_FEW, _MANY = 2, 3
_FREQUENT = 100
_LINE = r"[^\S\n]*(?:[\u3400-\u9fff]|(?<!\w)[a-z](?!\w))[^\S\n]*"
_COLUMN = re.compile(rf"(?<![^\n]){_LINE}(?:\n{_LINE}){{3,}}(?=[^\w\s]?(?:\n|$))")
_TWO_CHINESE = re.compile(rf"{_HAN}\s+{_HAN}")
_BREAKS = re.compile(r"\s+")
_SINGLE_DIGITS = re.compile(r"(?<![\w.])\d(?:([.*·/_\-])\d)(?:\1\d){4,}(?![\w.])")


class _Chain:
    """Runs of Chinese characters with gaps between them: ``joined`` is the chain without its gaps."""

    def __init__(self, found: re.Match[str]) -> None:
        begin = found.start()
        self.gaps = [(begin + m.start(), begin + m.end(), m[0]) for m in _GAPS.finditer(found[0])]
        runs = _GAPS.split(found[0])
        self.lengths = [len(run) for run in runs]
        self.joined = "".join(runs)
        self.places: list[int] = []
        """Where in ``joined`` each gap stood."""
        place = 0
        for length in self.lengths[:-1]:
            place += length
            self.places.append(place)

    @cached_property
    def dense(self) -> set[int]:
        """Return the gaps that are several equal ones in a row with a single character between each two."""
        found: set[int] = set()
        row: list[int] = []
        for index, (_, _, gap) in enumerate(self.gaps):
            if row and (gap != self.gaps[row[0]][2] or self.lengths[index] > 1):
                row = []
            row.append(index)
            if _HARD_GAP.match(gap) and len(row) >= (_FEW if _ODD_GAP.match(gap) else _MANY):
                found.update(row[-_MANY:])
        return found

    def loose(self, index: int) -> bool:
        """Tell whether a gap that might as well part two items of a list stands beside a single character."""
        return self.lengths[index] == 1 or self.lengths[index + 1] == 1

    def ordinary(self, index: int) -> bool:
        """Tell whether an odd gap parts a frequent word, and its neighbours make no better one."""
        if not _ODD_GAP.match(self.gaps[index][2]):
            return False
        place, count = self.places[index], frequencies().get
        pair = count(self.joined[place - 1 : place + 1], 0)
        left = count(self.joined[place - 2 : place], 0) if self.lengths[index] > 1 else 0
        right = count(self.joined[place : place + 2], 0) if self.lengths[index + 1] > 1 else 0
        return pair > max(left, right, _FREQUENT)

    def completing(self) -> set[int]:
        """Return the gaps that stand inside a word of the vocabulary and tear no other one apart."""
        parted: list[tuple[int, int, range]] = []
        torn: set[int] = set()
        for begin, end in occurrences(self.joined):
            gaps = range(bisect_right(self.places, begin), bisect_left(self.places, end))
            if gaps:
                parted.append((begin, end, gaps))
            else:
                torn.update(range(begin + 1, end))
        whole = [gaps for begin, end, gaps in parted if begin not in torn and end not in torn]
        return {i for gaps in whole for i in gaps if _HARD_GAP.match(self.gaps[i][2]) or self.loose(i)}


def join_words(draft: Draft) -> None:
    """Remove separators that part the characters of one word."""
    if not _PARTED.search(draft.text):
        return
    edits: list[Edit] = []
    for found in _CHAIN.finditer(draft.text):
        chain = _Chain(found)
        inside = chain.completing() | chain.dense
        for index, (begin, end, _) in enumerate(chain.gaps):
            if index in inside or chain.ordinary(index):
                edits.append((begin, end, ""))
    draft.edit(edits)


def join_columns(draft: Draft) -> None:
    """Join a word or sentence written one character a line."""
    edits: list[Edit] = []
    for column in _COLUMN.finditer(draft.text):
        if _TWO_CHINESE.search(column[0]):
            start = column.start()
            edits += [(start + m.start(), start + m.end(), "") for m in _BREAKS.finditer(column[0])]
    draft.edit(edits)


def join_digits(draft: Draft) -> None:
    """Join six and more digits that stand one by one between equal separators."""
    edits: list[Edit] = []
    for found in _SINGLE_DIGITS.finditer(draft.text):
        edits += [(i, i + 1, "") for i in range(found.start() + 1, found.end(), 2)]
    draft.edit(edits)
