"""A first look at a text, cheap enough for every one: can it hold a near miss at all, and where?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from moderation.lenders import skeletons
from moderation.lenders.naming import fold
from moderation.lenders.separated import parted
from moderation.lenders.skeletons import Plane

_HAN = slice(0x3400, 0xA000)
_FOLDED = (*range(ord("A"), ord("Z") + 1), *range(0xFF01, 0xFF5F))
_IS_HAN, _IS_GAP, _IS_CHANGED = 1, 2, 4
_GAP = re.compile(rb"(?<=\x01)\x02\x02?(?=\x01)")


@dataclass(frozen=True, slots=True)
class Glance:
    """What the first look shows.

    ``shape_and_sound`` is the text in both planes, one after the other, so that one search does for both;
    ``traditional``: some of it would be written otherwise in plain spelling; ``parted``: a name may stand apart.
    """

    shape_and_sound: str
    traditional: bool
    parted: bool


class Glances:
    """Looks at texts for names; immutable, and safe to share between threads. ``shape`` and ``sound`` are its planes.

    *names* are folded.
    """

    def __init__(self, names: Iterable[str]):
        known = frozenset(names)
        self.shape, self.sound = skeletons.shape(known), skeletons.sound()
        # A character a row: one look-up then fetches both its forms from one place in memory.
        self._codes = np.stack([self.shape.codes, self.sound.codes], axis=1).astype("<u4")
        self._neighbours = frozenset(name[at : at + 2] for name in known for at in range(len(name) - 1))
        # Commas are in every text, but few stand between two characters that are in names at all.
        nameless = set(range(_HAN.start, _HAN.stop)).difference(map(ord, frozenset().union(*known)))
        self._marks = _marks().copy()
        self._marks[[code for code in nameless if self._marks[code] == _IS_HAN]] = 0

    def of(self, text: str) -> Glance:
        """Look at *text*, which may hold lone surrogates."""
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        forms = self._codes.take(points, axis=0, mode="clip").T.tobytes().decode("utf-32-le")
        marks = self._marks.take(points, mode="clip").tobytes()
        traditional = b"\x04" in marks
        return Glance(forms, traditional, traditional or self._parted(text, marks))

    def _parted(self, text: str, marks: bytes) -> bool:
        """Tell whether two characters that stand apart are neighbours in a name."""
        if b"\x01\x02\x01" not in marks and b"\x01\x02\x02\x01" not in marks:
            return False
        return any(text[gap.start() - 1] + text[gap.end()] in self._neighbours for gap in _GAP.finditer(marks))


@cache
def _marks() -> NDArray[np.uint8]:
    """Return what each code point is: Chinese, something that can part a name, or written otherwise when plain."""
    plain: NDArray[np.uint32] = skeletons.plain().codes
    marks = np.zeros(len(plain), dtype=np.uint8)
    marks[_HAN] = _IS_HAN
    marks[np.isin(plain, _gaps())] = _IS_GAP
    folded = np.arange(len(plain), dtype=np.uint32)
    folded[list(_FOLDED)] = [ord(fold(chr(code))) for code in _FOLDED]
    readable = plain != ord("\ufffd")
    marks[(plain != folded) & readable] = _IS_CHANGED
    return marks


def _gaps() -> list[int]:
    """Ask ``separated`` which characters it takes out between two Chinese ones."""
    readable = Plane(skeletons.plain().codes).of("".join(map(chr, range(0x20000))))
    found = parted("一" + "一".join(char for char in sorted(set(readable)) if not "\u3400" <= char <= "\u9fff") + "一")
    return [ord(gap) for gap in found.gaps] if found else []
