"""What is left of a text when only its sound or its shape counts, every character at its offset.

A ``Plane`` replaces each code point by the representative of its class, so that two texts which sound or look the
same become equal strings, and an automaton over such strings finds every disguise of a name at once.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any

import numpy as np
import opencc
import yaml
from numpy.typing import NDArray

from classifiers.normalize.tables import table
from classifiers.normalize.vocabulary import syllables
from moderation.lenders.naming import fold

WILD = "\uf8ff"
"""In the shape plane: a character that is in no name and not a common one, or a mask such as ``*``."""

_LIMIT = 0x30000
_UNKNOWN = 0xFFFD
_SURROGATES = slice(0xD800, 0xE000)
_PRIVATE = slice(0xE000, 0xF900)
_HAN = range(0x3400, 0xA000)
_PICTURES = (range(0x2600, 0x27C0), range(0x1F300, 0x1FB00))
# Digits and the letters that they are taken for; 1 is both l and i, so those are alike too.
_MORE_CONFUSABLES = ("ıi", "ɑa", "αa", "ɡg", "ʙb", "ɩi", "ցg", "ƅb", "ɢg", "ʟl", "ɴn", "ʀr", "øo", "łl")
_LEET = ("0o", "1li", "2z", "3e", "4a", "5s", "68b", "7t", "9gq")


@dataclass(frozen=True, slots=True)
class Plane:
    """A map from code points to the representatives of their classes."""

    codes: NDArray[np.uint32]

    def of(self, text: str) -> str:
        """Return *text* with each character replaced; the result has the same length and no surrogates."""
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        replaced: NDArray[np.uint32] = self.codes[np.minimum(points, _LIMIT)]
        return replaced.astype("<u4").tobytes().decode("utf-32-le")

    def each(self, texts: Sequence[str]) -> list[str]:
        """Return what ``of`` gives for every one of *texts*, in which ``voice`` and ``WILD`` stay as they are."""
        points = np.frombuffer("\n".join(texts).encode("utf-32-le"), dtype="<u4")
        private = (points >= _PRIVATE.start) & (points < _PRIVATE.stop)
        replaced = np.where(private, points, self.codes[np.minimum(points, _LIMIT)])
        return replaced.astype("<u4").tobytes().decode("utf-32-le").split("\n") if texts else []

    def over(self, changes: Mapping[int, int]) -> "Plane":
        """Return the plane in which the results of this one are replaced once more."""
        then = np.arange(_LIMIT + 1, dtype=np.uint32)
        then[list(changes)] = list(changes.values())
        return Plane(then[np.minimum(self.codes, _LIMIT)])


@cache
def data() -> dict[str, Any]:
    """Return the shipped tables of ``seed/lookalikes.yaml``."""
    content: dict[str, Any] = yaml.safe_load((files("moderation.lenders") / "seed" / "lookalikes.yaml").read_bytes())
    return content


@cache
def plain() -> Plane:
    """Return the plane of spelling: Traditional characters read as Simplified, width and case as ``naming.fold``."""
    codes = np.arange(_LIMIT + 1, dtype=np.uint32)
    codes[_SURROGATES] = codes[_PRIVATE] = codes[_LIMIT] = _UNKNOWN
    spelling: dict[str, str] = table("characters")["spelling"]
    for old, new in chain(_simplified().items(), spelling.items()):
        codes[ord(old)] = ord(new)
    for code in (*range(ord("A"), ord("Z") + 1), *range(0xFF01, 0xFF5F)):
        codes[code] = ord(fold(chr(code)))
    return Plane(codes)


@cache
def sound() -> Plane:
    """Return the plane in which characters with the same toneless syllable are one."""
    return plain().over({ord(char): ord(voice(syllable)) for char, syllable in syllables().items()})


@cache
def voice(syllable: str) -> str:
    """Return the character that stands for *syllable* in the plane of sounds."""
    return chr(_PRIVATE.start + _voices()[syllable])


def shape(names: Iterable[str]) -> Plane:
    """Return the plane in which characters of the same look are one; those of *names* are never ``WILD``."""
    known = set(map(ord, set().union(*names))) | set(map(ord, syllables()))
    strange = chain(_HAN, *_PICTURES, map(ord, data()["masks"]))
    changes = {code: ord(WILD) for code in strange if code not in known}
    return plain().over(changes | _shapes())


def latin(text: str) -> str:
    """Return *text* with foreign letters read as the Latin ones they look like, and without accents."""
    bare = unicodedata.normalize("NFKD", text.translate(_confusables())).translate(_confusables())
    return "".join(char for char in bare if not unicodedata.combining(char)).lower()


def leet(text: str) -> str:
    """Return *text* with each digit and the letters that it is taken for made one."""
    return text.translate(_leet())


@cache
def _voices() -> dict[str, int]:
    return {syllable: number for number, syllable in enumerate(table("sounds"))}


def _simplified() -> dict[str, str]:
    """Return OpenCC's reading of single characters: its phrases would change the length of a text."""
    characters = list(map(chr, _HAN))
    read = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {old: new for old, new in zip(characters, read, strict=True) if len(new) == 1 and new != old}


@cache
def _shapes() -> dict[int, int]:
    groups = [*data()["shapes"].split(), *_LEET]
    alike = {ord(char): ord(group[0]) for group in groups for char in group}
    glyphs: dict[str, str] = table("characters")["glyphs"]
    foreign = {**{ord(old): ord(new) for old, new in glyphs.items()}, **_confusables()}
    return {old: alike.get(new, new) for old, new in foreign.items()} | alike


@cache
def _confusables() -> dict[int, int]:
    """Return Cyrillic, Greek and Armenian letters by the Latin ones; only letters, for a host has no other use."""
    pairs = chain(table("characters")["confusables"].split(), _MORE_CONFUSABLES)
    return {ord(pair[0]): ord(pair[1].lower()) for pair in pairs if pair[1].isalpha()}


@cache
def _leet() -> dict[int, str]:
    return {ord(char): group[0] for group in _LEET for char in group}
