"""Characters split into their parts (拆字)."""

import re
from functools import cache

from classifiers.normalize.mapping import Draft, Edit
from classifiers.normalize.tables import table
from classifiers.normalize.vocabulary import occurrences

_REACH = 4


@cache
def _wholes(kind: str) -> dict[str, str]:
    rows: dict[str, list[str]] = table("components")[kind]
    return {parts: whole for whole, splits in rows.items() for parts in splits}


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _wholes(kind)), key=len, reverse=True)))


def _completes(text: str, begin: int, end: int, whole: str) -> bool:
    """Tell whether *whole* in place of the range makes a word of the vocabulary with its neighbours."""
    before, after = text[max(0, begin - _REACH) : begin], text[end : end + _REACH]
    place = len(before)
    return any(b <= place < e for b, e in occurrences(before + whole + after) if e - b > 1)


def recombine(draft: Draft) -> None:
    """Put split characters together again."""
    wholes = _wholes("radical")
    draft.edit([(m.start(), m.end(), wholes[m[0]]) for m in _pattern("radical").finditer(draft.text)])
    wholes = _wholes("word")
    edits: list[Edit] = []
    for found in _pattern("word").finditer(draft.text):
        whole = wholes[found[0]]
        if _completes(draft.text, found.start(), found.end(), whole):
            edits.append((found.start(), found.end(), whole))
    draft.edit(edits)
