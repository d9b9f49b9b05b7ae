"""The words that a disguise is undone towards, and what tells them from ordinary Chinese."""

from collections.abc import Iterator
from functools import cache
from itertools import product

import jieba
from ahocorasick_rs import AhoCorasick

from classifiers.normalize.tables import table, words

_MANY_SOUNDS = 3
_GRAMMAR = frozenset("了的也在和我你他她它是会又就都与把被让给去来有没不说这那里着过吗呢吧啊到还从为及或")


@cache
def vocabulary() -> frozenset[str]:
    """Return every word of lending and of contact diversion."""
    rows = table("vocabulary")
    return frozenset(words(rows["sound"] + rows["spelled"] + rows["shape"]))


@cache
def automaton() -> tuple[AhoCorasick, list[str]]:
    """Return the automaton over the vocabulary and its patterns by number."""
    patterns = sorted(vocabulary())
    return AhoCorasick(patterns), patterns


def occurrences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of all words of the vocabulary in *text*, overlapping ones included."""
    for _, begin, end in automaton()[0].find_matches_as_indexes(text, overlapping=True):
        yield begin, end


@cache
def frequencies() -> dict[str, int]:
    """Return how often two-character words of ordinary Chinese occur, from jieba's dictionary."""
    found = {}
    with jieba.Tokenizer().get_dict_file() as lines:
        for line in lines:
            word, count, *_ = line.decode().split(" ")
            if len(word) == 2:
                found[word] = int(count)
    return found


@cache
def syllables() -> dict[str, str]:
    """Return the toneless syllable of each common character."""
    return {character: sound for sound, characters in table("sounds").items() for character in characters}


def _ordinary(variant: str) -> bool:
    """Tell whether *variant* is, or for a longer one is made of, words that people really write."""
    if variant in table("ordinary")["words"]:
        return True
    return len(variant) == 2 and variant in frequencies()


def _homophones(word: str) -> Iterator[str]:
    """Yield what sounds like *word* in Chinese characters: all for two characters, one slip for longer."""
    sounds, readings = table("sounds"), syllables()
    alike = [sounds.get(readings.get(character, ""), character) for character in word]
    choices = [[c for c in many if c == own or c not in _GRAMMAR] for own, many in zip(word, alike, strict=True)]
    if len(word) < _MANY_SOUNDS:
        yield from map("".join, product(*choices))
        return
    slips = [[(i, c) for c in choice if c != word[i]] for i, choice in enumerate(choices)]
    for place in slips:
        yield from (word[:i] + c + word[i + 1 :] for i, c in place)


def _spelled(word: str) -> Iterator[str]:
    """Yield *word* with some or all of its characters spelled in pinyin."""
    readings = syllables()
    if not all(character in readings for character in word):
        return
    for forms in product(*((character, readings[character]) for character in word)):
        yield "".join(forms)


@cache
def variants() -> dict[str, str]:
    """Return each disguised form of a word and the word; nothing that people write in earnest is in it."""
    known = vocabulary()
    found: dict[str, str] = {}
    rows = table("vocabulary")
    for word in words(rows["sound"]):
        for form in (*_homophones(word), *_spelled(word)):
            if form not in known and not _ordinary(form):
                found.setdefault(form, word)
    for word in words(rows["spelled"]):
        for form in _spelled(word):
            if form not in known and not _ordinary(form):
                found.setdefault(form, word)
    curated: dict[str, str] = table("homophones")["words"]
    return found | curated
