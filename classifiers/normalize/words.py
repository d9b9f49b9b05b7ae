"""Words written as something that sounds or looks like them, in pinyin, as initials or as emoji."""

import re
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from classifiers.errors import ArtifactError
from classifiers.normalize.mapping import Draft, Edit
from classifiers.normalize.tables import table
from classifiers.normalize.vocabulary import frequencies, variants, vocabulary

_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[a-z]")
_COMMON = 10
_OF_A_NAME = re.compile(r"[a-z0-9_.@/\-]")


@cache
def _variants() -> tuple[AhoCorasick, list[str], list[str]]:
    pairs = variants()
    forms = list(pairs)
    return AhoCorasick(forms, matchkind=MatchKind.LeftmostLongest), forms, list(pairs.values())


@cache
def _readings() -> tuple[list[tuple[re.Pattern[str], str]], dict[str, list[int]]]:
    """Return the patterns in order, and for every sign those that need it: an ordinary text needs few to be tried."""
    rows = table("readings")
    by_sign: dict[str, list[int]] = {}
    try:
        patterns = [(re.compile(row["find"]), row["reading"]) for row in rows]
        for number, row in enumerate(rows):
            for sign in row["sign"]:
                by_sign.setdefault(sign, []).append(number)
    except (KeyError, TypeError, re.error) as error:
        raise ArtifactError(f"readings.yaml: a row is damaged: {error!r}") from error
    return patterns, by_sign


def _cut_from_a_word(text: str, begin: int, end: int) -> bool:
    """Tell whether the range starts or ends inside an ordinary word, or inside a handle or Latin word."""
    form = text[begin:end]
    before, after = text[max(0, begin - 1) : begin], text[end : end + 1]
    if _LATIN.match(form[0]) and _OF_A_NAME.match(before):
        return True
    if _LATIN.match(form[-1]) and _OF_A_NAME.match(after) and not (_HAN.match(before) and after.isdigit()):
        return True
    return _ordinary(before + form[0]) or _ordinary(form[-1] + after)


def _ordinary(pair: str) -> bool:
    return frequencies().get(pair, 0) > _COMMON or (len(pair) > 1 and pair in vocabulary())


def _narrowed(text: str, begin: int, end: int, reading: str) -> Edit:
    """Leave out of the edit what the form and its reading have in common at either end."""
    first, last = 0, len(reading)
    while begin < end and first < last and text[begin] == reading[first]:
        begin, first = begin + 1, first + 1
    while begin < end and first < last and text[end - 1] == reading[last - 1]:
        end, last = end - 1, last - 1
    return begin, end, reading[first:last]


def read_variants(draft: Draft) -> None:
    """Replace forms that sound like a word of lending by the word."""
    machine, _, readings = _variants()
    edits: list[Edit] = []
    for number, begin, end in machine.find_matches_as_indexes(draft.text):
        if not _cut_from_a_word(draft.text, begin, end):
            edits.append(_narrowed(draft.text, begin, end, readings[number]))
    draft.edit(edits)


def read_in_context(draft: Draft) -> None:
    """Replace initials, emoji and shorthands that a neighbour gives away."""
    patterns, by_sign = _readings()
    needed = {number for sign in set(draft.text) for number in by_sign.get(sign, ())}
    for number in sorted(needed):
        pattern, reading = patterns[number]
        draft.edit([(*found.span(1), reading) for found in pattern.finditer(draft.text)])
