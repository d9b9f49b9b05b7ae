"""Single syllables of pinyin between Chinese characters, and initials among other cues."""

import re
from functools import cache

from classifiers.normalize.mapping import Draft, Edit
from classifiers.normalize.tables import table
from classifiers.normalize.vocabulary import frequencies, occurrences, syllables

_SYLLABLE = re.compile(r"(?<![a-z0-9_.@/#&'\-])[a-z]{2,6}(?![a-z0-9_.@/#&'\-])")
_INITIALS = re.compile(r"(?<![a-z0-9_.@/#&\-])[a-z]{2,4}(?![a-z0-9_.@/#&\-])")
_LATIN = re.compile("[a-z][a-z]")
_FREQUENT = 100
_CUES = 2


@cache
def _completions() -> tuple[dict[str, tuple[int, str]], dict[str, tuple[int, str]]]:
    """Return what (character + syllable) and (syllable + character) most often stand for."""
    readings = syllables()
    first: dict[str, tuple[int, str]] = {}
    last: dict[str, tuple[int, str]] = {}
    for word, count in frequencies().items():
        if count < _FREQUENT or word[0] not in readings or word[1] not in readings:
            continue
        key = word[0] + readings[word[1]]
        first[key] = max(first.get(key, (0, "")), (count, word[1]))
        key = readings[word[0]] + word[1]
        last[key] = max(last.get(key, (0, "")), (count, word[0]))
    return first, last


def read_syllables(draft: Draft) -> None:
    """Read a syllable that makes a frequent word with the character before or after it (老po, shang门)."""
    if not _LATIN.search(draft.text):
        return
    first, last = _completions()
    english: list[str] = table("ordinary")["syllables"]
    edits: list[Edit] = []
    for found in _SYLLABLE.finditer(draft.text):
        syllable, begin, end = found[0], found.start(), found.end()
        before, after = draft.text[max(0, begin - 1) : begin], draft.text[end : end + 1]
        _, reading = max(first.get(before + syllable, (0, "")), last.get(syllable + after, (0, "")))
        if reading and syllable not in english:
            edits.append((begin, end, reading))
    draft.edit(edits)


def read_initials(draft: Draft) -> None:
    """Read initials in a text that has other cues."""
    if not _LATIN.search(draft.text):
        return
    readings: dict[str, str] = table("initials")
    found = [hit for hit in _INITIALS.finditer(draft.text) if hit[0] in readings]
    if not found:
        return
    cues = {draft.text[begin:end] for begin, end in occurrences(draft.text) if end - begin > 1}
    cues |= {hit[0] for hit in found}
    if len(cues) > _CUES:
        draft.edit([(hit.start(), hit.end(), readings[hit[0]]) for hit in found])
