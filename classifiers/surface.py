"""What the encoder reads of a passage: its wording with contacts and long numbers as single marks.

Training and serving share this module, so that they can't differ.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import get_args

from classifiers.assessment import ContactKind
from classifiers.features import DROPPED, Passage
from classifiers.passages import KIND_CODES

SURFACE_VERSION = 2
"""Changes whenever the same passage would be read otherwise; an artifact of another version is refused."""

LONG_NUMBER = "\ue001"
SEPARATOR = "\ue004"
"""Stands between the plain reading and the original wording of a disguised passage."""

MARKS: dict[str, str] = {
    **dict(
        zip(
            (KIND_CODES[kind] for kind in get_args(ContactKind)),
            ["微信", "QQ", "电话", "链接", "TG", "群", "邮箱"],
            strict=True,
        )
    ),
    LONG_NUMBER: "号码",
    SEPARATOR: "</s>",
}
"""Each mark and the word whose meaning it starts from before training."""

_JOINED = re.compile(r"(?P<number>\d{7,}|(?<!\d)(?:\d{3,4}[ -]\d{7,8}|\d{3,4}(?:[ -]\d{3,4}){2,4})(?![\d%万元]))|\s+")
"""A number of seven digits or more, whole or in groups as telephone, card and account numbers are written. Amounts,
dates and lists of short numbers stay: they say something."""

_FRAME = re.compile("<(?=/?s>|pad>|unk>)")
"""Where an author wrote out one of the tokeniser's own marks."""

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Surface:
    """A text to be cut into tokens; its character ``i`` stands at ``places[i]`` in the passage's plain reading.

    ``places`` ends where the plain reading does: what follows is original wording.
    """

    text: str
    places: tuple[int, ...]


def surface(passage: Passage, *, disguised: bool) -> Surface:
    """Return what the encoder reads of *passage*: the plain reading and, of a *disguised* one, the wording as well."""
    plain, places = _marked(passage.normalized)
    if not disguised:
        return Surface(plain, places)
    return Surface(f"{plain}{SEPARATOR}{_marked(passage.original)[0]}", places)


def _marked(text: str) -> tuple[str, tuple[int, ...]]:
    """Put one mark for a long number, one space for several; leave out what a contact's mark covers and outer space."""
    kept = [place for place, character in enumerate(text) if character != chr(DROPPED)]
    bare = _FRAME.sub("(", _SURROGATE.sub("\ufffd", "".join(text[place] for place in kept)))
    inner = bare.rstrip()
    start = len(inner) - len(inner.lstrip())
    pieces: list[str] = []
    places: list[int] = []
    cuts = [(match.start(), match.end(), match["number"]) for match in _JOINED.finditer(inner, start)]
    for (_, begin, _), (end, after, number) in pairwise([(0, start, None), *cuts, (len(inner), len(inner), None)]):
        pieces.append(inner[begin:end])
        places += kept[begin:end]
        if after > end:
            pieces.append(LONG_NUMBER if number else " ")
            places.append(kept[end])
    return "".join(pieces), tuple(places)
